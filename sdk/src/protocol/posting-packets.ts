import * as v from "valibot";
import { at, data, emoji, messageId, messageText, ref, room, seq, text } from "./fields.ts";
import { LIMITS } from "./limits.ts";

const write = { ref, room, id: messageId };

/** Writes a message. `id` makes it safe to send again: the same user, room and id is stored once. */
export const post = v.object({
  type: v.literal("post"),
  ...write,
  text: messageText,
  reply: v.exactOptional(seq),
  data: v.exactOptional(data),
});
export const edit = v.object({ type: v.literal("edit"), ...write, target: seq, text: messageText });
export const del = v.object({
  type: v.literal("delete"),
  ...write,
  target: seq,
  reason: v.exactOptional(text(1, LIMITS.reasonLength)),
});
export const react = v.object({
  type: v.literal("react"),
  ...write,
  target: seq,
  emoji,
  on: v.boolean("must be true or false"),
});
export const pin = v.object({
  type: v.literal("pin"),
  ...write,
  target: seq,
  on: v.boolean("must be true or false"),
});

/** The `ok` of everything that was stored: its place, and whether it had been stored before. */
export const stored = v.object({
  epoch: v.string(),
  seq,
  at,
  duplicate: v.exactOptional(v.literal(true)),
});
