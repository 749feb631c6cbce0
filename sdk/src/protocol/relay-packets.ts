import type * as v from "valibot";
import type { ClientPacketType, RequestType } from "./client-packets.ts";
import { roomEvent } from "./log.ts";
import type { historyResult } from "./history-packets.ts";
import { left, presence, readNotice, reset } from "./membership-packets.ts";
import type { joinResult, membersResult } from "./membership-packets.ts";
import type { restrictionsResult } from "./moderation-packets.ts";
import type { stored } from "./posting-packets.ts";
import { error, expiring, goaway, ok, welcome } from "./session-packets.ts";
import { signalNotice, typingNotice } from "./signal-packets.ts";

/** Everything a relay may say. */
export const RELAY_PACKETS = {
  welcome,
  ok,
  error,
  event: roomEvent,
  presence,
  /** The same user moved their read marker on another device. */
  read: readNotice,
  typing: typingNotice,
  signal: signalNotice,
  reset,
  left,
  expiring,
  goaway,
};

export type RelayPacketType = keyof typeof RELAY_PACKETS;
/** What a relay may say in one packet of the given type. */
export type RelayPacketOf<T extends RelayPacketType> = v.InferOutput<(typeof RELAY_PACKETS)[T]>;
export type RelayPacket = { [T in RelayPacketType]: RelayPacketOf<T> }[RelayPacketType];

export type JoinResult = v.InferOutput<typeof joinResult>;
export type HistoryResult = v.InferOutput<typeof historyResult>;
export type MembersResult = v.InferOutput<typeof membersResult>;
export type RestrictionsResult = v.InferOutput<typeof restrictionsResult>;
export type Stored = v.InferOutput<typeof stored>;

/** What the `ok` of each request carries besides `type` and `ref`. */
export interface Results {
  token: { expires: number | null };
  join: JoinResult;
  leave: object;
  post: Stored;
  edit: Stored;
  delete: Stored;
  react: Stored;
  pin: Stored;
  moderate: Stored;
  configure: Stored;
  history: HistoryResult;
  members: MembersResult;
  restrictions: RestrictionsResult;
}

// Fails to compile when a request has no entry in Results.
type EveryRequestHasAResult = RequestType extends keyof Results ? true : never;
export type { EveryRequestHasAResult, ClientPacketType };
