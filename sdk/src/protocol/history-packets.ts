import * as v from "valibot";
import { ref, room, seq, whole } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { message } from "./log.ts";

/** Asks for a page of messages before a place, or for the newest. */
export const history = v.object({
  type: v.literal("history"),
  ref,
  room,
  before: v.exactOptional(seq),
  limit: v.exactOptional(whole(1, LIMITS.pageMax)),
});

/** A page: folded messages, oldest first, and whether older ones exist. */
export const historyResult = v.object({ messages: v.array(message), more: v.boolean() });
