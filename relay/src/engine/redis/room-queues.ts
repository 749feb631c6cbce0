import type { RoomKey } from "../engine.ts";

/** Does things to each room one after another, and to different rooms at once. */
export class RoomQueues {
  readonly #last = new Map<RoomKey, Promise<unknown>>();

  /** Runs `work` when all that was asked for before in that room has ended, in whichever way. */
  run<T>(room: RoomKey, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(room);
    const result = before ? before.then(work, work) : work();
    const ended = result.then(ignore, ignore);
    this.#last.set(room, ended);
    void ended.then(() => {
      if (this.#last.get(room) === ended) this.#last.delete(room);
    });
    return result;
  }

  /** Resolves when nothing is being done. */
  async idle(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}

function ignore(): void {}
