import { createPublicKey } from "node:crypto";
import type { KeyOptions } from "./key-options.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";
import { fetchJson, type Fetch } from "./fetch-json.ts";
import { verifyKey, whyUnfit, type VerifyKey } from "./verify-key.ts";

/** How a {@link KeySet} is set up. */
export interface KeySetOptions {
  /** What its operator wrote down, with a `jwksUrl`. */
  key: KeyOptions & { jwksUrl: string };
  clock: Clock;
  log: Log;
  /** Called when a key that was there is there no more. */
  onRemoved?: () => void;
  fetch?: Fetch;
}

/** After this the keys are asked for again, when they are next used; until the answer the old ones hold. */
const FRESH_MS = 10 * 60_000;

/** After this, keys that could not be asked for again hold no longer. */
const STALE_MS = 24 * 60 * 60_000;

/**
 * Between one answer and the next question about a name that was not in it. Whoever sends tokens with made-up
 * names makes the relay ask as often as this, and no more.
 */
const COOLDOWN_MS = 10_000;

/** The same after a question without an answer. */
const RETRY_MS = 5000;

/** Keys that are taken from one set. */
const MAX_KEYS = 100;

/** What is known: nothing yet, or the keys of the last good answer. Times are monotonic, in ms. */
type Known = { state: "empty" } | { state: "loaded"; keys: ReadonlyMap<string, VerifyKey>; loadedAt: number };

/**
 * The keys that an identity provider publishes at an address (a JWKS, RFC 7517). The address is the operator's;
 * a token has no say in what is asked, and next to none in how often.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  #known: Known = { state: "empty" };
  #asking: Promise<void> | undefined;
  #askedAt = -Infinity;
  #failedAt = -Infinity;
  readonly #stopping = new AbortController();

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /** Keys that are held now. */
  get size(): number {
    return this.#keys()?.size ?? 0;
  }

  /** Whether a key is one of these now. */
  holds(fingerprint: string): boolean {
    return [...(this.#keys()?.values() ?? [])].some((key) => key.fingerprint === fingerprint);
  }

  /**
   * The key of a name: at once when it is known, and otherwise as soon as it has been asked for. Undefined when
   * there is none; `unavailable` when that cannot be found out now.
   */
  find(kid: string): VerifyKey | undefined | "unavailable" | Promise<VerifyKey | undefined | "unavailable"> {
    const now = this.#options.clock.monotonic();
    const key = this.#keys()?.get(kid);
    if (key) {
      if (this.#known.state === "loaded" && now - this.#known.loadedAt >= FRESH_MS) this.warm();
      return key;
    }
    if (!this.#asking) {
      if (now - this.#failedAt < RETRY_MS) return "unavailable";
      // An answer of just now that does not have it is an answer.
      if (this.#keys() && now - this.#askedAt < COOLDOWN_MS) return undefined;
    }
    return this.#ask().then(() => this.#answer(kid));
  }

  /** Asks for the keys, if nothing stands against it, so that the first token need not wait. */
  warm(): void {
    if (this.#options.clock.monotonic() - this.#failedAt >= RETRY_MS) void this.#ask();
  }

  /** Ends what is under way. */
  close(): void {
    this.#stopping.abort();
  }

  #keys(): ReadonlyMap<string, VerifyKey> | undefined {
    const known = this.#known;
    if (known.state === "empty") return undefined;
    return this.#options.clock.monotonic() - known.loadedAt < STALE_MS ? known.keys : undefined;
  }

  #answer(kid: string): VerifyKey | undefined | "unavailable" {
    const key = this.#keys()?.get(kid);
    return key ?? (this.#failedAt >= this.#askedAt ? "unavailable" : undefined);
  }

  /** Asks once for all who want to know. Never rejects. */
  #ask(): Promise<void> {
    this.#asking ??= this.#load().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #load(): Promise<void> {
    const { clock, key, log, fetch } = this.#options;
    this.#askedAt = clock.monotonic();
    try {
      const json = await fetchJson(key.jwksUrl, this.#stopping.signal, fetch);
      const keys = keysOf(json, key);
      if (keys.size === 0) throw new Error(`It has no key that is fit for ${key.alg}.`);
      this.#take(keys);
    } catch (error) {
      this.#failedAt = clock.monotonic();
      if (this.#stopping.signal.aborted) return;
      const left = this.#keys() ? "The keys of before hold on for now." : "Its tokens cannot be verified.";
      log.warn({ url: key.jwksUrl, err: error }, `The keys at a jwksUrl could not be read. ${left}`);
    }
  }

  #take(keys: ReadonlyMap<string, VerifyKey>): void {
    const before = this.#known;
    this.#known = { state: "loaded", keys, loadedAt: this.#options.clock.monotonic() };
    if (before.state === "empty") return;
    const left = new Set([...keys.values()].map(({ fingerprint }) => fingerprint));
    if ([...before.keys.values()].some(({ fingerprint }) => !left.has(fingerprint)))
      this.#options.onRemoved?.();
  }
}

/** The keys of a set that are for verifying, and fit for the algorithm; all others are none of our business. */
function keysOf(json: unknown, options: KeyOptions): Map<string, VerifyKey> {
  const listed = typeof json === "object" && json !== null && "keys" in json ? json.keys : undefined;
  if (!Array.isArray(listed)) throw new Error("It is no JWKS: it has no list of `keys`.");
  const keys = new Map<string, VerifyKey>();
  for (const jwk of listed.slice(0, MAX_KEYS) as unknown[]) {
    const key = keyOf(jwk, options);
    if (key?.kid !== undefined && !keys.has(key.kid)) keys.set(key.kid, key);
  }
  return keys;
}

function keyOf(value: unknown, { alg, issuer, audience }: KeyOptions): VerifyKey | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const jwk = value as Record<string, unknown>;
  const { kid, use, key_ops: uses } = jwk;
  if (typeof kid !== "string" || kid === "" || kid.length > 256) return undefined;
  if (use !== undefined && use !== "sig") return undefined;
  if (Array.isArray(uses) && !uses.includes("verify")) return undefined;
  if (jwk["alg"] !== undefined && jwk["alg"] !== alg) return undefined;
  // A private key has been published, or a secret: nobody can rely on either.
  if (jwk["d"] !== undefined || jwk["k"] !== undefined) return undefined;
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const described = {
      kid,
      alg,
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    };
    return whyUnfit(key, alg) === undefined ? verifyKey(described, key) : undefined;
  } catch {
    return undefined;
  }
}
