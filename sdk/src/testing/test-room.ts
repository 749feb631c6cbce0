import {
  LIMITS,
  type ClientPacketOf,
  type ErrorCode,
  type JoinResult,
  type Member,
  type ModerationAction,
  type RelayPacket,
  type RestrictedUser,
  type Restriction,
  type RoomEvent,
  type RoomName,
} from "../protocol/index.ts";
import { TestLog, type Draft } from "./test-log.ts";
import type { Refusal, TestSession } from "./test-session.ts";
import { rightsIn } from "./test-token.ts";

/** One room of a test relay: its log, and who is in it. */
export class TestRoom {
  readonly name: RoomName;
  readonly sessions = new Set<TestSession>();
  log: TestLog;
  /** Events replayed at most to a client that comes back. */
  replayLimit: number = LIMITS.replayEvents;
  /** Members up to which they are listed; above, they are only counted. */
  listLimit: number = LIMITS.listedMembers;
  readonly #now: () => number;
  readonly #banned = new Map<string, Restriction>();
  readonly #muted = new Map<string, Restriction>();
  readonly #names = new Map<string, string>();
  readonly #read = new Map<string, number>();
  #life = 1;

  constructor(name: RoomName, now: () => number) {
    this.name = name;
    this.#now = now;
    this.log = new TestLog(name, "e1", now);
  }

  /** Stores an event and tells everybody. */
  append(draft: Draft): RoomEvent {
    const event = this.log.append(draft);
    this.tell(event);
    return event;
  }

  tell(packet: RelayPacket, except?: TestSession): void {
    for (const session of this.sessions) if (session !== except) session.send(packet);
  }

  join(session: TestSession, { since, limit }: ClientPacketOf<"join">): JoinResult | Refusal {
    const member = session.member(this);
    const ban = this.#inForce(this.#banned, member.id);
    if (ban) return this.#refusal("banned", "You are banned from this room.", ban);
    const muted = this.#inForce(this.#muted, member.id);
    const events = since && this.log.since(since, this.replayLimit);
    const { epoch, seq, settings, pins } = this.log;
    const members = this.members(member);
    const read = this.#read.get(member.id);
    return {
      room: this.name,
      epoch,
      seq,
      recovered: events !== undefined,
      ...(events ? { events } : this.log.page(member.id, limit ?? LIMITS.pageDefault)),
      can: [...rightsIn(session.claims, this.name).can],
      settings,
      ...(pins.length > 0 && { pins }),
      ...(muted && { muted }),
      ...(members.length <= this.listLimit && { members }),
      count: members.length,
      ...(read !== undefined && { read }),
    };
  }

  /** The join is answered: from here on every event reaches this session. */
  enter(session: TestSession): void {
    const member = session.member(this);
    const isNew = !this.members().some(({ id }) => id === member.id);
    this.sessions.add(session);
    session.rooms.add(this);
    if (isNew) this.#tellPresence({ joined: [member] }, session);
  }

  leave(session: TestSession): void {
    if (!this.sessions.delete(session)) return;
    session.rooms.delete(this);
    const { id } = session.member(this);
    if (!this.members().some((member) => member.id === id)) this.#tellPresence({ left: [id] });
  }

  /** Everybody who is here, once each. */
  members(extra?: Member): Member[] {
    const members = [...this.sessions].map((session) => session.member(this));
    return [
      ...new Map([...members, ...(extra ? [extra] : [])].map((member) => [member.id, member])).values(),
    ];
  }

  /** What a user is called, as far as the room knows. */
  nameOf(user: string): string | undefined {
    return this.members().find(({ id }) => id === user)?.name ?? this.#names.get(user);
  }

  /** Takes a user out. */
  remove(user: string, code: string, message: string, more: object = {}): void {
    for (const session of [...this.sessions]) {
      if (session.user?.id !== user) continue;
      this.leave(session);
      session.send({ type: "left", room: this.name, code, message, ...more });
    }
  }

  /** What a moderator's word does to the one it concerns. */
  enforce(
    action: ModerationAction,
    user: string,
    { name, until, reason }: Restriction & { name?: string } = {},
  ): void {
    const why = reason === undefined ? {} : { reason };
    const restriction = until === undefined ? why : { until, ...why };
    if (name !== undefined) this.#names.set(user, name);
    switch (action) {
      case "kick":
        return this.remove(user, "kicked", "A moderator has taken you out of the room.", why);
      case "ban": {
        this.#banned.set(user, restriction);
        const { code, message, ...more } = this.#refusal(
          "banned",
          "A moderator has banned you.",
          restriction,
        );
        return this.remove(user, code, message, more);
      }
      case "unban":
        return void this.#banned.delete(user);
      case "mute":
        return void this.#muted.set(user, restriction);
      case "unmute":
        return void this.#muted.delete(user);
      default:
        return action satisfies never;
    }
  }

  /** Why a user may not write just now, if so. */
  silences(user: string): Refusal | undefined {
    const mute = this.#inForce(this.#muted, user);
    return mute && this.#refusal("muted", "A moderator has muted you.", mute);
  }

  /** Everybody who is muted or banned now, ordered by id. */
  restrictions(): RestrictedUser[] {
    return [...new Set([...this.#banned.keys(), ...this.#muted.keys()])].toSorted().flatMap((user) => {
      const mute = this.#inForce(this.#muted, user);
      const ban = this.#inForce(this.#banned, user);
      const name = this.#names.get(user);
      const named = name === undefined ? { user } : { user, name };
      return mute || ban ? { ...named, ...(mute && { mute }), ...(ban && { ban }) } : [];
    });
  }

  #inForce(held: ReadonlyMap<string, Restriction>, user: string): Restriction | undefined {
    const restriction = held.get(user);
    return restriction && (restriction.until ?? Infinity) > this.#now() ? restriction : undefined;
  }

  #refusal(code: ErrorCode, message: string, { until, reason }: Restriction): Refusal {
    return {
      code,
      message,
      ...(until !== undefined && { retryAfter: until - this.#now() }),
      ...(reason !== undefined && { reason }),
    };
  }

  read(session: TestSession, seq: number): void {
    const user = session.user?.id ?? "";
    this.#read.set(user, Math.max(seq, this.#read.get(user) ?? 0));
    for (const other of this.sessions) {
      if (other !== session && other.user?.id === user) other.send({ type: "read", room: this.name, seq });
    }
  }

  /** The log is lost and begins anew; whoever is here is told to start again. */
  wipe(): void {
    this.log = new TestLog(this.name, `e${++this.#life}`, this.#now);
    this.reset();
  }

  /** Tells everybody here to start again from the newest messages. */
  reset(limit: number = LIMITS.pageDefault): void {
    const { epoch, seq, settings, pins } = this.log;
    const pinned = pins.length > 0 && { pins };
    for (const session of this.sessions) {
      const page = this.log.page(session.user?.id ?? "", limit);
      session.send({ type: "reset", room: this.name, epoch, seq, settings, ...pinned, ...page });
    }
  }

  #tellPresence(change: { joined?: Member[]; left?: string[] }, except?: TestSession): void {
    const count = this.members().length;
    const news = count <= this.listLimit ? change : {};
    this.tell({ type: "presence", room: this.name, count, ...news }, except);
  }
}
