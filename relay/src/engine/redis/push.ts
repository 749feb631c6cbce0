import type { Member, RoomEvent, RoomName } from "@natter/sdk/protocol";
import type { RoomItem } from "../engine.ts";
import { eventOf, SEPARATOR } from "./event-text.ts";

/**
 * What is pushed to a room's channel, by its first character:
 *
 * - `e` the events that one step has stored: epoch, place of the first, and each as {@link eventOf} reads it;
 * - `l` the log begins another epoch, or has lost something: epoch, place;
 * - `p` who came and who left, if they are told by name: epoch and number of the news, how many are here now, and
 *   JSON of the two lists;
 * - `i` any other {@link RoomItem}: the id of the relay that says it (and has told its own members already), or
 *   nothing, and JSON.
 *
 * A relay of another version may push what this one does not know: that is passed over.
 */
export type Push =
  | { type: "events"; epoch: string; first: number; last: number; read: (room: RoomName) => RoomEvent[] }
  | { type: "moved"; epoch: string; seq: number }
  | ({ type: "presence" } & PresencePush)
  | { type: "item"; from: string; item: RoomItem };

/** News of who is in a room. */
export interface PresencePush {
  /** Another epoch begins when what was known is lost. */
  epoch: string;
  /** Grows by one with each news. */
  number: number;
  /** How many are here now. */
  count: number;
  /** Absent where they are too many. */
  names?: { joined: Member[]; left: string[] };
}

/** The text of a push that carries an item. */
export function itemPush(from: string, item: RoomItem): string {
  return `i${from}${SEPARATOR}${JSON.stringify(item)}`;
}

/** Reads a push; undefined if it is none of ours. Events are read only when they are asked for. */
export function readPush(text: string): Push | undefined {
  try {
    return pushOf(text);
  } catch {
    return undefined;
  }
}

function pushOf(text: string): Push | undefined {
  const parts = text.slice(1).split(SEPARATOR);
  const [head = "", second = ""] = parts;
  switch (text[0]) {
    case "e": {
      const first = Number(second);
      const told = parts.slice(2);
      // Each event is three of them: its time, and the two halves of what it says.
      const count = told.length / 3;
      if (!Number.isInteger(count) || !Number.isInteger(first)) return undefined;
      const read = (room: RoomName): RoomEvent[] =>
        Array.from({ length: count }, (_, at) =>
          eventOf(room, first + at, [
            Number(told[at * 3]),
            told[at * 3 + 1] as string,
            told[at * 3 + 2] as string,
          ]),
        );
      return { type: "events", epoch: head, first, last: first + count - 1, read };
    }
    case "l":
      return { type: "moved", epoch: head, seq: Number(second) };
    case "p": {
      const [, , count, json] = parts;
      const push = { epoch: head, number: Number(second), count: Number(count) };
      if (json === undefined) return { type: "presence", ...push };
      const [joined, left] = JSON.parse(json) as [Member[], string[]];
      return { type: "presence", ...push, names: { joined, left } };
    }
    case "i":
      return { type: "item", from: head, item: JSON.parse(second) as RoomItem };
    default:
      return undefined;
  }
}
