import type { ChatError } from "../chat-error.ts";
import type { Message, Restriction, Settings } from "../protocol/log.ts";
import type { Member, Person } from "../protocol/member.ts";
import type { Verb } from "../protocol/roles.ts";

/**
 * A message as a screen shows it. A stored message has a `seq` of its room; one of the user's own that the
 * relay has not stored yet stands at the end, with `seq` 0 and a `state`.
 */
export interface ViewMessage<Data extends object = Record<string, unknown>> extends Omit<Message, "data"> {
  /** What the application sent along with the text. */
  data?: Data;
  /** True for the user's own. */
  mine: boolean;
  /** Only while not stored: on its way, or refused (see `error`; `retry` and `discard` act on it). */
  state?: "pending" | "failed";
  /** Why it failed. */
  error?: ChatError;
}

/**
 * A place where continuity was lost: after the event `after` (0: nobody knows where) and before the message
 * `before` there may be messages that this client has not seen. It stands above the oldest message held.
 */
export interface Gap {
  after: number;
  before: number;
  /** Loads a page of what is missing, from its newer end; false when the gap is closed. */
  load(limit?: number): Promise<boolean>;
}

/**
 * - `joining`: not joined yet, nothing to show but what is pending;
 * - `live`: every event arrives;
 * - `recovering`: the line is back and what was missed is being fetched;
 * - `stale`: the line is down; what is shown was true when it was lost;
 * - `removed`: the relay took this user out, or refused to let them in (see `error`).
 */
export type RoomStatus = "joining" | "live" | "recovering" | "stale" | "removed";

/** All that a screen needs of a room. Immutable: a new object comes only when something changed. */
export interface RoomView<Data extends object = Record<string, unknown>> {
  room: string;
  status: RoomStatus;
  /** Folded and ordered, the user's own unsent ones at the end. */
  messages: readonly ViewMessage<Data>[];
  gaps: readonly Gap[];
  /** Who is here; empty in rooms too large to list (see `count`). */
  members: readonly Member[];
  count: number;
  /** Who is typing just now, without this user. */
  typing: readonly Person[];
  /** What this user may do here. */
  can: ReadonlySet<Verb>;
  settings: Readonly<Settings>;
  /** The messages pinned last, by their `seq`, the newest at the end; see `room.message`. */
  pins: readonly number[];
  /** A mute of this user that was in force when it was last heard of. */
  muted?: Restriction;
  /** Messages of others after the read marker. */
  unread: number;
  /** The `seq` of the first unread message held, for a divider. */
  firstUnread?: number;
  /** True when the first message of the room is held. */
  atBeginning: boolean;
  error?: ChatError;
}
