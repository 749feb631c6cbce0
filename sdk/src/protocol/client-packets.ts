import type * as v from "valibot";
import { history } from "./history-packets.ts";
import { join, leave, members, read } from "./membership-packets.ts";
import { configure, moderate, restrictions } from "./moderation-packets.ts";
import { del, edit, pin, post, react } from "./posting-packets.ts";
import { hello, tokenPacket } from "./session-packets.ts";
import { signal, typing } from "./signal-packets.ts";

/** Everything a client may say. */
export const CLIENT_PACKETS = {
  hello,
  token: tokenPacket,
  join,
  leave,
  post,
  edit,
  delete: del,
  react,
  pin,
  moderate,
  configure,
  history,
  members,
  restrictions,
  read,
  typing,
  signal,
};

export type ClientPacketType = keyof typeof CLIENT_PACKETS;
/** What a client may say in one packet of the given type. */
export type ClientPacketOf<T extends ClientPacketType> = v.InferOutput<(typeof CLIENT_PACKETS)[T]>;
export type ClientPacket = { [T in ClientPacketType]: ClientPacketOf<T> }[ClientPacketType];
/** A packet that is answered by `ok` or `error`. */
export type Request = Extract<ClientPacket, { ref: number }>;
export type RequestType = Request["type"];
