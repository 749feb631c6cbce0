import type {
  AuditAction,
  Author,
  ErrorCode,
  Member,
  ModerationAction,
  Person,
  RoomEvent,
  RoomName,
  Settings,
} from "@natter/sdk/protocol";
import type { StoredMessage } from "./fold.ts";
import type { Retention } from "./retention.ts";

declare const roomKey: unique symbol;

/** A room of an app: what every engine files things under. Two apps' rooms of one name never meet. */
export type RoomKey = string & { readonly [roomKey]: true };

/**
 * Joins an app's id and a room's name to a key. Neither can hold a line feed (app ids are configured as
 * `A-Za-z0-9_-`, room names have no control characters), so no two pairs make the same key.
 */
export function roomKeyOf(app: string, room: RoomName): RoomKey {
  return `${app}\n${room}` as RoomKey;
}

/** The app and the room that a key was made of. */
export function partsOfKey(key: RoomKey): { app: string; room: RoomName } {
  const cut = key.indexOf("\n");
  return { app: key.slice(0, cut), room: key.slice(cut + 1) as RoomName };
}

/** What an event says, before the log has given it a place. */
export type Content =
  | { kind: "message"; text: string; reply?: number; data?: Record<string, unknown> }
  | { kind: "edit"; target: number; text: string }
  | {
      kind: "delete";
      target: number;
      reason?: string;
      /** Who stands in the place of an author who is being forgotten. */
      author?: Author;
    }
  | { kind: "reaction"; target: number; emoji: string; on: boolean }
  | { kind: "pin"; target: number; on: boolean }
  | {
      kind: "moderation";
      action: ModerationAction;
      user: string;
      name?: string;
      until?: number;
      reason?: string;
    }
  | { kind: "settings"; change: Settings };

/** Something that an authorised user wants to add to a room's log. */
export interface Draft {
  room: RoomKey;
  /** With room and author the idempotency key: the same three are stored once. */
  id: string;
  by: Author;
  content: Content;
  /** True when the author may change only what they wrote themselves; the log knows who wrote the target. */
  ownOnly?: boolean;
  /** For the audit, of what it keeps: who did it, if that is another than the author, and from where. */
  actor?: Partial<Actor>;
}

/** Who does something that the audit keeps, and the address that the request came from. */
export interface Actor {
  /** The user's id. */
  user: string;
  address?: string;
}

/**
 * What became of a draft: its place in the log, or why it has none. A `duplicate` was stored before, and this is
 * its first place; it is known as long as the log keeps the event, and never for less than {@link MIN_ID_AGE_MS}.
 */
export type Appended =
  | { ok: true; epoch: string; seq: number; at: number; duplicate: boolean }
  | { ok: false; code: ErrorCode; message: string };

/** How long an id is known at least, also when its event was trimmed: the longest that an outbox may lie. */
export const MIN_ID_AGE_MS = 24 * 60 * 60 * 1000;

/** What holds for a user of a room until `until` (ms since 1970), or for good. */
export interface Restriction {
  kind: "ban" | "mute";
  /** What the user was called, where that was known. */
  name?: string;
  until?: number;
  reason?: string;
}

/** Where a room's log stands, and what its events have made of the room. */
export interface Head {
  epoch: string;
  seq: number;
  settings: Settings;
  /** The messages pinned last, the newest at the end; retention may have taken some of them since. */
  pins: readonly number[];
  /** By user id. */
  restrictions: ReadonlyMap<string, readonly Restriction[]>;
}

/** The events after a place, or the news that the log cannot tell them all. `seq`: up to where they reach. */
export type Replay = { ok: true; epoch: string; events: RoomEvent[]; seq: number } | { ok: false };

/** A page of folded messages, and the place in the log at which it was true. */
export interface Page {
  epoch: string;
  seq: number;
  messages: StoredMessage[];
  /** True when the log holds older messages. */
  more: boolean;
}

/**
 * The logs of all rooms. What is appended is carried to every relay by the {@link Bus} of the same engine, in
 * the order of `seq` and only once it is stored.
 */
export interface RoomLog {
  /**
   * Appends the drafts of one tick, of any rooms, in their order; each wholly or not at all. Resolves with one
   * result a draft when what is stored will stay stored. Rejects only when nothing of the batch was stored.
   */
  append(drafts: readonly Draft[]): Promise<Appended[]>;
  /** Where the room stands; a room nobody has written to stands at 0. */
  head(room: RoomKey): Promise<Head>;
  /**
   * All events after `seq`, at most `limit`; not `ok` when `epoch` is another, the log no longer holds them
   * all, there are more than `limit`, or `seq` is ahead of the log.
   *
   * @param first only the first so many of them, for whoever takes them piece by piece
   */
  after(room: RoomKey, epoch: string, seq: number, limit: number, first?: number): Promise<Replay>;
  /** The newest `limit` messages, or the newest of those before `before`; oldest first. */
  page(room: RoomKey, limit: number, before?: number): Promise<Page>;
  /** What was stored under an id, if it still is: the answer to a repeat that would be refused today. */
  find(room: RoomKey, userId: string, id: string): Promise<Appended | undefined>;
  close(): Promise<void>;
}

/** What travels between the relays that hold members of a room. */
export type RoomItem =
  | { type: "event"; epoch: string; event: RoomEvent }
  | { type: "typing"; user: Person; on: boolean }
  | { type: "signal"; name: string; data?: unknown; by: Person }
  | { type: "presence"; joined: Member[]; left: string[] }
  /** Who is here, told anew: whoever is not named is not here. By number only, where they are too many. */
  | ({ type: "present" } & Present)
  | { type: "read"; user: string; seq: number }
  /** The room was deleted; what is written from now on begins a new log. */
  | { type: "closed"; epoch: string }
  /** What was told before and what will be told may have a hole between them: the log stands at this place now. */
  | { type: "lost"; epoch: string; seq: number }
  /** Somebody was forgotten: in what the log tells, another stands in their place. */
  | { type: "forgotten"; user: string; author: Author };

/** Carries a room's items to every relay that asked for them, this one included. Nothing is kept. */
export interface Bus {
  publish(room: RoomKey, item: RoomItem): void;
  /** Listens to a room until the returned function is called. Resolves when nothing more can be missed. */
  subscribe(room: RoomKey, listener: (item: RoomItem) => void): Promise<() => void>;
  /** Hears what this relay publishes, in any room. Returns what stops it. */
  tap(listener: (room: RoomKey, item: RoomItem) => void): () => void;
}

/** Who is in a room. */
export interface Present {
  count: number;
  /** Ordered by id; absent when they are more than the engine names. */
  members?: Member[];
}

/** Who is present in a room, over all relays, and by user: a second tab changes nothing. */
export interface Presence {
  /** Says that a user is here; the bus tells the others if that is news. */
  enter(room: RoomKey, member: Member): void;
  /** Says that a user is here no longer. */
  leave(room: RoomKey, userId: string): void;
  /** Everybody who is here, ordered by id, however many. */
  list(room: RoomKey): Promise<Member[]>;
  /** How many are here, and who, if they are few enough to be named. */
  look(room: RoomKey): Promise<Present>;
  /**
   * Hears when the first user has come into a room, and when the last has gone, over all relays: on the one relay that
   * has noticed it. Returns what stops it.
   */
  watch(listener: (room: RoomKey, isOccupied: boolean) => void): () => void;
}

/** How far each user has read. A marker only moves forward. */
export interface Markers {
  read(room: RoomKey, userId: string): Promise<number | undefined>;
  mark(room: RoomKey, userId: string, seq: number): void;
}

/** Tokens that count no more: all of a user's up to a moment, or one by its name. */
export interface Revocation {
  app: string;
  kind: "user" | "token";
  /** The user's id, or the token's (`jti`). */
  id: string;
  /** When, in ms since 1970: what was issued later counts again. */
  at: number;
  /** Until when it has to be known, in ms since 1970: by then the tokens have run out. */
  until: number;
}

/** What was revoked. Of two revocations of one thing the later `at`, and the later `until`, hold. */
export interface Revocations {
  /** Resolves when it is stored, and will stay stored, and every relay has been told. */
  add(revocation: Revocation): Promise<void>;
  /** All that hold at a time, in ms since 1970. */
  list(now: number): Promise<Revocation[]>;
  /** Hears of each that is added, by this relay or another. Returns what stops it. */
  subscribe(listener: (revocation: Revocation) => void): () => void;
}

/** How many connections there may be, over all relays. */
export interface ConnectionLimits {
  /** Connections of one user. */
  connectionsPerUser: number;
  /** Connections of one app that have said hello. */
  connectionsPerApp: number;
}

/** The connections of one relay, as a {@link Census} counts them. */
export interface Counted {
  /** Every user who has a connection on this relay, by app. */
  connected(): Iterable<[app: string, user: string]>;
  /** Connections of a user on this relay. */
  connectionsOf(app: string, user: string): number;
  /** Connections of an app on this relay. */
  connectionsOfApp(app: string): number;
  limitsOf(app: string): ConnectionLimits | undefined;
  /** Over all relays a user has so many connections too many, or their app has: as many of theirs have to go. */
  onExcess(app: string, user: string, excess: number, limit: "user" | "app"): void;
}

/** Counts connections over all relays, where there are several: each sees to its own alone. */
export interface Census {
  /** Counts a relay's connections until the returned function is called. */
  follow(counted: Counted): () => void;
  /** A user has more connections than before on this relay, or fewer. */
  changed(app: string, user: string): void;
}

/** Where a room stands that somebody has written to. */
export interface RoomSummary {
  room: RoomName;
  epoch: string;
  seq: number;
  /** When its last event came, in ms since 1970. */
  at: number;
  settings: Settings;
}

/** What became of a wish to be forgotten. */
export interface Forgotten {
  /** Messages whose text was erased. */
  messages: number;
}

/** What is done to rooms and users as wholes. Each of it is kept in the {@link Audit} together with its effect. */
export interface Registry {
  /** The rooms of an app that were written to, in the order of their names, after a name; at most `limit`. */
  list(app: string, limit: number, after?: RoomName): Promise<RoomSummary[]>;
  /**
   * Erases a room's log, with settings, restrictions and read markers, and begins another with a new epoch.
   * Resolves with that epoch when the room stays deleted; by then the bus has told it.
   */
  drop(room: RoomKey, by: Actor): Promise<string>;
  /**
   * Erases what a user wrote in all rooms of an app, and puts another name in the place of theirs wherever the
   * log tells it; their read markers go, bans and mutes stay. Every message of theirs that was there gets a
   * `delete` event by `by`. Begun, it is finished, also over a crash; asked for again meanwhile, it is the same.
   */
  forget(app: string, user: string, by: Author, actor: Actor): Promise<Forgotten>;
}

/** Something that somebody did, as the audit keeps it: no names, and no text of messages. */
export interface AuditRecord {
  action: AuditAction;
  /** The id of the user who did it. */
  by: string;
  /** Where the request came from, if that is known. */
  address?: string;
  room?: RoomName;
  /** The id of the user it was done to. */
  user?: string;
  /** The `jti` of the token it was done to. */
  token?: string;
  /** The event it was done to. */
  target?: number;
  reason?: string;
  until?: number;
  settings?: Settings;
}

/** A record with its number, which grows, and its time in ms since 1970. */
export interface AuditEntry extends AuditRecord {
  id: number;
  at: number;
}

/** Who did what, to whom, when and from where. It is added to, and changed by nobody. */
export interface Audit {
  /** Adds a record. Resolves when it will stay. */
  record(app: string, record: AuditRecord): Promise<void>;
  /** The newest `limit` entries of an app, or the newest of those before `before`; newest first. */
  page(app: string, limit: number, before?: number): Promise<AuditEntry[]>;
}

/** Who is told of an app's events. */
export interface Route {
  /** A word for who is told; as long as it is the same, what waits for them stays. */
  to: string;
  app: string;
  kinds: readonly RoomEvent["kind"][];
  /** How much may wait; beyond that the oldest goes. */
  max: number;
}

/** Something to be told that waits in the {@link Outbox}. Its number grows. */
export interface Waiting {
  id: number;
  room: RoomName;
}

/** The same with what is in it. */
export interface Parcel extends Waiting {
  epoch: string;
  /** Absent for a note, and when retention or a deletion has taken the event meanwhile. */
  event?: RoomEvent;
  /** What is no event of the log, as it was handed in. */
  note?: string;
}

/** How much waits for somebody, and how much was given up because it was too much; at the relay that tells them. */
export interface OutboxCounts {
  waiting: number;
  dropped: number;
}

/**
 * What is still to be told to those outside. It is filled in the same step that stores an event, so that nothing
 * stored is left untold, and holds places of the log: what was erased is told to nobody later.
 */
export interface Outbox {
  /** Puts other routes in place; what waits for those who are not among them is dropped. */
  route(routes: readonly Route[]): Promise<void>;
  /** Puts something in that is no event, behind what was stored before. */
  note(to: string, room: RoomKey, note: string): Promise<void>;
  /** What waits after a number, in the order in which it came. */
  list(to: string, after: number, limit: number): Promise<Waiting[]>;
  /** What one of them holds, unless it is gone. */
  open(id: number): Promise<Parcel | undefined>;
  /** Takes out what was told; what is told of one room is told in its order. */
  settle(ids: readonly number[]): Promise<void>;
  counts(to: string): Promise<OutboxCounts>;
  /**
   * Asks for the right to tell somebody, which one relay has at a time. Resolves with how long it has it, in ms from
   * the moment of asking: for good where there is but one relay, 0 while another has it. Who asks again in time keeps
   * it; else it goes, with what waits, to the next who asks.
   */
  claim(to: string): Promise<number>;
  /** Hears for whom there may be more to tell, also of what other relays have stored. Returns what stops it. */
  watch(listener: (to: string) => void): () => void;
}

/** A log, a bus, a presence, and all else that is kept, as they belong together. */
export interface Engine {
  /** For people: what of a stored message survives what. */
  readonly durability: string;
  readonly log: RoomLog;
  readonly bus: Bus;
  readonly presence: Presence;
  readonly markers: Markers;
  readonly revocations: Revocations;
  readonly census: Census;
  readonly registry: Registry;
  readonly audit: Audit;
  readonly outbox: Outbox;
  /** Settles with the reason when the engine can do nothing any more: a relay without it had better stop. */
  readonly failed?: Promise<Error>;
  /** Keeps so much of each room from now on. */
  retain(retention: Retention): Promise<void>;
  close(): Promise<void>;
}
