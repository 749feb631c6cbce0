import type { Clock } from "../clock.ts";

/** How often it is said again while somebody goes on typing; others forget it after twice that. */
const REPEAT_MS = 3_000;
/** Who stops calling has stopped typing. */
const PAUSE_MS = 5_000;

/** Says that this user types: not with every key, and not for longer than they do. */
export class OwnTyping {
  readonly #clock: Clock;
  readonly #say: (on: boolean) => void;
  #saidAt = -Infinity;
  #stopTimer: () => void = () => {};

  constructor(clock: Clock, say: (on: boolean) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** Call it with every change of the text, and with `false` when it was sent or cleared. */
  set(on: boolean): void {
    this.#stopTimer();
    const now = this.#clock.now();
    if (!on) {
      if (this.#saidAt > -Infinity) this.#say(false);
      this.#saidAt = -Infinity;
      return;
    }
    this.#stopTimer = this.#clock.after(PAUSE_MS, () => this.set(false));
    if (now < this.#saidAt + REPEAT_MS) return;
    this.#saidAt = now;
    this.#say(true);
  }
}
