/**
 * The only place that knows the time. Simulation and tests hand in one that they move by hand, so nothing else
 * in the relay may read a clock or set a timer.
 */
export interface Clock {
  /** Milliseconds since 1970; may jump when the machine's clock is set. For what people see and tokens say. */
  now(): number;
  /** Milliseconds since some start; never jumps. For every duration. */
  monotonic(): number;
  /** Runs `run` once after `ms`; what it returns calls it off. */
  after(ms: number, run: () => void): () => void;
  /** Runs `run` when all that has arrived in this turn of the loop has been read. */
  soon(run: () => void): void;
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  // Not a microtask: those run before the next socket is read, and a tick would hold one message only.
  soon: (run) => void setImmediate(run),
};
