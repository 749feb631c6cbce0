import * as v from "valibot";
import { anyText, at, ref, room, whole } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { user } from "./member.ts";

const token = v.pipe(
  v.string("must be a text"),
  v.maxLength(LIMITS.tokenLength, `must have at most ${LIMITS.tokenLength} characters`),
);

/** The first packet of a connection: who is speaking, proved by a JWT. */
export const hello = v.object({
  type: v.literal("hello"),
  token,
  /** Name and version of the client, for the operator's logs. */
  sdk: v.exactOptional(v.pipe(v.string(), v.maxLength(100))),
});

/** A new token on the live connection; it must name the same user and app. */
export const tokenPacket = v.object({ type: v.literal("token"), ref, token });

/** The limits in force on this relay; see `LIMITS` for what each counts. */
export const welcomeLimits = v.object({
  frameBytes: whole(1),
  textLength: whole(1),
  dataBytes: whole(0),
  roomsPerConnection: whole(1),
  pageMax: whole(1),
  replayEvents: whole(0),
  listedMembers: whole(0),
});

/** The answer to `hello`. `heartbeat` in ms; `expires` is the token's end in ms since 1970. */
export const welcome = v.object({
  type: v.literal("welcome"),
  connection: v.string(),
  user,
  app: v.string(),
  heartbeat: whole(1),
  expires: v.nullable(at),
  limits: welcomeLimits,
});

/** The token ends at `at` (ms since 1970): send a new one before. */
export const expiring = v.object({ type: v.literal("expiring"), at });

/** The relay is about to stop: reconnect at a random moment within that many ms. */
export const goaway = v.object({ type: v.literal("goaway"), within: whole(0) });

/** A request that succeeded; the other fields depend on what was asked. */
export const ok = v.looseObject({ type: v.literal("ok"), ref });

/**
 * A request that failed, or (without `ref`) a packet that wanted no answer and was refused. `retryAfter` in
 * ms, where waiting helps. `code` is one of `ERRORS`, but a client must live with codes it does not know.
 */
export const error = v.object({
  type: v.literal("error"),
  ref: v.exactOptional(ref),
  code: v.string(),
  message: v.string(),
  retryAfter: v.exactOptional(whole(0)),
  room: v.exactOptional(room),
  /** A moderator's own words; only with `muted` and `banned`. */
  reason: v.exactOptional(anyText),
  /** Names this fault in the relay's log; only with `internal`. */
  incident: v.exactOptional(v.string()),
});
