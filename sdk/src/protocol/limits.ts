/**
 * Sizes and rates that both sides of the wire obey. A relay may be configured to lower (and some to higher)
 * values; `welcome.limits` tells a client the ones in force. Durations end in `Ms`, sizes in `Bytes`,
 * everything else is a count.
 */
export const LIMITS = {
  /** The largest WebSocket message a relay reads; over it the connection ends with 1009. */
  frameBytes: 64 * 1024,
  /** Code points in a message's text. */
  textLength: 4000,
  /** Bytes of a message's or signal's `data`, as JSON in UTF-8. */
  dataBytes: 4096,
  /** Objects and arrays inside one another in `data`; far deeper ones overflow the stack of whoever writes them as JSON. */
  dataDepth: 32,
  /** Characters of a client-made id. */
  idLength: 64,
  /** Code points of a room name, after NFC. */
  roomNameLength: 128,
  /** Characters of a user id (the token's `sub`). */
  userIdLength: 128,
  /** Code points of a display name; a longer one in a token is cut. */
  userNameLength: 128,
  /** Characters of a picture's address. */
  pictureLength: 2048,
  /** Characters of a token; 8 KiB is what most HTTP servers take as a header. */
  tokenLength: 8192,
  /** Code points of a moderator's reason. */
  reasonLength: 500,
  /** Code points of a room's title. */
  titleLength: 200,
  /** UTF-16 units of one reaction; the longest emoji sequences in Unicode 16 take under 32. */
  emojiLength: 32,
  /** Characters of a signal's name. */
  signalNameLength: 64,
  /** Different emoji one message can carry; every client must be able to draw them all. */
  emojiPerMessage: 32,
  /** Pinned messages that a join tells of; the one pinned first gives way. */
  pins: 20,
  /** Rooms one connection may join. */
  roomsPerConnection: 100,
  /** Messages of a page when the client names no `limit`. */
  pageDefault: 50,
  /** Messages of a page at most. */
  pageMax: 200,
  /** Events a relay replays at most; a client further behind is given the newest page instead. */
  replayEvents: 1000,
  /** Members up to which a room lists them; above, it only counts. */
  listedMembers: 200,
  /** Seconds of slow mode at most (six hours). */
  slowModeSeconds: 21_600,
  /** Silence after which a relay sends `[]`. */
  heartbeatMs: 25_000,
  /** What a peer may add to two heartbeats of silence before it is given up. */
  heartbeatGraceMs: 5_000,
  /** How long a relay waits for `hello`. */
  helloMs: 10_000,
  /** How long a connection outlives its token. */
  expiryGraceMs: 25_000,
  /** How long before a token's end `expiring` is sent; half of the lifetime for shorter tokens. */
  expiringMs: 60_000,
  /** How long a user who left may take to come back unnoticed. */
  presenceGraceMs: 5_000,
} as const;
