import type { RoomEvent, RoomName } from "@natter/sdk/protocol";
import { startMessage, type StoredMessage } from "../fold.ts";
import type { EventRow, MessageRow } from "./statements.ts";
import { StorageError } from "./storage-error.ts";

/** What is kept of an event beside its place and time. */
export function bodyOf(event: RoomEvent): string {
  const { type: _type, room: _room, seq: _seq, at: _at, ...body } = event;
  return JSON.stringify(body);
}

/** The event that a row keeps. */
export function eventOf(room: RoomName, { seq, at, body }: EventRow): RoomEvent {
  return { type: "event", room, seq, at, ...(parsed(body) as object) } as RoomEvent;
}

/** The message that a row keeps; undefined for an event of another kind. */
export function messageOf(room: RoomName, row: MessageRow): StoredMessage | undefined {
  if (row.message !== null) return parsed(row.message) as StoredMessage;
  const event = eventOf(room, row);
  return event.kind === "message" ? startMessage(event) : undefined;
}

/** The places of a message's edits. */
export function editsOf(row: MessageRow): number[] {
  return row.edits === null ? [] : (parsed(row.edits) as number[]);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    // Not with the cause's message: it quotes what it could not read.
    throw new StorageError("damaged", "The database holds a row that no relay has written.", {
      cause: cause instanceof SyntaxError ? undefined : cause,
    });
  }
}
