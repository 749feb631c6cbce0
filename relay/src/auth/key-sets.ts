import type { KeyOptions } from "./key-options.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";
import { KeySet } from "./key-set.ts";

/** A set of published keys that an app wants. */
export interface WantedSet {
  app: string;
  key: KeyOptions & { jwksUrl: string };
  set: KeySet;
}

/**
 * The sets of published keys that a relay holds: one for each app and place, never shared between apps. A set
 * that is wanted again after a reload goes on with what it knows.
 */
export class KeySets {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onRemoved: () => void;
  #held = new Map<string, KeySet>();

  /** @param onRemoved called when a published key has been withdrawn */
  constructor(clock: Clock, log: Log, onRemoved: () => void) {
    this.#clock = clock;
    this.#log = log;
    this.#onRemoved = onRemoved;
  }

  /** The set for an app, which does nothing before it is kept. */
  want(app: string, key: KeyOptions & { jwksUrl: string }): WantedSet {
    const parts = { clock: this.#clock, log: this.#log, onRemoved: this.#onRemoved };
    return { app, key, set: this.#held.get(nameOf(app, key)) ?? new KeySet({ key, ...parts }) };
  }

  /** Keeps these, has them ask for their keys, and lets go of all others. */
  keep(wanted: readonly WantedSet[]): void {
    const kept = new Map(wanted.map(({ app, key, set }) => [nameOf(app, key), set]));
    for (const [name, set] of this.#held) if (kept.get(name) !== set) set.close();
    this.#held = kept;
    for (const set of kept.values()) if (set.size === 0) set.warm();
  }

  /** Lets go of all. */
  close(): void {
    this.keep([]);
  }
}

function nameOf(app: string, { jwksUrl, alg, issuer, audience }: KeyOptions): string {
  return JSON.stringify([app, jwksUrl, alg, issuer, audience]);
}
