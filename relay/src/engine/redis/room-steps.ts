import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { MIN_ID_AGE_MS, partsOfKey, type RoomKey } from "../engine.ts";
import type { Retentions } from "../retention.ts";
import type { Keys } from "./keys.ts";
import type { Redis, Reply, Step } from "./redis.ts";

/** How long a room is known that nobody writes to or enters. */
const ROOM_MS = 366 * 86_400_000;

/** How long one is known that nobody has ever written to: anybody may ask for names. */
const GLANCE_MS = 10 * 60_000;

/** How much longer than their content the keys of a log live: clocks differ. */
const SLACK_MS = 60 * 60_000;

/** Runs the steps of rooms, with what each of them is told. */
export class RoomSteps {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #retentions: Retentions;
  readonly #newEpoch: () => string;

  constructor(parts: {
    redis: Redis;
    keys: Keys;
    clock: Clock;
    retentions: Retentions;
    newEpoch?: () => string;
  }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#retentions = parts.retentions;
    this.#newEpoch = parts.newEpoch ?? (() => randomUUID().slice(0, 13));
  }

  /** The channel that a room's items are told by. */
  channel(room: RoomKey): string {
    return this.#keys.room(room, "items");
  }

  /** Takes a step in a room; what it returns is described with the step. */
  async run(step: Step, room: RoomKey, args: readonly (string | number)[] = []): Promise<Reply> {
    const keys = PARTS.map((part) => this.#keys.room(room, part));
    const life = await this.#redis.lifeOf(keys[0] as string);
    const { app } = partsOfKey(room);
    const { count, ageMs } = this.#retentions.of(app);
    const logMs = Math.ceil(Math.max(ageMs, MIN_ID_AGE_MS)) + SLACK_MS;
    return this.#redis.run(step, keys, [
      this.channel(room),
      life,
      this.#newEpoch(),
      room,
      this.#clock.now(),
      count,
      ageMs,
      MIN_ID_AGE_MS,
      Math.min(logMs, Number.MAX_SAFE_INTEGER),
      Math.max(ROOM_MS, logMs),
      GLANCE_MS,
      ...args,
    ]);
  }

  /** Fields of a room's meta as they are, without looking whether they still hold. */
  async meta(room: RoomKey, fields: readonly string[]): Promise<(string | null)[]> {
    const key = this.#keys.room(room, "meta");
    return (await this.#redis.command(key, "HMGET", key, ...fields)) as (string | null)[];
  }
}

const PARTS = ["meta", "events", "ids", "changed", "order", "held"] as const;
