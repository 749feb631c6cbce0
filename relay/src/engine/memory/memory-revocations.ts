import type { Revocation, Revocations } from "../engine.ts";

/** Revocations in memory. */
export class MemoryRevocations implements Revocations {
  readonly #held = new Map<string, Revocation>();
  readonly #listeners = new Set<(revocation: Revocation) => void>();

  add(revocation: Revocation): Promise<void> {
    const { app, kind, id, at, until } = revocation;
    const name = JSON.stringify([app, kind, id]);
    const known = this.#held.get(name) ?? revocation;
    this.#held.set(name, { ...revocation, at: Math.max(known.at, at), until: Math.max(known.until, until) });
    for (const listener of this.#listeners) listener(revocation);
    return Promise.resolve();
  }

  list(now: number): Promise<Revocation[]> {
    for (const [name, { until }] of this.#held) if (until < now) this.#held.delete(name);
    return Promise.resolve([...this.#held.values()]);
  }

  subscribe(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
