import type { RoomEvent } from "@natter/sdk/protocol";
import { auditRecordOf } from "../audit-record.ts";
import { decide } from "../decide.ts";
import { MIN_ID_AGE_MS, partsOfKey, type Appended, type Draft, type Restriction } from "../engine.ts";
import { erasedEvent, foldInto, foldPins, foldRestrictions, type StoredMessage } from "../fold.ts";
import type { Retentions } from "../retention.ts";
import { bodyOf, readableEvent, sumOf, valueOf } from "./event-row.ts";
import { keptFrom } from "./kept.ts";
import type { AuditTable } from "./audit-table.ts";
import type { OutboxTable } from "./outbox-table.ts";
import type { MessageTable } from "./message-table.ts";
import type { RoomRecord, RoomTable } from "./room-table.ts";
import type { Statements } from "./statements.ts";
import type { TrimmedIds } from "./trimmed-ids.ts";

/** What became of a draft; with the event, if it became one, or the fault, if it was refused for one of ours. */
export interface Stored {
  result: Appended;
  event?: RoomEvent;
  fault?: Error;
}

type Targeting = Extract<RoomEvent, { target: number }>;

/** Turns drafts into events, and events into what they make of a room; in a transaction of somebody else's. */
export class EventWriter {
  readonly #statements: Statements;
  readonly #rooms: RoomTable;
  readonly #messages: MessageTable;
  readonly #trimmedIds: TrimmedIds;
  readonly #audit: AuditTable;
  readonly #outbox: OutboxTable;
  readonly #retentions: Retentions;

  constructor(parts: {
    statements: Statements;
    rooms: RoomTable;
    messages: MessageTable;
    trimmedIds: TrimmedIds;
    audit: AuditTable;
    outbox: OutboxTable;
    retentions: Retentions;
  }) {
    this.#statements = parts.statements;
    this.#rooms = parts.rooms;
    this.#messages = parts.messages;
    this.#trimmedIds = parts.trimmedIds;
    this.#audit = parts.audit;
    this.#outbox = parts.outbox;
    this.#retentions = parts.retentions;
  }

  /** Appends a draft to its room, or says why not. */
  append(draft: Draft, now: number): Stored {
    const known = this.#rooms.find(draft.room);
    const first = known && this.#claimId(known, draft, now);
    if (first) return { result: first };
    const decision = decide(draft, {
      room: known?.name ?? partsOfKey(draft.room).room,
      seq: known ? known.seq + 1 : 1,
      at: Math.max(now, known?.at ?? 0),
      settings: known?.settings ?? {},
      message: (seq) => known && this.#message(known, seq),
    });
    if (!decision.ok) {
      if (known) this.#statements.freeId.run(known.id, draft.id, draft.by.id, known.seq + 1);
      return { result: decision };
    }
    const { event } = decision;
    this.#record(draft, event, known, now);
    const { id, epoch } = this.#add(known ?? this.#begin(draft), event);
    this.#outbox.add(draft.room, id, event);
    return { result: { ok: true, epoch, seq: event.seq, at: event.at, duplicate: false }, event };
  }

  /** Where an id was stored, if that is still known. */
  find(room: RoomRecord, userId: string, id: string, now: number): Appended | undefined {
    const forgotten = now - MIN_ID_AGE_MS;
    const place =
      this.#statements.placeOfId.get(room.id, id, userId) ??
      this.#trimmedIds.find(room.id, id, userId, forgotten);
    if (!place || (place.at < forgotten && place.seq < this.#keptFrom(room, now))) return undefined;
    const { seq, at } = place;
    return { ok: true, epoch: room.epoch, seq, at, duplicate: true };
  }

  /** Takes a draft's id for the next event; or, if it was used before, tells for which. */
  #claimId(room: RoomRecord, { id, by }: Draft, now: number): Appended | undefined {
    // Moves the bound on, which what the draft targets is held against.
    this.#keptFrom(room, now);
    const isNew = this.#statements.claimId.run(room.id, id, by.id, room.seq + 1) > 0;
    if (isNew && this.#trimmedIds.isEmpty) return undefined;
    const first = isNew ? this.#trimmedId(room, by.id, id, now) : this.find(room, by.id, id, now);
    if (first && isNew) this.#statements.freeId.run(room.id, id, by.id, room.seq + 1);
    if (!first && !isNew) this.#statements.reclaimId.run(room.id, id, by.id, room.seq + 1);
    return first;
  }

  #record(draft: Draft, event: RoomEvent, room: RoomRecord | undefined, now: number): void {
    const target = event.kind === "delete" && room ? this.#message(room, event.target) : undefined;
    const record = auditRecordOf(event, draft, target?.by.id);
    if (record) this.#audit.add(partsOfKey(draft.room).app, record, now);
  }

  #begin({ room: key, id, by }: Draft): RoomRecord {
    const room = this.#rooms.open(key);
    this.#statements.claimId.run(room.id, id, by.id, room.seq + 1);
    return room;
  }

  #add(room: RoomRecord, event: RoomEvent): RoomRecord {
    const body = bodyOf(event);
    this.#statements.addEvent.run(room.id, event.seq, event.at, room.message, sumOf(body), body);
    room.seq = event.seq;
    room.at = event.at;
    if (room.first === event.seq) room.firstAt = event.at;
    this.#fold(room, event);
    this.#rooms.change(room);
    return room;
  }

  #fold(room: RoomRecord, event: RoomEvent): void {
    switch (event.kind) {
      case "message":
        room.message = event.seq;
        return;
      case "settings":
        room.settings = event.settings;
        return;
      case "moderation":
        this.#restrict(room, event);
        return;
      case "edit":
      case "delete":
      case "reaction":
      case "pin":
        this.#foldInto(room, event);
        return;
      default:
        event satisfies never;
    }
  }

  #restrict(room: RoomRecord, event: Extract<RoomEvent, { kind: "moderation" }>): void {
    const kept = this.#statements.restriction.get(room.id, event.user);
    const before = kept ? (valueOf(kept.kinds) as Restriction[]) : [];
    const after = foldRestrictions(before, event);
    if (after.length === 0) this.#statements.dropRestriction.run(room.id, event.user);
    else this.#statements.putRestriction.run(room.id, event.user, JSON.stringify(after));
  }

  #foldInto(room: RoomRecord, event: Targeting): void {
    const folded = this.#messages.find(room, event.target);
    if (!folded) return;
    room.pins = foldPins(room.pins, event);
    const message = foldInto(folded.message, event);
    const edits = event.kind === "edit" ? [...folded.edits, event.seq] : folded.edits;
    if (event.kind === "delete") this.#erase(room, [event.target, ...edits]);
    this.#messages.change(room, { message, edits: event.kind === "delete" ? [] : edits });
  }

  #erase(room: RoomRecord, places: readonly number[]): void {
    for (const seq of places) {
      const row = this.#statements.event.get(room.id, seq);
      if (!row) continue;
      // What cannot be read cannot be told either; but it may still hold the text.
      const event = readableEvent(room.name, row);
      const body = event ? bodyOf(erasedEvent(event)) : "";
      this.#statements.rewriteEvent.run(room.id, seq, event ? sumOf(body) : row.sum, body);
    }
  }

  #message(room: RoomRecord, seq: number): StoredMessage | undefined {
    return seq < room.kept || seq > room.seq ? undefined : this.#messages.find(room, seq)?.message;
  }

  #trimmedId(room: RoomRecord, userId: string, id: string, now: number): Appended | undefined {
    const place = this.#trimmedIds.find(room.id, id, userId, now - MIN_ID_AGE_MS);
    return place && { ok: true, epoch: room.epoch, ...place, duplicate: true };
  }

  #keptFrom(room: RoomRecord, now: number): number {
    return keptFrom(room, this.#retentions, now, this.#statements);
  }
}
