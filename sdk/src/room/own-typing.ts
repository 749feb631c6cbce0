import type { Clock } from "../clock.ts";
import { makeTimer } from "../timer.ts";

/** How often it is said again while somebody goes on typing; others forget it after twice that. */
const REPEAT_MS = 3_000;
/** Who stops calling has stopped typing. */
const PAUSE_MS = 5_000;

/**
 * Says that this user types: not with every key, and not for longer than they do.
 *
 * @returns To be called with every change of the text, and with `false` when it was sent or cleared.
 */
export function makeTyping(clock: Clock, say: (on: boolean) => void): (on: boolean) => void {
  const timer = makeTimer(clock);
  let saidAt: number | undefined;

  return function set(on) {
    timer.stop();
    if (on) timer.set(PAUSE_MS, () => set(false));
    const now = clock.now();
    if (on ? saidAt !== undefined && now < saidAt + REPEAT_MS : saidAt === undefined) return;
    saidAt = on ? now : undefined;
    say(on);
  };
}
