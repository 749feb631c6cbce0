import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Keys } from "./keys.ts";
import type { Redis, Step } from "./redis.ts";

/** How long a relay is taken to be alive after it has last said so. */
const LEASE_MS = 15_000;

/** Names of ended leases that are remembered; one that was forgotten is asked about again. */
const MAX_ENDED = 1000;

/**
 * Renews a lease by the time of Redis, or begins it; one that has ended is never renewed, so that nobody who acts on
 * the end comes too late. Returns all leases that have not ended, or nothing if this one has.
 */
const RENEW: Step = {
  name: "lease-renew",
  lua: `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[3] ~= 'begin' and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return {} end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 4 * ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
`,
};

/** A lease of ours has begun, or some of others are known to have ended. */
export type LeaseChange = "begun" | "others-ended";

/** A lease is renewed so often in the time it lasts. */
const RENEWALS = 3;

/** Names of our own that are remembered. */
const MAX_FORMER = 20;

/** What is known of a lease. */
export type Verdict = "living" | "ended" | "unknown";

/** What a lease needs. */
export interface LeaseParts {
  redis: Redis;
  keys: Keys;
  clock: Clock;
  /** How long a relay is taken to be alive after it has last said so. */
  leaseMs?: number;
  /** Makes a name that nobody has, of letters and digits. */
  newName?: () => string;
}

/**
 * This relay's lease, and those of the others. A lease has a name that is used once: when it has ended (the process
 * stood still, or Redis was away), the relay begins another, and what it said under the old name is swept out.
 */
export class RelayLease {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #newName: () => string;
  readonly #watchers = new Set<(change: LeaseChange) => void>();
  readonly #former = new Set<string>();
  #name: string | undefined;
  #steadySince = 0;
  #living = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #suspects = new Set<string>();
  #renewing: Promise<boolean> | undefined;
  readonly #unwatch: () => void;
  #stopTimer: () => void = () => {};

  private constructor(parts: Required<LeaseParts>) {
    this.#redis = parts.redis;
    this.#key = parts.keys.all("relays");
    this.#clock = parts.clock;
    this.#leaseMs = parts.leaseMs;
    this.#newName = parts.newName;
    this.#unwatch = parts.redis.watch((isUp) => {
      if (!isUp) return;
      this.#steadySince = this.#clock.monotonic();
      void this.renew();
    });
    this.#schedule();
  }

  /** Begins with a lease; where Redis is away that comes later. */
  static async open({
    redis,
    keys,
    clock,
    leaseMs = LEASE_MS,
    newName = () => randomUUID().replaceAll("-", "").slice(0, 12),
  }: LeaseParts): Promise<RelayLease> {
    const lease = new RelayLease({ redis, keys, clock, leaseMs, newName });
    await lease.renew();
    return lease;
  }

  /** The lease's name; undefined before the first one has begun. */
  get name(): string | undefined {
    return this.#name;
  }

  /** How long a lease lasts, in ms. */
  get lastsMs(): number {
    return this.#leaseMs;
  }

  /** Leases of this relay that have ended, the latest of them. */
  get former(): ReadonlySet<string> {
    return this.#former;
  }

  /** Hears of changes. Returns what stops it. */
  watch(listener: (change: LeaseChange) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /**
   * True when this lease, and the line to Redis, are older than a lease lasts: after a loss everybody has to renew theirs
   * or begin another, and nobody may be taken for dead who has not come to it yet.
   */
  get isSteady(): boolean {
    return this.#name !== undefined && this.#clock.monotonic() - this.#steadySince >= this.#leaseMs;
  }

  /** What is known of a lease; whoever is not known is looked for at the next renewal. */
  verdictOn(name: string): Verdict {
    if (name === this.#name || this.#living.has(name)) return "living";
    if (this.#ended.has(name)) return "ended";
    this.#suspects.add(name);
    return "unknown";
  }

  /** Says that this relay lives. Resolves with false when Redis could not be told. */
  renew(): Promise<boolean> {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /**
   * Says that this relay is about to go: what it holds stays for one more lease, or is given up now. If that cannot be
   * said, the lease ends by itself.
   */
  async close(keeps: boolean): Promise<void> {
    this.#stopTimer();
    this.#unwatch();
    await this.#renewing;
    if (this.#name === undefined) return;
    const said = keeps
      ? this.#redis.run(RENEW, [this.#key], [this.#name, this.#leaseMs, ""])
      : this.#redis.command(this.#key, "ZREM", this.#key, this.#name);
    await said.catch(() => undefined);
  }

  #schedule(): void {
    this.#stopTimer = this.#clock.after(this.#leaseMs / RENEWALS, () => {
      this.#schedule();
      void this.renew();
    });
  }

  async #renew(): Promise<boolean> {
    // Asked for before: whoever is found missing now was missing when they were suspected.
    const suspects = [...this.#suspects];
    try {
      let living = this.#name === undefined ? [] : await this.#say(this.#name, "");
      if (living.length === 0) living = await this.#begin();
      this.#judge(new Set(living), suspects);
      return true;
    } catch {
      return false;
    }
  }

  async #begin(): Promise<string[]> {
    const name = this.#newName();
    const living = await this.#say(name, "begin");
    if (this.#name !== undefined) {
      this.#end(this.#name);
      remember(this.#former, this.#name, MAX_FORMER);
    }
    this.#name = name;
    this.#steadySince = this.#clock.monotonic();
    this.#tell("begun");
    return living;
  }

  async #say(name: string, how: "" | "begin"): Promise<string[]> {
    return (await this.#redis.run(RENEW, [this.#key], [name, this.#leaseMs, how])) as string[];
  }

  #judge(living: Set<string>, suspects: readonly string[]): void {
    const ended = [...this.#living, ...suspects].filter((name) => !living.has(name) && name !== this.#name);
    this.#living = living;
    for (const name of suspects) this.#suspects.delete(name);
    const news = ended.filter((name) => !this.#ended.has(name));
    for (const name of news) this.#end(name);
    if (news.length > 0) this.#tell("others-ended");
  }

  #end(name: string): void {
    remember(this.#ended, name, MAX_ENDED);
  }

  #tell(change: LeaseChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}

/** Adds to a set, which lets go of the oldest beyond `most`. */
function remember(names: Set<string>, name: string, most: number): void {
  names.add(name);
  const [oldest] = names;
  if (names.size > most && oldest !== undefined) names.delete(oldest);
}
