import type { Head, Page, Replay, Restriction, RoomKey } from "../engine.ts";
import type { Retentions } from "../retention.ts";
import { eventOf, messageOf, valueOf } from "./event-row.ts";
import { keptFrom } from "./kept.ts";
import type { RoomRecord, RoomTable } from "./room-table.ts";
import type { Statements } from "./statements.ts";

/** Tells what stands in the file. A room that nobody has written to stands at 0, and is made by no reader. */
export class RoomReader {
  readonly #statements: Statements;
  readonly #rooms: RoomTable;
  readonly #retentions: Retentions;

  constructor(statements: Statements, rooms: RoomTable, retentions: Retentions) {
    this.#statements = statements;
    this.#rooms = rooms;
    this.#retentions = retentions;
  }

  head(key: RoomKey): Head {
    const room = this.#rooms.find(key);
    if (!room)
      return { epoch: this.#rooms.fileEpoch, seq: 0, settings: {}, pins: [], restrictions: new Map() };
    const { epoch, seq, settings, pins } = room;
    const rows = this.#statements.restrictions.all(room.id);
    const kinds = rows.map((row) => [row.user, valueOf(row.kinds) as Restriction[]] as const);
    return { epoch, seq, settings, pins, restrictions: new Map(kinds) };
  }

  after(key: RoomKey, epoch: string, seq: number, limit: number, now: number, first: number): Replay {
    const room = this.#rooms.find(key);
    if (!room) return this.#afterNothing(epoch, seq);
    const missed = room.seq - seq;
    if (epoch !== room.epoch || missed < 0 || missed > limit) return { ok: false };
    if (seq + 1 < this.#keptFrom(room, now)) return { ok: false };
    const last = Math.min(room.seq, seq + first);
    const rows = last > seq ? this.#statements.eventsBetween.all(room.id, seq + 1, last) : [];
    return { ok: true, epoch, events: rows.map((row) => eventOf(room.name, row)), seq: last };
  }

  page(key: RoomKey, limit: number, before: number | undefined, now: number): Page {
    const room = this.#rooms.find(key);
    if (!room) return { epoch: this.#rooms.fileEpoch, seq: 0, messages: [], more: false };
    const first = this.#keptFrom(room, now);
    const newest = this.#messageBefore(room, before);
    // One more than asked for tells whether there are more.
    const rows = newest < first ? [] : this.#statements.messages.all(room.id, newest, first, limit + 1);
    const messages = rows.slice(0, limit).flatMap((row) => messageOf(room.name, row) ?? []);
    return { epoch: room.epoch, seq: room.seq, messages: messages.reverse(), more: rows.length > limit };
  }

  marker(key: RoomKey, userId: string): number | undefined {
    const room = this.#rooms.find(key);
    return room && this.#statements.marker.get(room.id, userId)?.seq;
  }

  #afterNothing(epoch: string, seq: number): Replay {
    if (epoch !== this.#rooms.fileEpoch || seq !== 0) return { ok: false };
    return { ok: true, epoch, events: [], seq: 0 };
  }

  /** The place of the newest message before another place, or of all; 0 when there is none. */
  #messageBefore(room: RoomRecord, before = Infinity): number {
    if (before > room.seq) return room.message;
    return this.#statements.event.get(room.id, before)?.prev ?? 0;
  }

  #keptFrom(room: RoomRecord, now: number): number {
    return keptFrom(room, this.#retentions, now, this.#statements);
  }
}
