import type { RoomName } from "@natter/sdk/protocol";
import { MIN_ID_AGE_MS, roomKeyOf } from "../engine.ts";
import type { Retentions } from "../retention.ts";
import { readableEvent } from "./event-row.ts";
import { keptFrom } from "./kept.ts";
import type { RoomRecord, RoomTable } from "./room-table.ts";
import type { EventRow, Statements } from "./statements.ts";
import type { TrimmedIds } from "./trimmed-ids.ts";

/** Events, or ids, that one step removes: a few milliseconds of work. */
const STEP = 200;

/** Rooms that one step looks through for one with something to remove. */
const ROOMS_AT_ONCE = 20_000;

/** Rooms of those that are looked at closer: some app keeps less than they have. */
const ROOMS_FOUND = 50;

/** Removes from the file, step by step, what retention lets go. Each step runs in a transaction of its own. */
export class Trimmer {
  readonly #statements: Statements;
  readonly #rooms: RoomTable;
  readonly #trimmedIds: TrimmedIds;
  readonly #retentions: Retentions;
  /** The room up to which this round has come. */
  #room = 0;

  constructor(statements: Statements, rooms: RoomTable, trimmedIds: TrimmedIds, retentions: Retentions) {
    this.#statements = statements;
    this.#rooms = rooms;
    this.#trimmedIds = trimmedIds;
    this.#retentions = retentions;
  }

  /** Removes some old events of one room. Tells what was done. */
  trim(now: number): "trimmed" | "looked" | "done" {
    const until = this.#room + ROOMS_AT_ONCE;
    const { count, ageMs } = this.#retentions.least;
    const found = this.#statements.roomsToTrim.all(this.#room, until, count, now - ageMs, ROOMS_FOUND);
    for (const { id, app, name } of found) {
      const room = this.#rooms.open(roomKeyOf(app, name as RoomName));
      this.#room = id;
      // Its app may keep more than others do.
      if (keptFrom(room, this.#retentions, now, this.#statements) <= room.first) continue;
      if (!this.#trimRoom(room, now)) this.#room = id - 1;
      return "trimmed";
    }
    if (found.length === ROOMS_FOUND) return "looked";
    const isRound = until >= (this.#statements.lastRoom.get()?.id ?? 0);
    this.#room = isRound ? 0 : until;
    return isRound ? "done" : "looked";
  }

  /** Forgets some ids that were known for long enough. Tells whether there are more. */
  forgetIds(now: number): boolean {
    const before = now - MIN_ID_AGE_MS;
    if (!this.#trimmedIds.hasOlder(before)) return false;
    this.#trimmedIds.forget(before, STEP);
    return true;
  }

  #trimRoom(room: RoomRecord, now: number): boolean {
    const kept = keptFrom(room, this.#retentions, now, this.#statements);
    const until = Math.min(kept, room.first + STEP) - 1;
    for (const row of this.#statements.eventsBetween.all(room.id, room.first, until)) {
      this.#dropId(room, row, now);
    }
    this.#statements.dropEvents.run(room.id, room.first, until);
    this.#statements.dropFolds.run(room.id, room.first, until);
    room.first = until + 1;
    room.firstAt = this.#statements.at.get(room.id, room.first)?.at ?? 0;
    this.#rooms.change(room);
    return room.first >= kept;
  }

  #dropId(room: RoomRecord, row: EventRow, now: number): void {
    const event = readableEvent(room.name, row);
    if (!event) return;
    const { id, by } = event;
    const isHere = this.#statements.freeId.run(room.id, id, by.id, row.seq) > 0;
    if (isHere && row.at >= now - MIN_ID_AGE_MS) this.#trimmedIds.keep(room.id, id, by.id, row);
  }
}
