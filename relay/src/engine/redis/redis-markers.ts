import type { Clock } from "../../clock.ts";
import type { Markers, RoomKey } from "../engine.ts";
import type { Keys } from "./keys.ts";
import { itemPush } from "./push.ts";
import type { Redis, Step } from "./redis.ts";

const DAY_MS = 86_400_000;

/** How long a marker is kept that does not move, and the markers of a room in which none does. */
const KEPT_DAYS = 90;

/** Users marked in one step. */
const MAX_MARKS = 500;

/** Markers that wait for a Redis that is away, over all rooms; beyond that new ones are let go. */
const MAX_WAITING = 100_000;

/**
 * KEYS: a hash, user (as JSON) → `seq day`, and the room's channel. ARGV: seconds to keep it, today, the oldest day
 * that is kept; then user, seq and what is pushed if that is further than before.
 */
const MARK: Step = {
  name: "markers-mark",
  lua: `
local today, oldest = ARGV[2], tonumber(ARGV[3])
for at = 4, #ARGV, 3 do
  local user, seq = ARGV[at], ARGV[at + 1]
  local known = redis.call('HGET', KEYS[1], user)
  if tonumber(seq) > (known and tonumber(known:match('^%d+')) or 0) then
    redis.call('HSET', KEYS[1], user, seq .. ' ' .. today)
    redis.call('SPUBLISH', KEYS[2], ARGV[at + 2])
  end
end
-- Guests come once: at each step a few are looked at, so that those of long ago do not gather.
local some = redis.call('HRANDFIELD', KEYS[1], 4, 'WITHVALUES')
for at = 1, #some, 2 do
  if tonumber(some[at + 1]:match('%d+$')) < oldest then redis.call('HDEL', KEYS[1], some[at]) end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return redis.status_reply('OK')
`,
};

/**
 * Read markers in Redis: one hash a room. A marker is known at once to who has set it, and stored a moment later with
 * the others; while Redis is away it waits.
 */
export class RedisMarkers implements Markers {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #channelOf: (room: RoomKey) => string;
  /** Not stored yet, or on the way. */
  readonly #waiting = new Map<RoomKey, Map<string, number>>();
  readonly #unwatch: () => void;
  #count = 0;
  /** Rooms with a step under way. */
  readonly #busy = new Set<RoomKey>();

  /** @param parts.channelOf the channel that a room's items are pushed by */
  constructor(parts: { redis: Redis; keys: Keys; clock: Clock; channelOf: (room: RoomKey) => string }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#channelOf = parts.channelOf;
    this.#unwatch = parts.redis.watch((isUp) => {
      if (isUp) for (const room of this.#waiting.keys()) this.#store(room);
    });
  }

  async read(room: RoomKey, userId: string): Promise<number | undefined> {
    const key = this.#keyOf(room);
    const stored = (await this.#redis.command(key, "HGET", key, JSON.stringify(userId))) as string | null;
    const waiting = this.#waiting.get(room)?.get(userId) ?? 0;
    const seq = Math.max(waiting, stored === null ? 0 : Number.parseInt(stored, 10));
    return seq > 0 ? seq : undefined;
  }

  mark(room: RoomKey, userId: string, seq: number): void {
    const waiting = this.#waiting.get(room) ?? new Map<string, number>();
    const before = waiting.get(userId);
    if ((before ?? 0) >= seq) return;
    if (before === undefined) {
      if (this.#count >= MAX_WAITING) return;
      this.#count++;
    }
    this.#waiting.set(room, waiting.set(userId, seq));
    this.#store(room);
  }

  /** Forgets all markers of a room. */
  async dropRoom(room: RoomKey): Promise<void> {
    this.#count -= this.#waiting.get(room)?.size ?? 0;
    this.#waiting.delete(room);
    const key = this.#keyOf(room);
    await this.#redis.command(key, "UNLINK", key);
  }

  /** Forgets a user's marker in a room. */
  async dropUser(room: RoomKey, userId: string): Promise<void> {
    this.#settle(room, userId, Infinity);
    const key = this.#keyOf(room);
    await this.#redis.command(key, "HDEL", key, JSON.stringify(userId));
  }

  /** Stores what waits, as far as Redis is there, and then nothing more. */
  async close(): Promise<void> {
    this.#unwatch();
    if (this.#redis.isUp) await Promise.all([...this.#waiting.keys()].map((room) => this.#send(room)));
  }

  #keyOf(room: RoomKey): string {
    return this.#keys.room(room, "read");
  }

  #store(room: RoomKey): void {
    if (this.#busy.has(room)) return;
    this.#busy.add(room);
    void this.#storeAll(room);
  }

  async #storeAll(room: RoomKey): Promise<void> {
    // What else happens in this moment goes with it.
    await Promise.resolve();
    let isStored = true;
    while (isStored && this.#waiting.has(room)) isStored = await this.#send(room);
    this.#busy.delete(room);
  }

  /** False when Redis could not be told. */
  async #send(room: RoomKey): Promise<boolean> {
    const marks = [...(this.#waiting.get(room) ?? [])].slice(0, MAX_MARKS);
    const today = Math.floor(this.#clock.now() / DAY_MS);
    const args = marks.flatMap(([user, seq]) => [
      JSON.stringify(user),
      seq,
      itemPush("", { type: "read", user, seq }),
    ]);
    const kept = [(KEPT_DAYS * DAY_MS) / 1000, today, today - KEPT_DAYS];
    try {
      await this.#redis.run(MARK, [this.#keyOf(room), this.#channelOf(room)], [...kept, ...args]);
    } catch {
      return false;
    }
    for (const [user, seq] of marks) this.#settle(room, user, seq);
    return true;
  }

  /** What was stored up to `seq` waits no more. */
  #settle(room: RoomKey, user: string, seq: number): void {
    const waiting = this.#waiting.get(room);
    const left = waiting?.get(user);
    if (!waiting || left === undefined || left > seq) return;
    waiting.delete(user);
    this.#count--;
    if (waiting.size === 0) this.#waiting.delete(room);
  }
}
