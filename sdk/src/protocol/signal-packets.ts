import * as v from "valibot";
import { json, ref, room } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { person } from "./member.ts";

const name = v.pipe(
  v.string("must be a text"),
  v.regex(/^[A-Za-z0-9_.:-]+$/, "must be of A-Z a-z 0-9 _ . : -"),
  v.maxLength(LIMITS.signalNameLength, `must have at most ${LIMITS.signalNameLength} characters`),
);

export const typing = v.object({
  type: v.literal("typing"),
  ref: v.exactOptional(ref),
  room,
  on: v.boolean("must be true or false"),
});

/** Any small event of the embedder's own; never stored. `data` is any JSON value. */
export const signal = v.object({
  type: v.literal("signal"),
  ref: v.exactOptional(ref),
  room,
  name,
  data: v.exactOptional(json),
});

/** Somebody types, or stopped. */
export const typingNotice = v.object({
  type: v.literal("typing"),
  room,
  user: person,
  on: v.boolean(),
});

/** Somebody's signal. */
export const signalNotice = v.object({
  type: v.literal("signal"),
  room,
  name: v.string(),
  data: v.exactOptional(json),
  by: person,
});
