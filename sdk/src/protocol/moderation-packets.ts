import * as v from "valibot";
import { messageId, ref, room, text, userId, whole } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { moderationAction } from "./log.ts";

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

/** Changes the room's settings; what is not named stays. An empty title takes the title away. */
export const configure = v.object({
  type: v.literal("configure"),
  ...write,
  title: v.exactOptional(text(0, LIMITS.titleLength)),
  slowMode: v.exactOptional(whole(0, LIMITS.slowModeSeconds)),
  locked: v.exactOptional(v.boolean("must be true or false")),
});
