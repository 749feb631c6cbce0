import * as v from "valibot";
import { messageId, ref, room, text, userId, whole } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { moderationAction, restriction } from "./log.ts";

const write = { ref, room, id: messageId };

/** Acts on a user of the room. `for` is a length in seconds; without it a mute or ban has no end. */
export const moderate = v.object({
  type: v.literal("moderate"),
  ...write,
  action: moderationAction,
  user: userId,
  for: v.exactOptional(whole(1)),
  reason: v.exactOptional(text(1, LIMITS.reasonLength)),
});

/** Asks who is muted or banned in a room, a page at a time; `after` is the `next` of the page before. */
export const restrictions = v.object({
  type: v.literal("restrictions"),
  ref,
  room,
  after: v.exactOptional(v.pipe(v.string(), v.maxLength(512))),
  limit: v.exactOptional(whole(1, LIMITS.pageMax)),
});

/** Somebody who is muted, banned, or both. `name` is what they were called, where the relay knew it. */
export const restrictedUser = v.object({
  user: userId,
  name: v.exactOptional(v.string()),
  mute: v.exactOptional(restriction),
  ban: v.exactOptional(restriction),
});
export type RestrictedUser = v.InferOutput<typeof restrictedUser>;
export const restrictionsResult = v.object({
  restrictions: v.array(restrictedUser),
  next: v.exactOptional(v.string()),
});

/** Changes the room's settings; what is not named stays. An empty title takes the title away. */
export const configure = v.object({
  type: v.literal("configure"),
  ...write,
  title: v.exactOptional(text(0, LIMITS.titleLength)),
  slowMode: v.exactOptional(whole(0, LIMITS.slowModeSeconds)),
  locked: v.exactOptional(v.boolean("must be true or false")),
});
