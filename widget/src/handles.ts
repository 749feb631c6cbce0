import type { Chat, Room } from "@natter/sdk";

/**
 * What the parts of the element need of a room: the SDK's own, or anything that does the same. Pages hand in the
 * SDK's; tests and pictures hand in one they move by hand.
 */
export type RoomHandle = Pick<
  Room,
  | "view"
  | "subscribe"
  | "on"
  | "post"
  | "edit"
  | "delete"
  | "react"
  | "pin"
  | "moderate"
  | "configure"
  | "restrictions"
  | "message"
  | "rejoin"
  | "older"
  | "typing"
  | "markRead"
  | "retry"
  | "discard"
  | "close"
>;

/** What they need of the connection. */
export interface ChatHandle extends Pick<
  Chat,
  "state" | "user" | "subscribe" | "rename" | "reconnect" | "close"
> {
  room(name: string): RoomHandle;
}
