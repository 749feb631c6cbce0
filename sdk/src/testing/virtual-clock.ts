import type { Clock } from "../clock.ts";

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /**
   * Moves on by `ms`, running what falls due in its order, and waits until everything that this set off has
   * settled. `advance(0)` only waits.
   */
  advance(ms: number): Promise<void>;
  /** How many timers are set: none is left when everything that was started was stopped. */
  readonly pending: number;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

// Taken at import, so that a test which replaces the timers does not stop this clock.
const { setTimeout } = globalThis;

/**
 * Makes a virtual clock.
 *
 * @param start Milliseconds since 1970; some day in 2026 if not given.
 */
export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = new Set<Timer>();
  let now = start;

  const next = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) if (timer.at <= until && timer.at < (first?.at ?? Infinity)) first = timer;
    return first;
  };

  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      await settled();
      for (let timer = next(until); timer; timer = next(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
        await settled();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Promises settle before the next task; one task later all of them have. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
