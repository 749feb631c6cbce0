import type { JoinResult, Member, Position, RoomEvent, RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../clock.ts";
import type { Engine, Head, Page, Present, RoomItem, RoomKey } from "../engine/engine.ts";
import { messageFor } from "../engine/fold.ts";
import { Attendance } from "./attendance.ts";
import { CatchUpReads } from "./catch-up.ts";
import { Fanout, type FanoutLimits } from "./fanout.ts";
import { Rest, type Flushable, type Flusher } from "./flusher.ts";
import type { Occupant } from "./occupant.ts";
import { Roster } from "./roster.ts";
import { RoomState } from "./state.ts";
import { Tail } from "./tail.ts";

/** The numbers a room lives by. */
export interface RoomLimits extends FanoutLimits {
  replayEvents: number;
  pageDefault: number;
  listedMembers: number;
  presenceGraceMs: number;
  /**
   * How often it is told who came and went. The first is told at once; a wave of people coming back is told in a
   * few words, or every one of them would cost a write to all the others.
   */
  presenceEveryMs: number;
  /** JSON characters of events a room keeps at hand for replays. */
  tailBytes: number;
}

/** What the room's place and content are for somebody who joins: the parts of a join's `ok` that it knows. */
export type Entry = Pick<JoinResult, "epoch" | "seq" | "recovered" | "messages" | "more"> & {
  /** Events to replay, as JSON. */
  eventsJson?: string[];
};

/** Somebody who hears what is told in a room, and has no connection of the usual kind. */
export interface Watcher {
  onEvent(event: RoomEvent): void;
  /** The room was deleted. */
  onClosed(): void;
}

/** How often those who are behind are looked at. */
const ADVANCE_MS = 50;

/**
 * Events read from the log at once for somebody who is behind. Their line takes `stalledBytes` at a time: whatever
 * is read beyond that is read for nothing, and again with the next piece.
 */
const FETCHED_EVENTS = 50;

/** How often a room too large to list may tell its count. */
const COUNT_MS = 1000;

/** How long a list of a room is told again that nobody holds the list of. */
const LISTED_MS = 5000;

/**
 * One room on this relay: who is here, what is new, and in which order everybody is told. It lives while
 * somebody is in it; everything that lasts is in the engine.
 */
export class Room implements Flushable {
  readonly rest = new Rest();
  readonly name: RoomName;
  readonly state: RoomState;
  readonly key: RoomKey;
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #flusher: Flusher;
  readonly #limits: RoomLimits;
  readonly #tail: Tail;
  readonly #fanout: Fanout;
  readonly #roster = new Roster();
  readonly #attendance: Attendance;
  readonly #watchers = new Set<Watcher>();
  #life = 0;
  #presenceTold = 0;
  #wasEntered = false;
  #coming = 0;
  /** True while news of who is here are in the pass under way. */
  #isTelling = false;
  #advanceScheduled = false;
  #newsScheduled = false;
  #newsToldAt = -Infinity;
  #expiryScheduled = false;
  readonly #catchUpReads = new CatchUpReads((epoch, after) =>
    this.#engine.log.after(this.key, epoch, after, this.#limits.replayEvents, FETCHED_EVENTS),
  );
  #older: Promise<void> | undefined;
  #listed: Promise<Member[]> | undefined;
  #newest: { seq: number; limit: number; page: Promise<Page> } | undefined;

  constructor(parts: {
    key: RoomKey;
    name: RoomName;
    engine: Engine;
    clock: Clock;
    flusher: Flusher;
    limits: RoomLimits;
    head: Head;
    present: Present;
  }) {
    this.name = parts.name;
    this.key = parts.key;
    this.#engine = parts.engine;
    this.#clock = parts.clock;
    this.#flusher = parts.flusher;
    this.#limits = parts.limits;
    this.state = new RoomState(parts.head);
    this.#tail = new Tail(parts.head.seq, parts.limits.replayEvents, parts.limits.tailBytes);
    this.#attendance = new Attendance(parts.present, parts.limits.listedMembers);
    this.#fanout = new Fanout(this.#tail, parts.limits, {
      fromLog: (occupant, after) => void this.#serveFromLog(occupant, after),
      mark: () => this.#presenceTold,
      onLevel: (occupant, mark) => this.#tellAttendance(occupant, mark),
    });
  }

  /** True when somebody has been here since the room was opened. */
  get wasEntered(): boolean {
    return this.#wasEntered;
  }

  /** True when nobody is here, listens, or may come back unnoticed. */
  get isIdle(): boolean {
    return this.#coming === 0 && this.#fanout.size === 0 && this.#watchers.size === 0 && this.#roster.isEmpty;
  }

  get count(): number {
    return this.#attendance.count;
  }

  /** Everybody here, or undefined in a room too large to list. */
  get listedMembers(): Member[] | undefined {
    return this.#attendance.isListed ? this.#attendance.list() : undefined;
  }

  /** Everybody here, ordered by id, however many; where nobody holds a list of them, as it was a moment ago. */
  members(): Promise<readonly Member[]> {
    if (this.#attendance.isNamed) return Promise.resolve(this.#attendance.list());
    if (!this.#listed) {
      const listed = this.#engine.presence.list(this.key);
      this.#listed = listed;
      const forget = (): void => void (this.#listed === listed && (this.#listed = undefined));
      listed.then(() => this.#clock.after(LISTED_MS, forget), forget);
    }
    return this.#listed;
  }

  /** What a user is called, as far as the room knows: they are here, or were when they were restricted. */
  nameOf(userId: string): string | undefined {
    const restricted = this.state.restrictions(userId).find(({ name }) => name !== undefined);
    return this.#attendance.find(userId)?.name ?? restricted?.name;
  }

  /** Every connection in the room. */
  occupants(): Iterable<Occupant> {
    return this.#fanout.occupants();
  }

  /**
   * What somebody who joins is given: all that they missed since their place, or the newest messages. Never a
   * part of what they missed.
   */
  async entry(reader: string, since: Position | undefined, limit: number | undefined): Promise<Entry> {
    // Whoever is on the way in keeps the room open, however long the log takes.
    this.#coming++;
    try {
      return await this.#entry(reader, since, limit);
    } finally {
      this.#coming--;
    }
  }

  async #entry(reader: string, since: Position | undefined, limit: number | undefined): Promise<Entry> {
    const replay = since && (await this.#replay(since));
    if (replay) return replay;
    const page = await this.#newestPage(limit ?? this.#limits.pageDefault);
    return {
      epoch: page.epoch,
      seq: page.seq,
      recovered: false,
      messages: page.messages.map((message) => messageFor(reader, message)),
      more: page.more,
    };
  }

  /** The place of the newest event that was told. */
  get seq(): number {
    return this.#tail.seq;
  }

  /** Lets a connection in that has everything up to `seq`. */
  enter(occupant: Occupant, seq: number): void {
    this.#wasEntered = true;
    this.#fanout.add(occupant, seq);
    if (this.#fanout.hasBehind) this.#scheduleFlush();
    if (this.#roster.enter(occupant.member)) this.#bringIn(occupant.member);
  }

  /** Stops telling a connection anything, for it is about to enter anew; its user stays present. */
  detach(occupant: Occupant): void {
    this.#fanout.remove(occupant);
  }

  /** A connection is gone, or left. The user stays for the grace period, in case they come back. */
  leave(occupant: Occupant): void {
    this.#fanout.remove(occupant);
    this.#leaveRoster(occupant.member.id);
  }

  /** Tells a connection that is about to be ended what it has not been told, as far as its line takes that. */
  settle(occupant: Occupant): void {
    this.#fanout.settle(occupant);
  }

  /** Takes a connection out and says why; without a grace, for it was not the user's choice. */
  remove(
    occupant: Occupant,
    code: string,
    message: string,
    more: { retryAfter?: number; reason?: string } = {},
  ): void {
    this.#fanout.settle(occupant);
    this.#fanout.remove(occupant);
    occupant.line.packet(JSON.stringify({ type: "left", room: this.name, code, message, ...more }));
    if (this.#roster.drop(occupant.member.id)) this.#engine.presence.leave(this.key, occupant.member.id);
    occupant.onRemoved();
  }

  /** Shows a connection's user under a new name, picture or role. */
  rename(occupant: Occupant, member: Member): void {
    occupant.member = member;
    if (this.#roster.rename(member)) this.#bringIn(member);
  }

  /** Grows when the room is deleted: whoever was on the way in then came to another room than this one is now. */
  get life(): number {
    return this.#life;
  }

  /** Hears every event as it is told to the room; for plain clients. Returns what stops it. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Counts a user as present who has no connection of the usual kind; returns what ends it. */
  attend(member: Member): () => void {
    this.#wasEntered = true;
    if (this.#roster.enter(member)) this.#bringIn(member);
    return () => this.#leaveRoster(member.id);
  }

  /** Who comes in finds themselves in the list, before the engine has told everybody. */
  #bringIn(member: Member): void {
    this.#engine.presence.enter(this.key, member);
    this.#attendance.enter(member);
    if (this.#attendance.hasNews) this.#schedulePresence();
  }

  /** Takes in what the bus brings. */
  onItem(item: RoomItem): void {
    switch (item.type) {
      case "event":
        this.#onEvent(item.epoch, item.event);
        return;
      case "typing":
      case "signal":
        this.#fanout.push(JSON.stringify({ ...item, room: this.name }));
        this.#scheduleFlush();
        return;
      case "presence":
        for (const member of item.joined) this.#attendance.enter(member);
        for (const userId of item.left) this.#attendance.leave(userId);
        this.#schedulePresence();
        return;
      case "present":
        this.#attendance.replace(item);
        if (this.#attendance.hasNews) this.#schedulePresence();
        return;
      case "read":
        this.#tellReader(item.user, item.seq);
        return;
      case "closed":
        return this.#close(item.epoch);
      case "lost":
        return this.#restart(item.epoch, item.seq);
      case "forgotten":
        // The page is as old as its place says, and names whom it named.
        this.#newest = undefined;
        this.state.forget(item.user);
        return this.#tail.replace(item.user, item.author);
      default:
        item satisfies never;
    }
  }

  /** The room was deleted: everybody is out, and whoever comes finds another, empty one. */
  #close(epoch: string): void {
    // Heard of while the room was being opened: what was read then is of the new log already.
    if (epoch === this.state.epoch) return;
    for (const occupant of [...this.#fanout.occupants()]) this.remove(occupant, "room-closed", CLOSED);
    for (const watcher of [...this.#watchers]) watcher.onClosed();
    this.#life++;
    this.state.restart(epoch);
    this.#newest = undefined;
    this.#older = undefined;
    this.#tail.restart(0);
    this.#fanout.restart(false);
  }

  #onEvent(epoch: string, event: RoomEvent): void {
    if (epoch !== this.state.epoch) return this.#restart(epoch, event.seq);
    // Told twice, or told while the room was being opened: the first time counts.
    if (event.seq <= this.#tail.seq) return;
    if (event.seq !== this.#tail.seq + 1) return this.#restart(epoch, event.seq);
    this.state.apply(event);
    this.#fanout.push(this.#tail.push(event));
    for (const watcher of this.#watchers) watcher.onEvent(event);
    if (event.kind === "moderation") this.#enforce(event);
    this.#scheduleFlush();
  }

  /** The log is another one now, or a part of it never came by the bus: everybody goes on from the log. */
  #restart(epoch: string, seq: number): void {
    const isSameLog = epoch === this.state.epoch;
    this.state.epoch = epoch;
    // Two logs can stand at the same place, and a page of one says nothing about the other.
    this.#newest = undefined;
    this.#tail.restart(seq);
    this.#fanout.restart(isSameLog);
    this.#scheduleFlush();
  }

  #enforce(event: Extract<RoomEvent, { kind: "moderation" }>): void {
    if (event.action !== "kick" && event.action !== "ban") return;
    const code = event.action === "kick" ? "kicked" : "banned";
    const { user, until, reason } = event;
    const more = {
      ...(until !== undefined && { retryAfter: Math.max(0, until - this.#clock.now()) }),
      ...(reason !== undefined && { reason }),
    };
    const message = `A moderator has ${code} you${reason === undefined ? "." : `: ${reason}`}`;
    for (const occupant of [...this.#fanout.occupants()]) {
      if (occupant.member.id === user) this.remove(occupant, code, message, more);
    }
  }

  #leaveRoster(userId: string): void {
    this.#roster.leave(userId, this.#clock.monotonic() + this.#limits.presenceGraceMs);
    this.#scheduleExpiry();
  }

  /** One timer for all who are leaving: they may be thousands at once. */
  #scheduleExpiry(): void {
    const goneAt = this.#roster.nextGoneAt;
    if (this.#expiryScheduled || goneAt === undefined) return;
    this.#expiryScheduled = true;
    this.#clock.after(Math.max(0, goneAt - this.#clock.monotonic()), () => {
      this.#expiryScheduled = false;
      // A timer may fire a little early by the finer clock.
      for (const gone of this.#roster.expire(Math.max(goneAt, this.#clock.monotonic()))) {
        this.#engine.presence.leave(this.key, gone);
      }
      this.#scheduleExpiry();
    });
  }

  async #replay(since: Position): Promise<Entry | undefined> {
    const { epoch } = this.state;
    const missed = this.#tail.seq - since.seq;
    if (since.epoch !== epoch || missed > this.#limits.replayEvents) return undefined;
    if (missed >= 0 && since.seq < this.#tail.start) await this.#loadOlder();
    const entries = this.#tail.after(since.seq);
    if (entries) {
      return { epoch, seq: this.#tail.seq, recovered: true, eventsJson: entries.map((entry) => entry.json) };
    }
    // Asked of the log, too, when the place is ahead of the room: the bus may be on its way with it.
    const replay = await this.#engine.log.after(this.key, since.epoch, since.seq, this.#limits.replayEvents);
    if (!replay.ok) return undefined;
    return {
      epoch: replay.epoch,
      seq: replay.seq,
      recovered: true,
      eventsJson: replay.events.map((event) => JSON.stringify(event)),
    };
  }

  /** Reads the replay window once for all who come back after a restart, however many they are. */
  #loadOlder(): Promise<void> {
    this.#older ??= this.#readOlder().finally(() => (this.#older = undefined));
    return this.#older;
  }

  async #readOlder(): Promise<void> {
    const { start, seq } = this.#tail;
    const from = Math.max(0, seq - this.#limits.replayEvents);
    const replay = await this.#engine.log.after(
      this.key,
      this.state.epoch,
      from,
      2 * this.#limits.replayEvents,
    );
    if (!replay.ok || replay.epoch !== this.state.epoch) return;
    this.#tail.extend(replay.events.filter((event) => event.seq <= start));
  }

  /** The newest page, read once for all who join at the same place in the log. */
  #newestPage(limit: number): Promise<Page> {
    const { seq } = this.#tail;
    if (this.#newest?.seq !== seq || this.#newest.limit !== limit) {
      const page = this.#engine.log.page(this.key, limit);
      this.#newest = { seq, limit, page };
      page.catch(() => (this.#newest = undefined));
    }
    return this.#newest.page;
  }

  async #serveFromLog(occupant: Occupant, after: number): Promise<void> {
    try {
      // What it has is of another log: there is nothing to go on from.
      const replay = after >= 0 && (await this.#catchUpReads.after(this.state.epoch, after));
      if (!replay || !replay.ok) await this.#reset(occupant, after);
      else if (this.#fanout.awaits(occupant, after)) this.#sendEvents(occupant, after, replay.events);
    } catch {
      // The log cannot be read now: looked at again with the others.
    }
    this.#fanout.retry(occupant);
    this.#scheduleAdvance();
  }

  /** Sends what the log had, as much as the line takes; the rest is asked for again when it has drained. */
  #sendEvents(occupant: Occupant, after: number, events: readonly RoomEvent[]): void {
    let place = after;
    for (const event of events) {
      if (!this.#fanout.hasSpace(occupant)) break;
      occupant.line.packet(JSON.stringify(event));
      place = event.seq;
    }
    this.#fanout.resume(occupant, place);
  }

  async #reset(occupant: Occupant, after: number): Promise<void> {
    const page = await this.#newestPage(this.#limits.pageDefault);
    if (!this.#fanout.awaits(occupant, after)) return;
    const messages = page.messages.map((message) => messageFor(occupant.member.id, message));
    const { epoch, seq, more } = page;
    const { settings, pins } = this.state;
    const news = { epoch, seq, messages, more, settings, ...(pins.length > 0 && { pins }) };
    const told = { type: "reset", room: this.name, ...news };
    occupant.line.packet(JSON.stringify(told));
    this.#fanout.resume(occupant, seq);
  }

  /** Who was behind may have missed who came and went; the whole list makes up for it. */
  #tellAttendance(occupant: Occupant, mark: number): void {
    if (mark === this.#presenceTold) return;
    const listed = this.listedMembers;
    const news = { count: this.count, ...(listed && { joined: listed, left: [] }) };
    occupant.line.packet(JSON.stringify({ type: "presence", room: this.name, ...news }));
  }

  #tellReader(user: string, seq: number): void {
    const json = JSON.stringify({ type: "read", room: this.name, seq });
    for (const occupant of this.#fanout.occupants()) {
      if (occupant.member.id === user) occupant.line.packet(json);
    }
  }

  #schedulePresence(): void {
    const wait = this.#newsPause();
    if (wait <= 0) return this.#scheduleFlush();
    if (this.#newsScheduled) return;
    this.#newsScheduled = true;
    this.#clock.after(wait, () => {
      this.#newsScheduled = false;
      this.#schedulePresence();
    });
  }

  /** Milliseconds until news of who is here may be told; at most 0 is now. */
  #newsPause(): number {
    const every = this.#attendance.tellsChanges ? this.#limits.presenceEveryMs : COUNT_MS;
    return this.#newsToldAt + every - this.#clock.monotonic();
  }

  #scheduleFlush(): void {
    this.#flusher.request(this);
  }

  /** Packets that nobody has been given yet. */
  get waiting(): number {
    return this.#fanout.waiting;
  }

  /** Tells the room what is new; called by the {@link Flusher} alone. */
  flush(isTimeUp: () => boolean): boolean {
    if (!this.#fanout.isPassing && this.#attendance.hasNews && this.#newsPause() <= 0) {
      this.#newsToldAt = this.#clock.monotonic();
      const news = this.#attendance.takeNews();
      this.#fanout.push(JSON.stringify({ type: "presence", room: this.name, ...news }));
      // Before and after: neither who becomes level in this pass has had these news, nor who falls behind in it.
      this.#presenceTold++;
      this.#isTelling = true;
    }
    const isDone = this.#fanout.flush(isTimeUp);
    if (this.#isTelling && !this.#fanout.isPassing) {
      this.#presenceTold++;
      this.#isTelling = false;
    }
    this.#scheduleAdvance();
    return isDone;
  }

  #scheduleAdvance(): void {
    if (!this.#fanout.hasBehind || this.#advanceScheduled) return;
    this.#advanceScheduled = true;
    this.#clock.after(ADVANCE_MS, () => {
      this.#advanceScheduled = false;
      this.#scheduleFlush();
    });
  }
}

/** What everybody in a room is told that is deleted. */
export const CLOSED = "This room was deleted.";
