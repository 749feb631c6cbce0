import { createHash } from "node:crypto";
import type { Parcel } from "../engine/engine.ts";
import { TYPE_OF_KIND } from "./event-types.ts";

/** What is no event of a log: a room has filled or emptied. */
export interface Note {
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
export function payloadOf(app: string, { id, room, epoch, event, note }: Parcel): Payload | undefined {
  if (event) {
    const data = { app, room, epoch, event };
    return payload([app, room, epoch, event.seq], TYPE_OF_KIND[event.kind], event.at, data);
  }
  if (note === undefined) return undefined;
  const { type, at } = JSON.parse(note) as Note;
  return payload([app, room, epoch, type, at, id], type, at, { app, room });
}

function payload(place: readonly unknown[], type: string, at: number, data: object): Payload {
  const id = createHash("sha256").update(JSON.stringify(place)).digest("hex").slice(0, 32);
  return {
    id: `msg_${id}`,
    at,
    body: JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }),
  };
}
