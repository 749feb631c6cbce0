import * as v from "valibot";
import { anyText, at, data, emoji, messageId, room, seq, userId, whole } from "./fields.ts";
import { author } from "./member.ts";

/**
 * A place in a room's log. `epoch` names one life of the log and changes only when continuity was lost, so a
 * position of another epoch says nothing about this one. `seq` 0 is the place before the first event.
 */
export const position = v.object({ epoch: v.string(), seq: whole(0) });
export type Position = v.InferOutput<typeof position>;

/** What a moderator can do to a user of a room. */
export const moderationAction = v.picklist(
  ["kick", "mute", "unmute", "ban", "unban"],
  "must be kick, mute, unmute, ban or unban",
);
export type ModerationAction = v.InferOutput<typeof moderationAction>;

/** A room's settings, whole. `slowMode` is the pause in seconds between two posts of one user; 0 is off. */
export const settings = v.object({
  title: v.exactOptional(v.string()),
  slowMode: v.exactOptional(whole(0)),
  locked: v.exactOptional(v.boolean()),
});
export type Settings = v.InferOutput<typeof settings>;

const place = {
  type: v.literal("event"),
  room,
  seq,
  /** Milliseconds since 1970 by the relay's clock; never decreasing within a room. */
  at,
  id: messageId,
  by: author,
};

export const messageEvent = v.object({
  ...place,
  kind: v.literal("message"),
  text: v.string(),
  reply: v.exactOptional(seq),
  data: v.exactOptional(data),
});
export const editEvent = v.object({ ...place, kind: v.literal("edit"), target: seq, text: v.string() });
/**
 * `author` comes when the author of the target was forgotten: who stands in their place from now on, in the
 * message and in all that the log still tells.
 */
export const deleteEvent = v.object({
  ...place,
  kind: v.literal("delete"),
  target: seq,
  reason: v.exactOptional(v.string()),
  author: v.exactOptional(author),
});
/** `count` is how many users hold this emoji on the message after this event. */
export const reactionEvent = v.object({
  ...place,
  kind: v.literal("reaction"),
  target: seq,
  emoji,
  on: v.boolean(),
  count: whole(0),
});
export const pinEvent = v.object({ ...place, kind: v.literal("pin"), target: seq, on: v.boolean() });
/** Until when something holds for a user (ms since 1970; for good without it), and the moderator's own words. */
export const restriction = v.object({ until: v.exactOptional(at), reason: v.exactOptional(anyText) });
export type Restriction = v.InferOutput<typeof restriction>;

/** `until` is when a mute or ban ends by itself; `name` what the user was called, where the relay knew it. */
export const moderationEvent = v.object({
  ...place,
  kind: v.literal("moderation"),
  action: moderationAction,
  user: userId,
  name: v.exactOptional(v.string()),
  ...restriction.entries,
});
export const settingsEvent = v.object({ ...place, kind: v.literal("settings"), settings });

/** An entry of a room's log. Everything that lasts is one of these. */
export const roomEvent = v.variant("kind", [
  messageEvent,
  editEvent,
  deleteEvent,
  reactionEvent,
  pinEvent,
  moderationEvent,
  settingsEvent,
]);
export type RoomEvent = v.InferOutput<typeof roomEvent>;
export type EventKind = RoomEvent["kind"];
export type MessageEvent = v.InferOutput<typeof messageEvent>;

/** How many hold a reaction, and whether the one who asks is among them. */
export const reaction = v.object({ count: whole(0), mine: v.boolean() });
export type Reaction = v.InferOutput<typeof reaction>;

/**
 * The fold of a message event and the later events that target it. A deleted message keeps its place with
 * `deletedAt` and an empty text; with `removed`, if it was not its author who deleted it.
 */
export const message = v.object({
  seq,
  at,
  id: messageId,
  by: author,
  text: v.string(),
  reply: v.exactOptional(seq),
  data: v.exactOptional(data),
  editedAt: v.exactOptional(at),
  deletedAt: v.exactOptional(at),
  removed: v.exactOptional(v.object({ reason: v.exactOptional(v.string()) })),
  pinned: v.exactOptional(v.boolean()),
  reactions: v.exactOptional(v.record(v.string(), reaction)),
});
export type Message = v.InferOutput<typeof message>;
