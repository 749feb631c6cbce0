import { codePointLength } from "./fields.ts";
import { LIMITS } from "./limits.ts";

declare const roomName: unique symbol;

/** A room's name in the one spelling (NFC) that everybody uses. Made by {@link parseRoomName}. */
export type RoomName = string & { readonly [roomName]: true };

/** Why a text is no room name, in one sentence that names the offending character. */
export type RoomNameResult = { ok: true; room: RoomName } | { ok: false; message: string };

const KINDS: readonly [RegExp, string][] = [
  [/\p{Cc}/u, "a control character"],
  [/\p{Cs}/u, "half of a surrogate pair"],
  // The Bidi_Control property: marks, embeddings, overrides and isolates that could make one name look like another.
  [/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u, "a text-direction control"],
  [/[\u2028\u2029]/u, "a line separator"],
];

// NFC joins at most four code points into one. A text over this is too long in any spelling, and is not normalised
// at all: putting a long run of combining marks in order takes quadratic time.
const SPELLED_MAX = LIMITS.roomNameLength * 8;

// What nearly every name is, and what every packet of the fast path is checked for: printable ASCII is its own NFC.
const PLAIN = new RegExp(`^[!-~](?:[ -~]{0,${LIMITS.roomNameLength - 2}}[!-~])?$`);

/**
 * Normalises a room name to NFC and checks it: 1 to 128 code points, no control, surrogate, text-direction or
 * line-separator characters, no white space at either end. Two spellings with the same NFC form are one room.
 */
export function parseRoomName(text: string): RoomNameResult {
  if (PLAIN.test(text)) return { ok: true, room: text as RoomName };
  if (text.length > SPELLED_MAX) return tooLong(codePointLength(text));
  const room = text.normalize("NFC");
  if (room === "") return refuse("A room name must not be empty.");
  const points = [...room];
  for (const [at, point] of points.entries()) {
    const kind = KINDS.find(([pattern]) => pattern.test(point));
    if (kind)
      return refuse(`A room name must not contain ${kind[1]} (${codePoint(point)}, character ${at + 1}).`);
  }
  if (room.trim() !== room) {
    const at = points[0]?.trim() === "" ? 0 : points.length - 1;
    return refuse(
      `A room name must not start or end with white space (${codePoint(points[at] ?? "")}, character ${at + 1}).`,
    );
  }
  if (points.length > LIMITS.roomNameLength) return tooLong(points.length);
  return { ok: true, room: room as RoomName };
}

function refuse(message: string): RoomNameResult {
  return { ok: false, message };
}

function tooLong(length: number): RoomNameResult {
  return refuse(`A room name has at most ${LIMITS.roomNameLength} characters; this one has ${length}.`);
}

function codePoint(point: string): string {
  return `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
