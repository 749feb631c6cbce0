import type { Clock } from "./clock.ts";

/** One thing to be done later: setting it again takes the place of what was set before. */
export interface Timer {
  set(ms: number, run: () => void): void;
  stop(): void;
}

/** Makes a timer that runs on the given clock. */
export function makeTimer(clock: Clock): Timer {
  let stop = (): void => {};
  return {
    set(ms, run) {
      stop();
      stop = clock.after(Math.max(0, ms), run);
    },
    stop: () => stop(),
  };
}
