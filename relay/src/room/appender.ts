import type { Clock } from "../clock.ts";
import type { Appended, Draft, RoomLog } from "../engine/engine.ts";

interface Waiting {
  draft: Draft;
  done: (result: Appended) => void;
}

/**
 * Gathers the drafts of a tick, over all rooms, into one append: one commit is under way while the next
 * gathers, so that a slow disk makes fuller commits instead of a longer queue of small ones.
 */
export class Appender {
  readonly #log: RoomLog;
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;
  #waiting: Waiting[] = [];
  #state: "idle" | "scheduled" | "appending" = "idle";

  /** @param onFault told when an append rejects, which an engine does when it can store nothing */
  constructor(log: RoomLog, clock: Clock, onFault: (error: unknown) => void) {
    this.#log = log;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  /** Drafts that were handed in and have no result yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Hands in a draft; `done` is called once, in the order of handing in within a room. */
  append(draft: Draft, done: (result: Appended) => void): void {
    this.#waiting.push({ draft, done });
    if (this.#state === "idle") this.#schedule();
  }

  #schedule(): void {
    this.#state = "scheduled";
    this.#clock.soon(() => void this.#appendAll());
  }

  async #appendAll(): Promise<void> {
    this.#state = "appending";
    const batch = this.#waiting;
    this.#waiting = [];
    const results = await this.#results(batch);
    for (const [at, { done }] of batch.entries()) done(results[at] ?? UNAVAILABLE);
    if (this.#waiting.length > 0) this.#schedule();
    else this.#state = "idle";
  }

  async #results(batch: readonly Waiting[]): Promise<Appended[]> {
    try {
      return await this.#log.append(batch.map(({ draft }) => draft));
    } catch (error) {
      this.#onFault(error);
      return [];
    }
  }
}

const UNAVAILABLE: Appended = {
  ok: false,
  code: "unavailable",
  message: "The relay cannot store anything just now; nothing was stored. Try again.",
};
