/**
 * One after the other. What reads much for a client takes turns, so that a frame with a thousand requests has
 * one of them under way, and the others are looked at when it is known what the first cost.
 */
export class Turns {
  /** What is under way or waits; kept only meanwhile, for most connections read once and are then idle. */
  #last: Promise<unknown> | undefined;

  /** Runs `work` when all that was handed in before is done; what went wrong there is not its concern. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last ? this.#last.then(work) : work();
    const settled = turn.then(ignore, ignore).then(() => {
      if (this.#last === settled) this.#last = undefined;
    });
    this.#last = settled;
    return turn;
  }
}

function ignore(): void {}
