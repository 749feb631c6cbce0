/**
 * One after the other. What reads much for a client takes turns, so that a frame with a thousand requests has
 * one of them under way, and the others are looked at when it is known what the first cost.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all that was handed in before is done; what went wrong there is not its concern. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
