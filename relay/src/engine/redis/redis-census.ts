import type { Clock } from "../../clock.ts";
import type { Census, ConnectionLimits, Counted } from "../engine.ts";
import type { Keys } from "./keys.ts";
import type { Redis, Step } from "./redis.ts";
import type { RelayLease } from "./relay-lease.ts";

/** How long a relay's counts are kept that nobody renews: longer than any lease. */
const KEPT_S = 60;

/** Users counted in one step: each is looked up for every relay. */
const MAX_USERS = 200;

/** How often what failed is tried again. */
const RETRY_MS = 1000;
/** What is stored is looked at every so many of those. */
const LOOK_TICKS = 5;

/**
 * KEYS[1] a set: the leases that connections of an app are counted under. KEYS[2] with a lease behind it a hash: a
 * user's id as JSON → their connections on that relay, and `all`. ARGV: our lease, seconds to keep it, connections of
 * a user, of the app, how many former leases of ours follow and those, and then pairs of user and connections.
 *
 * Returns for each pair whose number has grown over a limit: its place, by how much, and the limit.
 */
const COUNT: Step = {
  name: "census-count",
  lua: `
local leases, by = KEYS[1], KEYS[2]
local lease, ttl, perUser, perApp, former = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local own = by .. lease
local ended = {}
for at = 6, 5 + former do ended[ARGV[at]] = true end
redis.call('SADD', leases, lease)
local others, elsewhere = {}, 0
for _, name in ipairs(redis.call('SMEMBERS', leases)) do
  if name ~= lease and not ended[name] then
    others[#others + 1] = by .. name
    elsewhere = elsewhere + tonumber(redis.call('HGET', by .. name, 'all') or 0)
  end
end
local over = {}
for at = 6 + former, #ARGV, 2 do
  local user, now = ARGV[at], tonumber(ARGV[at + 1])
  local change = now - tonumber(redis.call('HGET', own, user) or 0)
  if now == 0 then redis.call('HDEL', own, user) else redis.call('HSET', own, user, now) end
  local all = redis.call('HINCRBY', own, 'all', change) + elsewhere
  if change > 0 then
    local total = now
    for _, other in ipairs(others) do total = total + tonumber(redis.call('HGET', other, user) or 0) end
    local excess = math.min(change, math.max(total - perUser, all - perApp))
    if excess > 0 then
      over[#over + 1] = (at - 6 - former) / 2
      over[#over + 1] = excess
      over[#over + 1] = total > perUser and 'user' or 'app'
    end
  end
end
redis.call('EXPIRE', leases, ttl)
redis.call('EXPIRE', own, ttl)
return over
`,
};

/** KEYS as {@link COUNT}. ARGV: our lease, seconds to keep. Returns our connections, and all leases. */
const LOOK: Step = {
  name: "census-look",
  lua: `
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2] .. ARGV[1], ARGV[2])
return { tonumber(redis.call('HGET', KEYS[2] .. ARGV[1], 'all') or 0), unpack(redis.call('SMEMBERS', KEYS[1])) }
`,
};

/** KEYS as {@link COUNT}. ARGV: leases that have ended. */
const END: Step = {
  name: "census-end",
  lua: `
for _, name in ipairs(ARGV) do
  redis.call('SREM', KEYS[1], name)
  redis.call('UNLINK', KEYS[2] .. name)
end
return #ARGV
`,
};

/**
 * Counts connections over all relays in Redis. Each relay says what it has, as it changes; the step that takes it in
 * adds up what all have, and whoever has brought it over a limit sees to their own. While Redis is away each
 * relay keeps to the limits by itself, and a relay that died counts until its lease has ended.
 */
export class RedisCensus implements Census {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #lease: RelayLease;
  /** By app, whose number is to be said. */
  readonly #dirty = new Map<string, Set<string>>();
  /** Apps with a step under way. */
  readonly #busy = new Map<string, Promise<void>>();
  /** Apps that were counted before. */
  readonly #apps = new Set<string>();
  readonly #stoppers: (() => void)[];
  #counted: Counted | undefined;
  #stopTimer: () => void = () => {};
  #ticks = 0;

  constructor(parts: { redis: Redis; keys: Keys; clock: Clock; lease: RelayLease }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#lease = parts.lease;
    this.#stoppers = [
      parts.lease.watch((change) => {
        if (change === "begun") this.#sayAll();
        else this.#lookAtAll();
      }),
      parts.redis.watch((isUp) => void (isUp && this.#go())),
    ];
    this.#schedule();
  }

  follow(counted: Counted): () => void {
    this.#counted = counted;
    this.#sayAll();
    return () => {
      if (this.#counted === counted) this.#counted = undefined;
    };
  }

  changed(app: string, user: string): void {
    const users = this.#dirty.get(app) ?? new Set<string>();
    this.#dirty.set(app, users.add(user));
    this.#say(app);
  }

  /** Says what is still to be said, as far as Redis is there. */
  async close(): Promise<void> {
    this.#stopTimer();
    for (const stop of this.#stoppers) stop();
    await Promise.all(this.#busy.values());
    this.#counted = undefined;
  }

  #keysOf(app: string): string[] {
    return [this.#keys.app(app, "connected"), this.#keys.app(app, "connected-by:")];
  }

  #schedule(): void {
    this.#stopTimer = this.#clock.after(RETRY_MS, () => {
      this.#schedule();
      this.#ticks++;
      if (!this.#redis.isUp) return;
      this.#go();
      if (this.#ticks % LOOK_TICKS === 0) this.#lookAtAll();
    });
  }

  #go(): void {
    for (const app of this.#dirty.keys()) this.#say(app);
  }

  #sayAll(only?: string): void {
    for (const [app, user] of this.#counted?.connected() ?? []) {
      if (only === undefined || only === app) this.changed(app, user);
    }
  }

  #say(app: string): void {
    if (this.#busy.has(app)) return;
    this.#busy.set(
      app,
      this.#sayChanged(app).finally(() => this.#busy.delete(app)),
    );
  }

  async #sayChanged(app: string): Promise<void> {
    // What else happens in this moment goes with it.
    await Promise.resolve();
    for (let users = this.#dirty.get(app); users && users.size > 0; users = this.#dirty.get(app)) {
      const some = [...users].slice(0, MAX_USERS);
      const limits = this.#counted?.limitsOf(app);
      const { name } = this.#lease;
      if (!this.#counted || !limits || name === undefined) return;
      for (const user of some) users.delete(user);
      if (users.size === 0) this.#dirty.delete(app);
      try {
        await this.#count(app, name, some, limits);
      } catch {
        // Tried again when Redis is back, or in a moment.
        const again = this.#dirty.get(app) ?? new Set<string>();
        for (const user of some) again.add(user);
        this.#dirty.set(app, again);
        return;
      }
    }
  }

  async #count(
    app: string,
    lease: string,
    users: readonly string[],
    { connectionsPerUser, connectionsPerApp }: ConnectionLimits,
  ): Promise<void> {
    this.#apps.add(app);
    const { former } = this.#lease;
    const pairs = users.flatMap((user) => [
      JSON.stringify(user),
      this.#counted?.connectionsOf(app, user) ?? 0,
    ]);
    const args = [lease, KEPT_S, connectionsPerUser, connectionsPerApp, former.size, ...former, ...pairs];
    const over = (await this.#redis.run(COUNT, this.#keysOf(app), args)) as (number | string)[];
    for (let at = 0; at < over.length; at += 3) {
      const user = users[over[at] as number];
      if (user === undefined) continue;
      this.#counted?.onExcess(app, user, over[at + 1] as number, over[at + 2] as "user" | "app");
    }
  }

  #lookAtAll(): void {
    for (const app of this.#apps) void this.#look(app);
  }

  /** Renews what we have said, says it again if it is not there, and clears away what the dead have left. */
  async #look(app: string): Promise<void> {
    const { name } = this.#lease;
    if (name === undefined) return;
    const isQuiet = (): boolean => !this.#busy.has(app) && !this.#dirty.has(app);
    const wasQuiet = isQuiet();
    const counted = this.#counted?.connectionsOfApp(app) ?? 0;
    try {
      const [ours, ...leases] = (await this.#redis.run(LOOK, this.#keysOf(app), [name, KEPT_S])) as [
        number,
        ...string[],
      ];
      // Compared only where nothing changed meanwhile.
      const isComparable = wasQuiet && isQuiet() && name === this.#lease.name;
      const isSame = ours === counted || counted !== this.#counted?.connectionsOfApp(app);
      if (isComparable && !isSame) this.#sayAll(app);
      const ended = leases.filter((lease) => this.#lease.verdictOn(lease) === "ended");
      if (ended.length > 0) await this.#redis.run(END, this.#keysOf(app), ended);
      if (counted === 0 && isComparable && this.#apps.size > MAX_APPS) this.#apps.delete(app);
    } catch {
      // Redis is away: looked at again when it is back.
    }
  }
}

/** Apps without connections that are looked at all the same. */
const MAX_APPS = 100;
