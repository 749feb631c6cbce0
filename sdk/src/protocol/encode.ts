import type { ClientPacket } from "./client-packets.ts";
import type { RelayPacket } from "./relay-packets.ts";

/** The frame that says only "I am here". */
export const HEARTBEAT = "[]";

/** Writes packets as one frame. */
export function encodeFrame(packets: readonly (ClientPacket | RelayPacket)[]): string {
  return JSON.stringify(packets);
}
