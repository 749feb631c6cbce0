import type { RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import { partsOfKey, roomKeyOf, type RoomKey } from "../engine.ts";
import type { Keys } from "./keys.ts";
import type { Redis } from "./redis.ts";

/** How long it is taken for granted that a room is in the index. */
const TRUSTED_MS = 10 * 60_000;

/** How long an index is kept to which nothing is added. */
const INDEX_MS = 366 * 86_400_000;

/** Rooms that are remembered to be in the index. */
const MAX_REMEMBERED = 100_000;

/**
 * The names of each app's rooms that were written to. A room is put in before its first event is stored, as both are
 * in different slots: a name may stand here of which there is nothing, but never the other way round.
 */
export class RoomIndex {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  /** Until when a room is remembered to be in the index. */
  readonly #remembered = new Map<RoomKey, number>();

  constructor(redis: Redis, keys: Keys, clock: Clock) {
    this.#redis = redis;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Puts a room in. Costs nothing while it is remembered to be there. */
  async add(room: RoomKey): Promise<void> {
    const now = this.#clock.monotonic();
    if ((this.#remembered.get(room) ?? -Infinity) > now) return;
    const { app, room: name } = partsOfKey(room);
    const key = this.#keys.app(app, "rooms");
    await Promise.all([
      this.#redis.command(key, "ZADD", key, 0, name),
      this.#redis.command(key, "PEXPIRE", key, INDEX_MS),
    ]);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(room, now + TRUSTED_MS);
  }

  /** Takes a room out of what is remembered: it is put in again with what is stored next. */
  doubt(room: RoomKey): void {
    this.#remembered.delete(room);
  }

  /** Takes out a room of which there is nothing. */
  async remove(room: RoomKey): Promise<void> {
    this.doubt(room);
    const { app, room: name } = partsOfKey(room);
    const key = this.#keys.app(app, "rooms");
    await this.#redis.command(key, "ZREM", key, name);
  }

  /** The names after one, in the order of their bytes; at most `limit`. */
  async names(app: string, limit: number, after?: RoomName): Promise<RoomKey[]> {
    const key = this.#keys.app(app, "rooms");
    const from = after === undefined ? "-" : `(${after}`;
    const names = await this.#redis.command(key, "ZRANGEBYLEX", key, from, "+", "LIMIT", 0, limit);
    return (names as RoomName[]).map((name) => roomKeyOf(app, name));
  }
}
