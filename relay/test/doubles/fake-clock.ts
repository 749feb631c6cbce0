import type { Clock } from "../../src/clock.ts";

interface Timer {
  at: number;
  order: number;
  run: () => void;
}

/** Some day, so that dates look like dates. */
const START = 1_800_000_000_000;

/**
 * A clock that a test moves by hand. Between two things that are due, every promise that can settle settles,
 * as it would between two turns of a real loop.
 */
export class FakeClock implements Clock {
  /** Timers of a real machine may fire this much early by its monotonic clock, whose ticks are finer. */
  earlyMs = 0;
  #wall = START;
  #monotonic = 0;
  #order = 0;
  #timers: Timer[] = [];
  #soon: (() => void)[] = [];

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#monotonic + ms, order: this.#order++, run };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Sets the wall clock forward or back; durations are not touched. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  /** The process stands still: time passes, and what was due is run late, after it goes on. */
  sleep(ms: number): void {
    this.#moveTo(this.#monotonic + ms);
  }

  /** Runs one turn: what was to run soon, and every promise that can settle. */
  async turn(): Promise<void> {
    const due = this.#soon;
    this.#soon = [];
    for (const run of due) run();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Runs turns until nothing more happens by itself. */
  async settle(): Promise<void> {
    do await this.turn();
    while (this.#soon.length > 0);
  }

  /** Lets time pass, with all that is due in it. */
  async pass(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await this.settle();
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      const due = timer;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#moveTo(Math.max(this.#monotonic, due.at - this.earlyMs));
      due.run();
      await this.settle();
    }
    this.#moveTo(end);
  }

  #moveTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }

  #next(end: number): Timer | undefined {
    const due = this.#timers.filter((timer) => timer.at <= end);
    return due.sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
