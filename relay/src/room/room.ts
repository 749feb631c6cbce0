import type { Member, Position, RoomEvent, RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../clock.ts";
import type { Engine, Present, Restriction, RoomItem, RoomKey } from "../engine/engine.ts";
import { messageFor } from "../engine/fold.ts";
import { Attendance } from "./attendance.ts";
import { CatchUpReads } from "./catch-up.ts";
import { EntryReads, type Entry } from "./entry-reads.ts";
import { Fanout, type FanoutLimits } from "./fanout.ts";
import { Rest, type Flushable, type Flusher } from "./flusher.ts";
import { inForce } from "./gate.ts";
import { readNews, type Holdings, type News } from "./holdings.ts";
import type { Occupant } from "./occupant.ts";
import { Renewal } from "./renewal.ts";
import { RoomState } from "./state.ts";
import { Tail } from "./tail.ts";
import { Visitors } from "./visitors.ts";
import { Waiters } from "./waiters.ts";

export type { Entry } from "./entry-reads.ts";

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

/** Somebody who hears what is told in a room, and has no connection of the usual kind. */
export interface Watcher {
  onEvent(event: RoomEvent): void;
  /** What holds in the room was read anew, without the events that made it so: they look whether they may stay. */
  onRenewed(): void;
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

/** How long news may be on their way that the log tells already, before the room looks itself. */
const NEWS_MS = 300;

/** How often what somebody is given to come in may turn out to be of a log that is gone, before they are told so. */
const ENTRY_TRIES = 3;

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
  readonly #visitors: Visitors;
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
  #listed: Promise<Member[]> | undefined;
  readonly #entries: EntryReads;
  readonly #renewal: Renewal<News>;
  readonly #waiters: Waiters;
  readonly #catchUpReads = new CatchUpReads((epoch, after) =>
    this.#engine.log.after(this.key, epoch, after, this.#limits.replayEvents, FETCHED_EVENTS),
  );

  constructor(parts: {
    key: RoomKey;
    name: RoomName;
    engine: Engine;
    clock: Clock;
    flusher: Flusher;
    limits: RoomLimits;
    holdings: Holdings;
  }) {
    this.name = parts.name;
    this.key = parts.key;
    this.#engine = parts.engine;
    this.#clock = parts.clock;
    this.#flusher = parts.flusher;
    this.#limits = parts.limits;
    const { head, present, posts } = parts.holdings;
    const { replayEvents, tailBytes, listedMembers, presenceGraceMs } = parts.limits;
    this.state = new RoomState(head);
    this.state.recallPosts(posts);
    this.#tail = new Tail(head.seq, replayEvents, tailBytes);
    this.#attendance = new Attendance(present, listedMembers);
    this.#visitors = new Visitors({
      clock: this.#clock,
      graceMs: presenceGraceMs,
      onHere: (member) => this.#bringIn(member),
      onGone: (userId) => this.#engine.presence.leave(this.key, userId),
    });
    this.#waiters = new Waiters(this.#clock, NEWS_MS);
    this.#entries = new EntryReads({
      key: this.key,
      log: this.#engine.log,
      tail: this.#tail,
      epoch: () => this.state.epoch,
      replayEvents,
    });
    this.#renewal = new Renewal({
      clock: this.#clock,
      read: () => this.#readNews(),
      onRead: (news) => this.#renew(news),
      onItem: (item) => this.onItem(item),
    });
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
    if (this.#coming > 0 || this.#renewal.isUnderWay) return false;
    return this.#fanout.size === 0 && this.#watchers.size === 0 && this.#visitors.isEmpty;
  }

  /** False while the room may have missed something, and reads what. */
  get isWhole(): boolean {
    return !this.#renewal.isUnderWay;
  }

  /** Calls `use` when the room is whole, now or later; with false when it cannot become so just now. */
  whenWhole(use: (isWhole: boolean) => void): void {
    this.#renewal.whenDone(use);
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
    for (let tries = 0; tries < ENTRY_TRIES; tries++) {
      const entry = await this.#entries.read(reader, since, limit ?? this.#limits.pageDefault);
      // What is told beside it, like the settings, is the room's: it must not be older.
      if (await this.#comesTo(entry)) return entry;
    }
    throw new Error("The log became another one as often as it was read.");
  }

  /** Waits until the room has been told what the log tells already. False when the log is another one by then. */
  async #comesTo(place: Position): Promise<boolean> {
    if (this.#holds(place)) return true;
    if (place.epoch === this.state.epoch) await this.#waiters.until(place.seq);
    if (this.#holds(place)) return true;
    if (!this.#renewal.isUnderWay) this.#renewal.begin();
    const isWhole = await new Promise((resolve) => this.#renewal.whenDone(resolve));
    if (!isWhole) throw new Error("The log cannot be read.");
    return this.#holds(place);
  }

  #holds({ epoch, seq }: Position): boolean {
    return epoch === this.state.epoch && seq <= this.#tail.seq;
  }

  /** The place of the newest event that was told. */
  get seq(): number {
    return this.#tail.seq;
  }

  /** Lets a connection in that has everything up to a place. */
  enter(occupant: Occupant, { epoch, seq }: Position): void {
    this.#wasEntered = true;
    this.#fanout.add(occupant, epoch === this.state.epoch ? seq : -1);
    if (this.#fanout.hasBehind) this.#scheduleFlush();
    this.#visitors.enter(occupant.member);
  }

  /** Stops telling a connection anything, for it is about to enter anew; its user stays present. */
  detach(occupant: Occupant): void {
    this.#fanout.remove(occupant);
  }

  /** A connection is gone, or left. The user stays for the grace period, in case they come back. */
  leave(occupant: Occupant): void {
    this.#fanout.remove(occupant);
    this.#visitors.leave(occupant.member.id);
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
    this.#visitors.drop(occupant.member.id);
    occupant.onRemoved();
  }

  /** Shows a connection's user under a new name, picture or role. */
  rename(occupant: Occupant, member: Member): void {
    occupant.member = member;
    this.#visitors.rename(member);
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
    this.#visitors.enter(member);
    return () => this.#visitors.leave(member.id);
  }

  /** Who comes in finds themselves in the list, before the engine has told everybody. */
  #bringIn(member: Member): void {
    this.#engine.presence.enter(this.key, member);
    this.#attendance.enter(member);
    if (this.#attendance.hasNews) this.#schedulePresence();
  }

  /** Takes in what the bus brings. */
  onItem(item: RoomItem): void {
    if (this.#renewal.keeps(item)) return;
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
        return this.#renewal.begin();
      case "forgotten":
        // The page is as old as its place says, and names whom it named.
        this.#entries.forgetPage();
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
    this.#startAt(0, false);
    // What is being read was asked of the log that is gone.
    if (this.#renewal.isUnderWay) this.#renewal.begin();
  }

  #onEvent(epoch: string, event: RoomEvent): void {
    // The log is another one now, or a part of it never came by the bus.
    if (epoch !== this.state.epoch) return this.#renewal.begin();
    // Told twice, or told while the room was being opened: the first time counts.
    if (event.seq <= this.#tail.seq) return;
    if (event.seq !== this.#tail.seq + 1) return this.#renewal.begin();
    this.#fanout.push(this.#take(event));
    this.#scheduleFlush();
  }

  /** Takes in the next event of the log. Returns it as JSON. */
  #take(event: RoomEvent): string {
    this.state.apply(event);
    const json = this.#tail.push(event);
    for (const watcher of [...this.#watchers]) watcher.onEvent(event);
    if (event.kind === "moderation") this.#enforce(event);
    this.#waiters.reached(event.seq);
    return json;
  }

  #readNews(): Promise<News> {
    const place = { epoch: this.state.epoch, seq: this.#tail.seq };
    return readNews(this.#engine, this.key, place, this.#limits.replayEvents, this.#clock.now());
  }

  /** The room may have missed something, and this is what. */
  #renew(news: News): void {
    if ("events" in news) this.#catchUp(news.events);
    else this.#begin(news);
    this.#renewPresent(news.present);
    this.#waiters.reached(Infinity);
    this.#scheduleFlush();
  }

  /** Everybody is told what never came by the bus, each at the pace of their line. */
  #catchUp(events: readonly RoomEvent[]): void {
    if (events.length === 0) return;
    this.#letGoOn(true);
    for (const event of events) this.#take(event);
  }

  /** The log is another one now, or it no longer tells all that the room has missed. */
  #begin({ head, posts }: Holdings): void {
    const isSameLog = head.epoch === this.state.epoch && head.seq >= this.#tail.seq;
    this.state.renew(head);
    this.state.recallPosts(posts);
    this.#startAt(head.seq, isSameLog);
    for (const occupant of [...this.#fanout.occupants()]) {
      const ban = inForce(this.state.restrictions(occupant.member.id), "ban", this.#clock.now());
      if (ban) this.#putOut(occupant, "banned", ban);
    }
    for (const watcher of [...this.#watchers]) watcher.onRenewed();
  }

  /** Everybody goes on from the log, at the place they have; or, if it is another one, is given the room anew. */
  #startAt(seq: number, isSameLog: boolean): void {
    this.#entries.restart();
    this.#tail.restart(seq);
    this.#letGoOn(isSameLog);
    this.#scheduleFlush();
  }

  #letGoOn(isSameLog: boolean): void {
    this.#fanout.restart(isSameLog);
    // The frame that told who is here has not reached everybody, and will not.
    if (this.#isTelling) this.#presenceTold++;
    this.#isTelling = false;
  }

  #renewPresent({ count, members }: Present): void {
    const named = new Set(members?.map(({ id }) => id));
    // The engine may have lost them, and they are here all the same.
    const lost = members ? [...this.#visitors.members()].filter(({ id }) => !named.has(id)) : [];
    for (const member of lost) this.#engine.presence.enter(this.key, member);
    this.#attendance.replace(
      members ? { count: count + lost.length, members: [...members, ...lost] } : { count },
    );
    if (this.#attendance.hasNews) this.#schedulePresence();
  }

  #enforce(event: Extract<RoomEvent, { kind: "moderation" }>): void {
    if (event.action !== "kick" && event.action !== "ban") return;
    for (const occupant of [...this.#fanout.occupants()]) {
      if (occupant.member.id !== event.user) continue;
      this.#putOut(occupant, event.action === "kick" ? "kicked" : "banned", event);
    }
  }

  #putOut(
    occupant: Occupant,
    code: "kicked" | "banned",
    { until, reason }: Pick<Restriction, "until" | "reason">,
  ): void {
    this.remove(occupant, code, `A moderator has ${code} you${reason === undefined ? "." : `: ${reason}`}`, {
      ...(until !== undefined && { retryAfter: Math.max(0, until - this.#clock.now()) }),
      ...(reason !== undefined && { reason }),
    });
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
      // The log may be ahead of the room, which does not know yet whom these events put out.
      if (event.seq > this.#tail.seq || !this.#fanout.hasSpace(occupant)) break;
      occupant.line.packet(JSON.stringify(event));
      place = event.seq;
    }
    this.#fanout.resume(occupant, place);
  }

  async #reset(occupant: Occupant, after: number): Promise<void> {
    const page = await this.#entries.newest(this.#limits.pageDefault);
    const isOfNow = await this.#comesTo(page);
    if (!isOfNow || !this.#fanout.awaits(occupant, after)) return;
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
