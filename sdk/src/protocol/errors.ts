/**
 * The catalogue of error codes: one entry for each sentence a relay can refuse with.
 *
 * Codes are for programs and stay for ever; messages are for people and may change. A code that falls out of
 * use is never given to something else. `docs/ERRORS.md` is compared with this table by a test.
 *
 * - `meaning` says what happened, in words an integrator can act on.
 * - `retry` says what may help: `no` (the same request will fail again), `new-token`, `later` (after
 *   `retryAfter` ms where the relay names it), or `yes` (try again with back-off; nothing was stored).
 */
export const ERRORS = {
  invalid: { meaning: "A packet's field is missing or wrong; the message names it.", retry: "no" },
  "unknown-type": { meaning: "There is no packet of this type.", retry: "no" },
  "bad-room": { meaning: "This is not a room name; the message names the offending character.", retry: "no" },
  unauthorized: {
    meaning: "The token is missing, malformed, wrongly signed, or meant for another app.",
    retry: "new-token",
  },
  "token-expired": { meaning: "The token's `exp` has passed.", retry: "new-token" },
  "identity-changed": {
    meaning: "A token that renews a connection must name the same user and app.",
    retry: "no",
  },
  forbidden: { meaning: "The token gives no right to do that there.", retry: "no" },
  banned: { meaning: "A moderator has banned this user.", retry: "later" },
  muted: { meaning: "A moderator has muted this user: reading goes on, writing does not.", retry: "later" },
  locked: { meaning: "The room is locked: only moderators may write.", retry: "later" },
  "slow-mode": { meaning: "The room is in slow mode and the pause is not over.", retry: "later" },
  kicked: { meaning: "A moderator took this user out of the room; joining again is allowed.", retry: "no" },
  "room-closed": { meaning: "The room was deleted.", retry: "no" },
  reset: {
    meaning: "The log cannot tell all that came after this place: go on from the newest messages.",
    retry: "no",
  },
  "not-joined": { meaning: "The connection has not joined this room.", retry: "no" },
  "not-found": { meaning: "The target is no message of this room, or it is deleted.", retry: "no" },
  "too-large": { meaning: "A text or `data` is over the limit.", retry: "no" },
  "rate-limited": { meaning: "Too many requests in too short a time.", retry: "later" },
  rejected: {
    meaning: "The app's own rule refused it; its sentence is passed on as the message.",
    retry: "no",
  },
  "too-many-rooms": { meaning: "The connection has joined as many rooms as it may.", retry: "no" },
  unavailable: { meaning: "The relay cannot take it now; nothing was stored.", retry: "yes" },
  internal: { meaning: "A fault of the relay, logged there under the incident it names.", retry: "yes" },
} as const satisfies Record<string, { meaning: string; retry: "no" | "new-token" | "later" | "yes" }>;

/** A code that an `error` packet, a `left` packet or an HTTP error can carry. */
export type ErrorCode = keyof typeof ERRORS;

/** True for a code of this catalogue. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERRORS, code);
}
