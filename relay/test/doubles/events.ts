import { parseRoomName, type RoomEvent, type RoomName } from "@natter/sdk/protocol";

/** A room's name that is known to be one. */
export function roomName(text: string): RoomName {
  const parsed = parseRoomName(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.room;
}

const LOBBY = roomName("lobby");

/** A message event of the lobby, at a place. */
export function message(
  seq: number,
  text = `message ${seq}`,
  by = "ann",
): Extract<RoomEvent, { kind: "message" }> {
  return {
    type: "event",
    room: LOBBY,
    seq,
    at: seq,
    id: `id-${seq}`,
    by: { id: by, name: by },
    kind: "message",
    text,
  };
}

/** A run of messages, from a place to a place. */
export function messages(from: number, to: number): RoomEvent[] {
  return Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
}

/** The deletion of a message. */
export function deletion(seq: number, target: number): RoomEvent {
  const { text: _, ...rest } = message(seq);
  return { ...rest, kind: "delete", target };
}

/** A change of a message's text. */
export function edit(seq: number, target: number, text: string): RoomEvent {
  return { ...message(seq), kind: "edit", target, text };
}
