import type { Author, RoomName, Settings } from "@natter/sdk/protocol";
import {
  partsOfKey,
  type Actor,
  type Audit,
  type Forgotten,
  type Registry,
  type RoomKey,
  type RoomSummary,
} from "../engine.ts";
import type { Forgetter } from "./forgetter.ts";
import type { RedisLog } from "./redis-log.ts";
import type { RedisMarkers } from "./redis-markers.ts";
import type { RoomIndex } from "./room-index.ts";
import type { RoomSteps } from "./room-steps.ts";

/** Names that are looked at together. */
const NAMES = 100;

/** Rooms and users as wholes, in Redis. */
export class RedisRegistry implements Registry {
  readonly #steps: RoomSteps;
  readonly #index: RoomIndex;
  readonly #log: RedisLog;
  readonly #forgetter: Forgetter;
  readonly #audit: Audit;
  readonly #markers: RedisMarkers;

  constructor(parts: {
    steps: RoomSteps;
    index: RoomIndex;
    log: RedisLog;
    forgetter: Forgetter;
    audit: Audit;
    markers: RedisMarkers;
  }) {
    this.#steps = parts.steps;
    this.#index = parts.index;
    this.#log = parts.log;
    this.#forgetter = parts.forgetter;
    this.#audit = parts.audit;
    this.#markers = parts.markers;
  }

  async list(app: string, limit: number, after?: RoomName): Promise<RoomSummary[]> {
    const found: RoomSummary[] = [];
    let last = after;
    while (found.length < limit) {
      const rooms = await this.#index.names(app, NAMES, last);
      const summaries = await Promise.all(rooms.map((room) => this.#summary(room)));
      found.push(...summaries.flatMap((summary) => summary ?? []));
      const end = rooms.at(-1);
      if (end === undefined || rooms.length < NAMES) break;
      last = partsOfKey(end).room;
    }
    return found.slice(0, limit);
  }

  async drop(room: RoomKey, { user: by, ...from }: Actor): Promise<string> {
    const { app, room: name } = partsOfKey(room);
    const record = { action: "delete-room", by, ...from, room: name } as const;
    const epoch = await this.#log.drop(room, () => this.#audit.record(app, record));
    await this.#markers.dropRoom(room);
    return epoch;
  }

  forget(app: string, user: string, by: Author, actor: Actor): Promise<Forgotten> {
    return this.#forgetter.forget(app, user, by, actor);
  }

  async #summary(room: RoomKey): Promise<RoomSummary | undefined> {
    const [epoch, seq, at, settings] = await this.#steps.meta(room, ["epoch", "seq", "at", "settings"]);
    if (epoch === null || epoch === undefined) {
      // It has run out, as all keys do; what is written to it later puts it in again.
      await this.#index.remove(room);
      return undefined;
    }
    if (!Number(seq)) return undefined;
    const { room: name } = partsOfKey(room);
    return {
      room: name,
      epoch,
      seq: Number(seq),
      at: Number(at),
      settings: JSON.parse(settings ?? "{}") as Settings,
    };
  }
}
