import type { Clock } from "../clock.ts";

/** Those who know of a place in the log that their room has not been told of yet: its news are on their way. */
export class Waiters {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  #waiting: { seq: number; go: () => void }[] = [];

  /** @param patienceMs how long somebody waits; those who come while others do may wait less */
  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  /** Resolves when the room has come to a place, or when that takes too long. */
  until(seq: number): Promise<void> {
    if (this.#waiting.length === 0) this.#clock.after(this.#patienceMs, () => this.reached(Infinity));
    return new Promise((go) => void this.#waiting.push({ seq, go }));
  }

  /** The room has come to a place. */
  reached(seq: number): void {
    if (this.#waiting.length === 0) return;
    for (const each of this.#waiting) if (each.seq <= seq) each.go();
    this.#waiting = this.#waiting.filter((each) => each.seq > seq);
  }
}
