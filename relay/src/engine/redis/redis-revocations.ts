import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Revocation, Revocations } from "../engine.ts";
import type { Keys } from "./keys.ts";
import type { Redis, Step } from "./redis.ts";

/** How often it is asked for new ones: a push may be lost. */
const POLL_MS = 1000;

/** Kept beyond the moment at which it ends, for clocks that differ. */
const SLACK_MS = 3_600_000;

/** Revocations read in one step. */
const PAGE = 1000;

/**
 * KEYS: a hash, name → `at until`; a sorted set, name by the number of its last change; a hash with `epoch` and
 * `number`; the channel that says that there is something new. ARGV: an epoch if one is needed, then of each name, at,
 * until. What has ended by the time of the newest is let go.
 */
const ADD: Step = {
  name: "revocations-add",
  lua: `
local held, order, state, channel = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, longest = 0, 0
redis.call('HSETNX', state, 'epoch', ARGV[1])
for n = 2, #ARGV, 3 do
  local name, at, till = ARGV[n], ARGV[n + 1], ARGV[n + 2]
  now = math.max(now, tonumber(at))
  longest = math.max(longest, tonumber(till) - tonumber(at))
  local known = redis.call('HGET', held, name)
  if known then
    local before, ends = known:match('^(%S+) (%S+)$')
    if tonumber(before) > tonumber(at) then at = before end
    if tonumber(ends) > tonumber(till) then till = ends end
  end
  if known ~= at .. ' ' .. till then
    redis.call('HSET', held, name, at .. ' ' .. till)
    redis.call('ZADD', order, redis.call('HINCRBY', state, 'number', 1), name)
  end
end
-- A few are looked at each time: more than come.
for _, name in ipairs(redis.call('HRANDFIELD', held, 20)) do
  if tonumber(redis.call('HGET', held, name):match('%S+$')) < now then
    redis.call('HDEL', held, name)
    redis.call('ZREM', order, name)
  end
end
local ttl = math.max(longest + ${SLACK_MS}, redis.call('PTTL', held))
for at = 1, 3 do redis.call('PEXPIRE', KEYS[at], ttl) end
redis.call('SPUBLISH', channel, '')
return redis.status_reply('OK')
`,
};

/**
 * KEYS as {@link ADD}. ARGV: after which number, how many. Returns epoch (or nothing), up to which number this goes,
 * and names with `at until`.
 */
const SINCE: Step = {
  name: "revocations-since",
  lua: `
local found = redis.call('ZRANGE', KEYS[2], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2], 'WITHSCORES')
local told, last = {}, ARGV[1]
for at = 1, #found, 2 do
  last = found[at + 1]
  local known = redis.call('HGET', KEYS[1], found[at])
  if known then
    told[#told + 1] = found[at]
    told[#told + 1] = known
  end
end
return { redis.call('HGET', KEYS[3], 'epoch') or '', tonumber(last), told }
`,
};

/** What one look has found. */
interface Found {
  epoch: string;
  last: number;
  told: Revocation[];
}

/**
 * Revocations in Redis. Each relay that is asked to tell them hears of new ones by a push and, should that be lost, by
 * looking every second. What Redis forgets before its time is told to it again by those who know it.
 */
export class RedisRevocations implements Revocations {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #names: string[];
  readonly #listeners = new Set<(revocation: Revocation) => void>();
  /** What was told here. */
  readonly #known = new Map<string, Revocation>();
  #epoch = "";
  #last = 0;
  #isLooking = false;
  #isStale = false;
  #isClosed = false;
  #stopTimer: () => void = () => {};
  #stopListening: Promise<() => void> | undefined;

  constructor(parts: { redis: Redis; keys: Keys; clock: Clock }) {
    const { redis, keys, clock } = parts;
    this.#redis = redis;
    this.#clock = clock;
    this.#names = ["revoked", "revoked-order", "revoked-state", "revoked"].map((part) => keys.all(part));
  }

  async add(revocation: Revocation): Promise<void> {
    await this.#store([revocation]);
    this.#learn(revocation);
  }

  async list(now: number): Promise<Revocation[]> {
    const held: Revocation[] = [];
    for (let last = 0; ;) {
      const found = await this.#since(last);
      held.push(...found.told);
      if (found.last === last) break;
      last = found.last;
    }
    // One that changed meanwhile comes twice, and as it is now.
    const byName = new Map(held.map((each) => [nameOf(each), each]));
    return [...byName.values()].filter(({ until }) => until >= now);
  }

  subscribe(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  /** From the start on: what was added between somebody's list and now is told, too. */
  #begin(): void {
    this.#last = 0;
    const [, , , channel = ""] = this.#names;
    this.#stopListening = this.#redis.listen(channel, () => void this.#look());
    // Without it they are found all the same, a second later.
    this.#stopListening.catch(() => undefined);
    const tick = (): void => {
      this.#stopTimer = this.#clock.after(POLL_MS, tick);
      void this.#look();
    };
    this.#stopTimer = this.#clock.after(POLL_MS, tick);
    void this.#look();
  }

  #end(): void {
    this.#stopTimer();
    this.#stopListening?.then(
      (stop) => stop(),
      () => undefined,
    );
    this.#stopListening = undefined;
  }

  /** Looks for new ones; asked meanwhile, once more. */
  async #look(): Promise<void> {
    this.#isStale = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#isStale && !this.#isClosed && this.#listeners.size > 0) {
        this.#isStale = false;
        await this.#take(await this.#since(this.#last));
      }
    } catch {
      // Redis is away: looked again in a second.
    } finally {
      this.#isLooking = false;
    }
  }

  async #take({ epoch, last, told }: Found): Promise<void> {
    if (epoch !== this.#epoch) return this.#restore(epoch);
    if (last > this.#last) this.#isStale = true;
    this.#last = last;
    for (const revocation of told) this.#learn(revocation);
  }

  /** What Redis knows is of another life: it is read from the start, and told what it does not know any more. */
  async #restore(epoch: string): Promise<void> {
    this.#last = 0;
    const now = this.#clock.now();
    for (const [name, { until }] of this.#known) if (until < now) this.#known.delete(name);
    const known = [...this.#known.values()];
    for (let at = 0; at < known.length; at += PAGE) await this.#store(known.slice(at, at + PAGE));
    this.#epoch = epoch;
    this.#isStale = true;
  }

  async #store(revocations: readonly Revocation[]): Promise<void> {
    const args = revocations.flatMap((each) => [nameOf(each), each.at, each.until]);
    await this.#redis.run(ADD, this.#names, [randomUUID().slice(0, 8), ...args]);
  }

  async #since(last: number): Promise<Found> {
    const reply = await this.#redis.run(SINCE, this.#names, [last, PAGE]);
    const [epoch, upTo, found] = reply as [string, number, string[]];
    const told: Revocation[] = [];
    for (let at = 0; at < found.length; at += 2)
      told.push(revocationOf(found[at] ?? "", found[at + 1] ?? ""));
    return { epoch, last: upTo, told };
  }

  /** Tells it, if it says more than what was told before. */
  #learn(revocation: Revocation): void {
    const name = nameOf(revocation);
    const known = this.#known.get(name);
    if (known && known.at >= revocation.at && known.until >= revocation.until) return;
    const { at, until } = known ?? revocation;
    this.#known.set(name, {
      ...revocation,
      at: Math.max(at, revocation.at),
      until: Math.max(until, revocation.until),
    });
    for (const listener of this.#listeners) listener(revocation);
  }
}

function nameOf({ app, kind, id }: Revocation): string {
  return JSON.stringify([app, kind, id]);
}

function revocationOf(name: string, held: string): Revocation {
  const [app, kind, id] = JSON.parse(name) as [string, Revocation["kind"], string];
  const [at, until] = held.split(" ").map(Number) as [number, number];
  return { app, kind, id, at, until };
}
