import type { Revocation, Revocations } from "../engine.ts";
import type { AsyncStore } from "./store-port.ts";

/** Revocations in a file. */
export class SqliteRevocations implements Revocations {
  readonly #store: AsyncStore;
  readonly #listeners = new Set<(revocation: Revocation) => void>();

  constructor(store: AsyncStore) {
    this.#store = store;
  }

  async add(revocation: Revocation): Promise<void> {
    await this.#store.revoke(revocation);
    for (const listener of this.#listeners) listener(revocation);
  }

  list(now: number): Promise<Revocation[]> {
    return this.#store.revocations(now);
  }

  subscribe(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
