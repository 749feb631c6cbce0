import type { RoomEvent, RoomName } from "@natter/sdk/protocol";

/** Stands between the parts of a stored text. JSON has no raw control characters, so no part can hold it. */
export const SEPARATOR = "\u001f";

/** A kind of event in one character, as the steps know it. */
const KINDS = {
  message: "m",
  edit: "e",
  delete: "d",
  reaction: "r",
  pin: "p",
  moderation: "o",
  settings: "s",
} as const satisfies Record<RoomEvent["kind"], string>;

/** The kinds of events that stand for these, in a character each. */
export function codesOf(kinds: readonly RoomEvent["kind"][]): string {
  return kinds.map((kind) => KINDS[kind]).join("");
}

/** An event's time, and what it says in two halves of an object's JSON: all but the words, and the words. */
export type EventParts = readonly [at: number, rest: string, words: string];

/**
 * An event without its place, as texts that a step can store and erase without reading JSON: what it says of itself,
 * and the words (`text` and `data`) behind a comma, or nothing.
 */
export function eventTexts(event: RoomEvent): { kind: string; rest: string; words: string } {
  const { type: _, room: __, seq: ___, at: ____, ...said } = event;
  const { text, data, ...rest } = said as typeof said & { text?: string; data?: unknown };
  const words = text === undefined ? "" : `,${inside({ text, ...(data !== undefined && { data }) })}`;
  return { kind: KINDS[event.kind], rest: inside(rest), words };
}

/** The event that such texts are of. */
export function eventOf(room: RoomName, seq: number, [at, rest, words]: EventParts): RoomEvent {
  const said = JSON.parse(`{${rest}${words}}`) as object;
  return { type: "event", room, seq, at, ...said } as RoomEvent;
}

/** What a room's log holds at a place: `kind` and time, the key of its id, and the two halves. */
export function readStored(stored: string): { kind: string; idKey: string; parts: EventParts } {
  const [head = "", idKey = "", rest = "", words = ""] = stored.split(SEPARATOR);
  return { kind: head.slice(0, 1), idKey, parts: [Number(head.slice(1)), rest, words] };
}

/** The same, to be stored in its place. */
export function writeStored(idKey: string, event: RoomEvent): string {
  const { kind, rest, words } = eventTexts(event);
  return [`${kind}${event.at}`, idKey, rest, words].join(SEPARATOR);
}

/** With the room's key what makes a draft the same as one before. */
export function idKeyOf(user: string, id: string): string {
  return JSON.stringify([id, user]);
}

function inside(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}
