import type { Member } from "@natter/sdk/protocol";
import type { Frame } from "../frame.ts";

/** The way to one connection, as far as a room uses it. */
export interface Line {
  /** Bytes that the peer has not taken yet. */
  readonly bufferedBytes: number;
  /** Sends one packet, given as JSON. */
  packet(json: string): void;
  /** Sends a frame that many share, already encoded. */
  frame(frame: Frame): void;
}

/** One connection that has joined a room. */
export interface Occupant {
  readonly line: Line;
  /** The last of the room's passes that reached it: kept here, and changed by the room's fan-out alone. */
  pass: number;
  /** Who it is, as the room's members see them. */
  member: Member;
  /** The room took the connection out; it has been told. */
  onRemoved(): void;
}
