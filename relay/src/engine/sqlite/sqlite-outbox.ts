import type { Outbox, OutboxCounts, Parcel, RoomKey, Route, Waiting } from "../engine.ts";
import type { AsyncStore } from "./store-port.ts";

/** What is to be told to those outside, in a file. */
export class SqliteOutbox implements Outbox {
  readonly #store: AsyncStore;

  constructor(store: AsyncStore) {
    this.#store = store;
  }

  route(routes: readonly Route[]): Promise<void> {
    return this.#store.route(routes);
  }

  note(to: string, room: RoomKey, note: string): Promise<void> {
    return this.#store.note(to, room, note);
  }

  list(to: string, after: number, limit: number): Promise<Waiting[]> {
    return this.#store.waiting(to, after, limit);
  }

  open(id: number): Promise<Parcel | undefined> {
    return this.#store.parcel(id);
  }

  settle(ids: readonly number[]): Promise<void> {
    return this.#store.settle(ids);
  }

  counts(to: string): Promise<OutboxCounts> {
    return this.#store.outboxCounts(to);
  }

  /** A file has one relay. */
  claim(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  watch(): () => void {
    return () => {};
  }
}
