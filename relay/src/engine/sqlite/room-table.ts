import type { RoomName, Settings } from "@natter/sdk/protocol";
import { partsOfKey, type RoomKey } from "../engine.ts";
import { valueOf } from "./event-row.ts";
import type { RoomRow, Statements } from "./statements.ts";

/** Where a room's log stands. */
export interface RoomRecord extends Omit<RoomRow, "settings" | "pins"> {
  app: string;
  name: RoomName;
  settings: Settings;
  pins: readonly number[];
  /** The oldest place that may still be told: at least `first`, and further on while trimming is behind. */
  kept: number;
}

/** Rooms whose record is kept at hand. */
const AT_HAND = 10_000;

/** The records of rooms, read when first needed and written once a commit. */
export class RoomTable {
  readonly #statements: Statements;
  readonly #maxAtHand: number;
  /** Oldest use first. */
  readonly #records = new Map<RoomKey, RoomRecord>();
  readonly #changed = new Set<RoomRecord>();

  constructor(statements: Statements, maxAtHand = AT_HAND) {
    this.#statements = statements;
    this.#maxAtHand = maxAtHand;
  }

  /** The epoch of every room that nobody has written to. */
  get fileEpoch(): string {
    return this.#statements.fileEpoch.get()?.epoch ?? "";
  }

  /** The room, if anybody has written to it. */
  find(key: RoomKey): RoomRecord | undefined {
    const record = this.#records.get(key) ?? this.#read(key);
    if (!record) return undefined;
    this.#records.delete(key);
    this.#records.set(key, record);
    return record;
  }

  /** The room, made if it is not there; within a transaction. */
  open(key: RoomKey): RoomRecord {
    const found = this.find(key);
    if (found) return found;
    const { app, room } = partsOfKey(key);
    this.#statements.addRoom.run(app, room, this.fileEpoch);
    return this.find(key) as RoomRecord;
  }

  /** The room as it is in the file now, for whoever has changed it there; noted as changed. */
  reread(key: RoomKey): RoomRecord {
    const before = this.#records.get(key);
    if (before) this.#changed.delete(before);
    this.#records.delete(key);
    const record = this.find(key) as RoomRecord;
    this.#changed.add(record);
    return record;
  }

  /** Notes that a record differs from what is in the file. */
  change(record: RoomRecord): void {
    this.#changed.add(record);
  }

  /** Writes what has changed; the last thing in a transaction. Returns one of the changed rooms. */
  save(): RoomRecord | undefined {
    let last: RoomRecord | undefined;
    for (const record of this.#changed) {
      const { id, seq, at, message, first, firstAt, settings, pins } = record;
      const state = [JSON.stringify(settings), JSON.stringify(pins)] as const;
      this.#statements.saveRoom.run(id, seq, at, message, first, firstAt, ...state);
      last = record;
    }
    this.#changed.clear();
    this.#shrink();
    return last;
  }

  /** Forgets everything at hand: after a transaction that did not hold, only the file is right. */
  forget(): void {
    this.#changed.clear();
    this.#records.clear();
  }

  #read(key: RoomKey): RoomRecord | undefined {
    const { app, room } = partsOfKey(key);
    const row = this.#statements.room.get(app, room);
    if (!row) return undefined;
    const { id, epoch, seq, at, message, first, firstAt } = row;
    const settings = valueOf(row.settings) as Settings;
    const pins = valueOf(row.pins) as number[];
    const record = {
      id,
      app,
      name: room,
      epoch,
      seq,
      at,
      message,
      first,
      firstAt,
      settings,
      pins,
      kept: first,
    };
    this.#records.set(key, record);
    return record;
  }

  /** Between transactions only, so that a changed record is never read anew from a file that lacks it. */
  #shrink(): void {
    for (const key of this.#records.keys()) {
      if (this.#records.size <= this.#maxAtHand) return;
      this.#records.delete(key);
    }
  }
}
