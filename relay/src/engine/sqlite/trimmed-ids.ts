import type { Statements } from "./statements.ts";

/** Ids that must be known for longer than their events are kept. */
export class TrimmedIds {
  readonly #statements: Statements;
  #isEmpty: boolean;

  constructor(statements: Statements) {
    this.#statements = statements;
    this.#isEmpty = statements.oldestTrimmedId.get() === undefined;
  }

  /** True when there is certainly none, as in most relays: then nothing needs to be looked up. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Where an id was stored, if that was not before `since`. */
  find(room: number, id: string, user: string, since: number): { seq: number; at: number } | undefined {
    const row = this.#isEmpty ? undefined : this.#statements.trimmedId.get(room, id, user, since);
    return row && { seq: row.seq, at: row.at };
  }

  keep(room: number, id: string, user: string, place: { seq: number; at: number }): void {
    this.#statements.keepTrimmedId.run(room, id, user, place.seq, place.at);
    this.#isEmpty = false;
  }

  /** True when some are from before a time. */
  hasOlder(than: number): boolean {
    return !this.#isEmpty && (this.#statements.oldestTrimmedId.get()?.at ?? Infinity) < than;
  }

  /** Forgets some from before a time, `limit` at most. */
  forget(before: number, limit: number): void {
    this.#statements.forgetTrimmedIds.run(before, limit);
    this.#isEmpty = this.#statements.oldestTrimmedId.get() === undefined;
  }
}
