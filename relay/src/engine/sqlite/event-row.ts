import { crc32 } from "node:zlib";
import type { RoomEvent, RoomName } from "@natter/sdk/protocol";
import { startMessage, type StoredMessage } from "../fold.ts";
import type { EventRow, MessageRow } from "./statements.ts";
import { StorageError } from "./storage-error.ts";

/** What is kept of an event beside its place and time. */
export function bodyOf(event: RoomEvent): string {
  const { type: _type, room: _room, seq: _seq, at: _at, ...body } = event;
  return JSON.stringify(body);
}

/** The checksum that is kept beside a text. */
export function sumOf(text: string): number {
  return crc32(text);
}

/** The event that a row keeps. */
export function eventOf(room: RoomName, { seq, at, body, sum }: EventRow): RoomEvent {
  return { type: "event", room, seq, at, ...(whole(body, sum) as object) } as RoomEvent;
}

/** The event that a row keeps, unless the row is spoiled. */
export function readableEvent(room: RoomName, row: EventRow): RoomEvent | undefined {
  return sumOf(row.body) === row.sum ? eventOf(room, row) : undefined;
}

/** The message that a row keeps; undefined for an event of another kind. */
export function messageOf(room: RoomName, row: MessageRow): StoredMessage | undefined {
  if (row.fold !== null) return whole(row.fold, row.foldSum) as StoredMessage;
  const event = eventOf(room, row);
  return event.kind === "message" ? startMessage(event) : undefined;
}

/** The places of a message's edits. */
export function editsOf(row: MessageRow): number[] {
  return row.edits === null ? [] : (valueOf(row.edits) as number[]);
}

/** What a JSON text of the file says; or an error that does not quote what stands there. */
export function valueOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw spoiled();
  }
}

function whole(text: string, sum: number | null): unknown {
  if (sumOf(text) !== sum) throw spoiled();
  return valueOf(text);
}

function spoiled(): StorageError {
  return new StorageError("spoiled", "A row of the database is not what was written there; it is not told.");
}
