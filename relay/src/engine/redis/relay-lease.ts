import type { Clock } from "../../clock.ts";
import type { Keys } from "./keys.ts";
import type { Redis, Step } from "./redis.ts";

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

/** What is known of a lease. */
export type Verdict = "living" | "ended" | "unknown";

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
  readonly #onChange: (change: "begun" | "others-ended") => void;
  #name: string | undefined;
  #begunAt = 0;
  #living = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #suspects = new Set<string>();
  #renewing: Promise<boolean> | undefined;

  /**
   * @param parts.leaseMs how long a relay is taken to be alive after it has last said so
   * @param parts.newName makes a name that nobody has: of letters and digits
   * @param parts.onChange told when a lease of ours has begun, and when leases of others are known to have ended
   */
  constructor(parts: {
    redis: Redis;
    keys: Keys;
    clock: Clock;
    leaseMs: number;
    newName: () => string;
    onChange: (change: "begun" | "others-ended") => void;
  }) {
    this.#redis = parts.redis;
    this.#key = parts.keys.all("relays");
    this.#clock = parts.clock;
    this.#leaseMs = parts.leaseMs;
    this.#newName = parts.newName;
    this.#onChange = parts.onChange;
  }

  /** The lease's name; undefined before the first one has begun. */
  get name(): string | undefined {
    return this.#name;
  }

  /**
   * True when this lease is older than any that could have ended unnoticed: after a loss all relays begin new ones,
   * and nobody may be taken for dead who has not come to it yet.
   */
  get isSteady(): boolean {
    return this.#name !== undefined && this.#clock.monotonic() - this.#begunAt >= this.#leaseMs;
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

  /** Says that this relay is about to go: what it holds stays for one more lease, or is given up now. */
  async resign(keeps: boolean): Promise<void> {
    await this.#renewing;
    if (this.#name === undefined) return;
    if (keeps) await this.#redis.run(RENEW, [this.#key], [this.#name, this.#leaseMs, ""]);
    else await this.#redis.command(this.#key, "ZREM", this.#key, this.#name);
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
    if (this.#name !== undefined) this.#end(this.#name);
    this.#name = name;
    this.#begunAt = this.#clock.monotonic();
    this.#onChange("begun");
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
    if (news.length > 0) this.#onChange("others-ended");
  }

  #end(name: string): void {
    this.#ended.add(name);
    const [oldest] = this.#ended;
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest);
  }
}
