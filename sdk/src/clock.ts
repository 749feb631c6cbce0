/** Where the SDK gets its time from; a test hands in one that it moves by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `run` once after `ms`; what it returns calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** The longest wait that every platform's timers can hold; a longer one would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The time of this machine. Waits of more than 24 days end early; whoever waits that long looks again. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
