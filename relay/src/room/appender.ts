import type { Clock } from "../clock.ts";
import type { Appended, Draft, RoomLog } from "../engine/engine.ts";

/** A draft that waits for its result, or somebody who waits for all results before. */
type Waiting = { draft: Draft; done: (result: Appended) => void } | { draft?: undefined; done: () => void };

/**
 * Gathers the drafts of a tick, over all rooms, into one append: one commit is under way while the next
 * gathers, so that a slow disk makes fuller commits instead of a longer queue of small ones.
 */
export class Appender {
  readonly #log: RoomLog;
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;
  readonly #onCommit: (ms: number, results: readonly Appended[]) => void;
  #waiting: Waiting[] = [];
  #state: "idle" | "scheduled" | "appending" = "idle";

  /**
   * @param onFault told when an append rejects, which an engine does when it can store nothing
   * @param onCommit told of every other append how many milliseconds it took and what it came to
   */
  constructor(
    log: RoomLog,
    clock: Clock,
    onFault: (error: unknown) => void,
    onCommit: (ms: number, results: readonly Appended[]) => void = () => {},
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#onFault = onFault;
    this.#onCommit = onCommit;
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

  /** Calls `run` when everything handed in so far has its result. */
  afterAll(run: () => void): void {
    if (this.#state === "idle") return run();
    this.#waiting.push({ done: run });
  }

  #schedule(): void {
    this.#state = "scheduled";
    this.#clock.soon(() => void this.#appendAll());
  }

  async #appendAll(): Promise<void> {
    this.#state = "appending";
    const batch = this.#waiting;
    this.#waiting = [];
    const results = await this.#results(batch.flatMap(({ draft }) => draft ?? []));
    let next = 0;
    for (const { draft, done } of batch) {
      if (draft) done(results[next++] ?? UNAVAILABLE);
      else done();
    }
    if (this.#waiting.length > 0) this.#schedule();
    else this.#state = "idle";
  }

  async #results(drafts: readonly Draft[]): Promise<Appended[]> {
    if (drafts.length === 0) return [];
    const begun = this.#clock.monotonic();
    try {
      const results = await this.#log.append(drafts);
      this.#onCommit(this.#clock.monotonic() - begun, results);
      return results;
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
