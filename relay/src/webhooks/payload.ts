import { createHash } from "node:crypto";
import type { Parcel } from "../engine/engine.ts";
import { TYPE_OF_KIND } from "./event-types.ts";

/** What is no event of a log: a room has filled or emptied. */
export interface Note {
  /** Of this note alone. */
  id: string;
  type: "room.occupied" | "room.vacated";
  /** Ms since 1970. */
  at: number;
}

/** What a parcel is told as; `at` is when it happened, in ms since 1970. */
export interface Payload {
  /** The same in every attempt, and for every webhook. */
  id: string;
  at: number;
  body: string;
}

/** Writes down what a parcel tells; undefined when nothing is left to tell. Pure. */
export function payloadOf(app: string, { room, epoch, event, note }: Parcel): Payload | undefined {
  if (event) {
    const { seq, at, id, kind } = event;
    // Without the epoch: a log that has a new one may tell the same event, and it is to be known as such.
    return payload([app, room, seq, at, id], TYPE_OF_KIND[kind], at, { app, room, epoch, event });
  }
  if (note === undefined) return undefined;
  const { id, type, at } = JSON.parse(note) as Note;
  return payload([app, room, type, at, id], type, at, { app, room });
}

function payload(what: readonly unknown[], type: string, at: number, data: object): Payload {
  const id = createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 32);
  return {
    id: `msg_${id}`,
    at,
    body: JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }),
  };
}
