import * as v from "valibot";
import { anyText, ref, room, seq, userId, whole } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { message, position, restriction, roomEvent, settings } from "./log.ts";
import { member } from "./member.ts";
import { VERBS } from "./roles.ts";

/**
 * Comes into a room. With `since`, everything after that place is replayed if the log still holds it; otherwise
 * (or without) the newest `limit` messages come.
 */
export const join = v.object({
  type: v.literal("join"),
  ref,
  room,
  since: v.exactOptional(position),
  limit: v.exactOptional(whole(0, LIMITS.pageMax)),
});

/**
 * The `ok` of a join. `seq` is where live events go on; `recovered` says whether `events` are all that the
 * client missed (all of them or none). `members` only while the room lists them; `read` is this user's marker,
 * `muted` a mute of theirs. `pins` are the messages pinned last, the newest at the end.
 */
export const joinResult = v.object({
  room,
  epoch: v.string(),
  seq: whole(0),
  recovered: v.boolean(),
  events: v.exactOptional(v.array(roomEvent)),
  messages: v.exactOptional(v.array(message)),
  more: v.exactOptional(v.boolean()),
  can: v.array(v.picklist(VERBS)),
  settings,
  pins: v.exactOptional(v.array(seq)),
  muted: v.exactOptional(restriction),
  members: v.exactOptional(v.array(member)),
  count: whole(0),
  read: v.exactOptional(whole(0)),
});

export const leave = v.object({ type: v.literal("leave"), ref, room });

/** Asks for the members of a room, a page at a time; `after` is the `next` of the page before. */
export const members = v.object({
  type: v.literal("members"),
  ref,
  room,
  after: v.exactOptional(v.pipe(v.string(), v.maxLength(512))),
  limit: v.exactOptional(whole(1, LIMITS.pageMax)),
});
export const membersResult = v.object({
  members: v.array(member),
  count: whole(0),
  next: v.exactOptional(v.string()),
});

/** Who came and went. `joined` and `left` only while the room lists its members. */
export const presence = v.object({
  type: v.literal("presence"),
  room,
  count: whole(0),
  joined: v.exactOptional(v.array(member)),
  left: v.exactOptional(v.array(userId)),
});

/** What the client holds of this room is no longer continuous: start again from these messages. */
export const reset = v.object({
  type: v.literal("reset"),
  room,
  epoch: v.string(),
  seq: whole(0),
  messages: v.array(message),
  more: v.boolean(),
  settings,
  pins: v.exactOptional(v.array(seq)),
});

/**
 * The relay took this client out of the room; `code` says why (`kicked`, `banned`, `forbidden`, `room-closed`),
 * `reason` in the moderator's own words. `retryAfter` in ms, where a ban ends.
 */
export const left = v.object({
  type: v.literal("left"),
  room,
  code: v.string(),
  message: v.string(),
  retryAfter: v.exactOptional(whole(0)),
  reason: v.exactOptional(anyText),
});

/**
 * This user's read marker: everything up to `seq` was seen. Kept per user and room; it only moves forward, and
 * the relay passes it on to the user's connections in the room.
 */
export const read = v.object({ type: v.literal("read"), ref: v.exactOptional(ref), room, seq: whole(0) });

/** The same user moved their read marker. */
export const readNotice = v.object({ type: v.literal("read"), room, seq });
