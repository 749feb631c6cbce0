import type { RoomName } from "@natter/sdk/protocol";
import { partsOfKey, type RoomKey } from "../engine.ts";
import { readableEvent } from "./event-row.ts";
import type { OutboxTable } from "./outbox-table.ts";
import type { RoomTable } from "./room-table.ts";
import type { EventRow, Statements } from "./statements.ts";

/** Rows that one step removes: a few milliseconds of work. */
const STEP = 200;

/**
 * Deletes rooms. A room gets a new number and a new epoch in one small transaction, from which on nothing of the old
 * log can be told; the rows under the old number are removed afterwards, step by step, also after a crash.
 */
export class RoomDropper {
  readonly #statements: Statements;
  readonly #rooms: RoomTable;
  readonly #outbox: OutboxTable;

  constructor(statements: Statements, rooms: RoomTable, outbox: OutboxTable) {
    this.#statements = statements;
    this.#rooms = rooms;
    this.#outbox = outbox;
  }

  /** Begins a room anew. Returns its new epoch. */
  drop(key: RoomKey): string {
    const { app, room: name } = partsOfKey(key);
    const old = this.#rooms.find(key);
    // The new row comes before the old one goes: SQLite would give it the same number again.
    if (old) this.#statements.renameRoom.run(old.id);
    this.#statements.beginRoom.run(app, name);
    if (old) {
      this.#statements.dropRoom.run(old.id);
      this.#statements.noteDropped.run(old.id);
      this.#outbox.dropRoom(old.id);
    }
    return this.#rooms.reread(key).epoch;
  }

  /** True when rows of deleted rooms are still there. */
  get hasRemains(): boolean {
    return this.#statements.droppedRoom.get() !== undefined;
  }

  /** Removes some rows of a deleted room. */
  clear(): void {
    const room = this.#statements.droppedRoom.get()?.room;
    if (room === undefined) return;
    const rows = this.#statements.someEvents.all(room, STEP);
    const last = rows.at(-1);
    if (!last) return this.#end(room);
    for (const row of rows) this.#freeId(room, row);
    this.#statements.dropEvents.run(room, 0, last.seq);
    this.#statements.dropFolds.run(room, 0, last.seq);
  }

  #freeId(room: number, row: EventRow): void {
    const event = readableEvent(NO_NAME, row);
    if (event) this.#statements.freeId.run(room, event.id, event.by.id, row.seq);
  }

  #end(room: number): void {
    this.#statements.dropRestrictions.run(room);
    this.#statements.dropMarkers.run(room);
    this.#statements.dropTrimmedIds.run(room);
    this.#statements.isDropped.run(room);
  }
}

/** The name of a deleted room, which nobody is told. */
const NO_NAME = "" as RoomName;
