import * as v from "valibot";
import { anyText, at, data, messageId, messageText, room, seq, text, userId, whole } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { message, moderationAction, roomEvent, settings } from "./log.ts";
import { member, user } from "./member.ts";
import { configure, moderate, restrictedUser } from "./moderation-packets.ts";
import { pin } from "./posting-packets.ts";
import { VERBS } from "./roles.ts";

/** An idempotency key, as packets have one; the relay makes one where there is none. */
const id = v.exactOptional(messageId);

const reason = v.exactOptional(text(1, LIMITS.reasonLength));

/** Asks for a guest: a name to begin with, and a key that makes the same guest again. */
export const guestRequest = v.object({
  name: v.exactOptional(v.pipe(v.string("must be a text"), v.maxLength(LIMITS.userNameLength * 4))),
  key: v.exactOptional(
    v.pipe(
      v.string("must be a text"),
      v.minLength(16, "must have 16 to 128 characters"),
      v.maxLength(128, "must have 16 to 128 characters"),
    ),
  ),
});

/** A guest's token, who it is for, and its end in ms since 1970. */
export const guestAnswer = v.object({ token: v.string(), user, expires: at });

/** Writes a message. `as` says it in the name of somebody else, which only admins may. */
export const postRequest = v.object({
  id,
  text: messageText,
  reply: v.exactOptional(seq),
  data: v.exactOptional(data),
  as: v.exactOptional(
    v.object({
      id: userId,
      name: text(1, LIMITS.userNameLength),
      picture: v.exactOptional(
        v.pipe(
          anyText,
          v.regex(/^https:\/\//, "must be an https address"),
          v.maxLength(LIMITS.pictureLength, `must have at most ${LIMITS.pictureLength} characters`),
        ),
      ),
    }),
  ),
});

/** Changes the text of a message. */
export const editRequest = v.object({ id, text: messageText });

/** Pins a message, or takes that back. */
export const pinRequest = v.object({ id, on: pin.entries.on });

/** Deletes a message: in the query, as bodies of DELETE do not get through everywhere. */
export const deleteQuery = v.object({ id, reason });

/** Acts on a user of the room, as the packet `moderate` does. */
export const moderateRequest = v.object({
  id,
  action: moderationAction,
  user: userId,
  for: moderate.entries.for,
  reason,
});

/** Changes the room's settings, as the packet `configure` does. */
export const configureRequest = v.object({
  id,
  title: configure.entries.title,
  slowMode: configure.entries.slowMode,
  locked: configure.entries.locked,
});

/** When the token ends by itself, in ms since 1970: until then it has to be remembered. */
export const revokeTokenRequest = v.object({ expires: v.exactOptional(at) });

/**
 * A page of rooms: those after a name, in the order of their names' UTF-8 bytes. `search` is a part of the name or the
 * title, in letters of any case.
 */
export const roomsQuery = v.object({
  after: v.exactOptional(anyText),
  limit: v.exactOptional(whole(1, LIMITS.pageMax)),
  search: v.exactOptional(text(1, LIMITS.roomNameLength)),
});

/** A page of rooms in which somebody is restricted: those after a name. */
export const restrictionsQuery = v.object({
  after: v.exactOptional(anyText),
  limit: v.exactOptional(whole(1, LIMITS.pageMax)),
});

/** A page of messages before a place, or the newest. */
export const messagesQuery = v.object({
  before: v.exactOptional(seq),
  limit: v.exactOptional(whole(1, LIMITS.pageMax)),
});

/** Events after a place. With `epoch` it is noticed when the room's log is another one by now. */
export const eventsQuery = v.object({
  after: v.exactOptional(whole(0)),
  epoch: v.exactOptional(v.pipe(v.string(), v.maxLength(64, "must have at most 64 characters"))),
  limit: v.exactOptional(whole(1, LIMITS.replayEvents)),
});

/** A page of members; `after` is the `next` of the page before, and a `limit` of 0 asks for the count alone. */
export const membersQuery = v.object({
  after: v.exactOptional(v.pipe(v.string(), v.maxLength(512, "must have at most 512 characters"))),
  limit: v.exactOptional(whole(0, LIMITS.pageMax)),
});

/** The app that a token is for, as it is configured, and how many connections it has on this relay. */
export const appAnswer = v.object({
  app: v.string(),
  user,
  expires: at,
  connections: whole(0),
  guests: v.boolean(),
  defaultRole: v.picklist(["none", "reader", "member", "moderator", "admin"]),
});

/** Who is muted or banned in a room now. */
export const restrictionsAnswer = v.object({ restrictions: v.array(restrictedUser) });

/** Rooms in which somebody is muted or banned now. `next` is the `after` of the next page, if there may be one. */
export const restrictedRoomsAnswer = v.object({
  rooms: v.array(v.object({ room, restrictions: v.array(restrictedUser) })),
  next: v.exactOptional(v.string()),
});

/** Where a room stands; `at` is when its last event came, and `count` how many users are in it. */
export const roomSummary = v.object({
  room,
  epoch: v.string(),
  seq: whole(0),
  at,
  settings,
  count: whole(0),
});

/** Rooms that somebody has written to. `next` is the `after` of the next page, if there may be one. */
export const roomsAnswer = v.object({ rooms: v.array(roomSummary), next: v.exactOptional(v.string()) });

/** Where a room stands, and what whoever asks may do there. */
export const roomAnswer = v.object({
  room,
  epoch: v.string(),
  seq: whole(0),
  settings,
  count: whole(0),
  can: v.array(v.picklist(VERBS)),
});

/** Folded messages, oldest first. What comes after `seq` is told by the events after it. */
export const messagesAnswer = v.object({
  epoch: v.string(),
  seq: whole(0),
  messages: v.array(message),
  more: v.boolean(),
});

/** Events in their order, up to `seq`; `more` when the log holds others after that. */
export const eventsAnswer = v.object({
  epoch: v.string(),
  seq: whole(0),
  events: v.array(roomEvent),
  more: v.boolean(),
});

/** Members ordered by id, and how many there are over all pages. */
export const membersAnswer = v.object({
  members: v.array(member),
  count: whole(0),
  next: v.exactOptional(v.string()),
});

/** The epoch with which the room begins anew. */
export const deletedRoom = v.object({ epoch: v.string() });

/** How many connections were ended. */
export const disconnected = v.object({ connections: whole(0) });

/** Up to when tokens were issued that count no more, in ms since 1970. */
export const revoked = v.object({ at });

/** `done` is false while it is still going on; it ends without being asked again. */
export const forgotten = v.object({ done: v.boolean(), messages: v.exactOptional(whole(0)) });

/** What the audit keeps. */
export const AUDIT_ACTIONS = [
  "kick",
  "mute",
  "unmute",
  "ban",
  "unban",
  "configure",
  "delete",
  "post-as",
  "delete-room",
  "disconnect",
  "revoke",
  "revoke-token",
  "forget",
  "reload",
] as const;
/** Something that the audit keeps. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** A page of the audit: entries before one, newest first; all of them, or those that fit all that is named. */
export const auditQuery = v.object({
  before: v.exactOptional(whole(1)),
  limit: v.exactOptional(whole(1, LIMITS.pageMax)),
  action: v.exactOptional(v.picklist(AUDIT_ACTIONS, "must be an action of the audit")),
  room: v.exactOptional(anyText),
  user: v.exactOptional(userId),
  by: v.exactOptional(userId),
});

/** Who did what, when, where and from where: ids only, no names and no texts of messages. */
export const auditEntry = v.object({
  id: whole(1),
  at,
  action: v.picklist(AUDIT_ACTIONS),
  by: v.string(),
  address: v.exactOptional(v.string()),
  room: v.exactOptional(room),
  user: v.exactOptional(v.string()),
  token: v.exactOptional(v.string()),
  target: v.exactOptional(seq),
  reason: v.exactOptional(v.string()),
  until: v.exactOptional(at),
  settings: v.exactOptional(settings),
});
/** `next` is the `before` of the next page, if there may be one: of few that fit, a page can be empty before the last. */
export const auditAnswer = v.object({
  entries: v.array(auditEntry),
  more: v.boolean(),
  next: v.exactOptional(whole(1)),
});

/** How every refusal looks. `retryAfter` in ms, where waiting helps. */
export const errorAnswer = v.object({
  error: v.object({
    code: v.string(),
    message: v.string(),
    retryAfter: v.exactOptional(whole(0)),
    incident: v.exactOptional(v.string()),
  }),
});
