/** Calls that may wait in one lane. */
const MAX_WAITING = 200;

/** One after the other for each key; lanes know nothing of each other. What a lane keeps, it keeps meanwhile. */
export class Lanes {
  readonly #lanes = new Map<string, { last: Promise<void>; waiting: number }>();

  /** Runs `work` when all that came before it under this key is done. False when too much waits already. */
  run(key: string, work: () => Promise<void>): boolean {
    const lane = this.#lanes.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (lane.waiting >= MAX_WAITING) return false;
    this.#lanes.set(key, lane);
    lane.waiting++;
    lane.last = lane.last.then(work).finally(() => {
      if (--lane.waiting === 0) this.#lanes.delete(key);
    });
    return true;
  }

  /** How many lanes have something to do. */
  get size(): number {
    return this.#lanes.size;
  }
}
