import type { Author, RoomEvent, RoomName, Settings } from "@natter/sdk/protocol";
import { auditRecordOf } from "../audit-record.ts";
import { decide } from "../decide.ts";
import {
  MIN_ID_AGE_MS,
  type Appended,
  type AuditRecord,
  type Draft,
  type Head,
  type Page,
  type Replay,
  type Restriction,
  type RoomSummary,
} from "../engine.ts";
import {
  erasedEvent,
  eventWithout,
  foldInto,
  foldPins,
  foldRestrictions,
  startMessage,
  withoutName,
  withoutUser,
  type StoredMessage,
} from "../fold.ts";
import type { Bounds } from "../retention.ts";

/** Trimmed events that may wait in the arrays, so that one post in a full room does not move them all. */
const SLACK = 1000;

/** One room's log in memory. What came too long ago is trimmed before anything else is done. */
export class MemoryRoom {
  readonly #name: RoomName;
  readonly #epoch: string;
  readonly #bounds: () => Bounds;
  #seq = 0;
  #lastAt = 0;
  /** The place of the oldest event that is kept. */
  #first = 1;
  /** Consecutive events, the last one at `#seq`; those before `#first` are trimmed and wait to be removed. */
  #events: RoomEvent[] = [];
  /** The `seq` of every message, oldest first; again some may be trimmed. */
  #order: number[] = [];
  /** Messages that are no longer what their event says. */
  readonly #changed = new Map<number, StoredMessage>();
  /** The edits of each message, for the day it is deleted. */
  readonly #edits = new Map<number, number[]>();
  /** Where each id was stored. Those whose events are trimmed come first, in the order of their age. */
  readonly #placeOfId = new Map<string, number>();
  /** When the events came that are trimmed, but whose ids are still known. */
  readonly #trimmedAt = new Map<number, number>();
  #settings: Settings = {};
  #pins: readonly number[] = [];
  readonly #restrictions = new Map<string, Restriction[]>();

  constructor(name: RoomName, epoch: string, bounds: () => Bounds) {
    this.#name = name;
    this.#epoch = epoch;
    this.#bounds = bounds;
  }

  /** Appends a draft; with the event, if it became one, and what the audit keeps of it. */
  append(draft: Draft, now: number): { result: Appended; event?: RoomEvent; record?: AuditRecord } {
    this.trim(now);
    const key = idKey(draft.by.id, draft.id);
    const first = this.#stored(key);
    if (first) return { result: first };
    const decision = decide(draft, {
      room: this.#name,
      seq: this.#seq + 1,
      at: Math.max(now, this.#lastAt),
      settings: this.#settings,
      message: (seq) => this.#message(seq),
    });
    if (!decision.ok) return { result: decision };
    const { event } = decision;
    const targetAuthor = event.kind === "delete" ? this.#message(event.target)?.by.id : undefined;
    const record = auditRecordOf(event, draft, targetAuthor);
    this.#add(event, key);
    this.trim(now);
    return {
      result: { ok: true, epoch: this.#epoch, seq: event.seq, at: event.at, duplicate: false },
      event,
      ...(record && { record }),
    };
  }

  /** The places of a user's messages that are not deleted. */
  messagesOf(user: string): number[] {
    return this.#order.filter((seq) => {
      const message = seq < this.#first ? undefined : this.#message(seq);
      return message?.by.id === user && message.deletedAt === undefined;
    });
  }

  /** Puts another in the place of a user, without their words. */
  replace(user: string, author: Author): void {
    for (const [at, event] of this.#events.entries()) {
      this.#events[at] = eventWithout(event, user, author);
    }
    const held = this.#restrictions.get(user);
    if (held) this.#restrictions.set(user, held.map(withoutName));
    for (const [seq, message] of this.#changed) this.#changed.set(seq, withoutUser(message, user, author));
    for (const [key, seq] of this.#placeOfId) {
      if (!key.endsWith(`\n${user}`)) continue;
      this.#placeOfId.delete(key);
      this.#trimmedAt.delete(seq);
    }
  }

  /** Where the room stands. */
  get summary(): RoomSummary {
    return {
      room: this.#name,
      epoch: this.#epoch,
      seq: this.#seq,
      at: this.#lastAt,
      settings: this.#settings,
    };
  }

  find(userId: string, id: string): Appended | undefined {
    return this.#stored(idKey(userId, id));
  }

  #stored(key: string): Appended | undefined {
    const seq = this.#placeOfId.get(key);
    if (seq === undefined) return undefined;
    const at = this.#trimmedAt.get(seq) ?? this.#event(seq)?.at ?? 0;
    return { ok: true, epoch: this.#epoch, seq, at, duplicate: true };
  }

  head(): Head {
    return {
      epoch: this.#epoch,
      seq: this.#seq,
      settings: this.#settings,
      pins: this.#pins,
      restrictions: this.#restrictions,
    };
  }

  after(epoch: string, seq: number, limit: number, first = limit): Replay {
    const missed = this.#seq - seq;
    if (epoch !== this.#epoch || missed < 0 || missed > limit || seq + 1 < this.#first) return { ok: false };
    const from = this.#events.length - missed;
    const events = this.#events.slice(from, from + first);
    return { ok: true, epoch, events, seq: seq + events.length };
  }

  page(limit: number, before = Infinity): Page {
    const messages: StoredMessage[] = [];
    let more = false;
    for (let at = this.#order.length - 1; at >= 0 && !more; at--) {
      const seq = this.#order[at] as number;
      if (seq < this.#first) break;
      if (seq >= before) continue;
      if (messages.length < limit) messages.push(this.#message(seq) as StoredMessage);
      else more = true;
    }
    return { epoch: this.#epoch, seq: this.#seq, messages: messages.reverse(), more };
  }

  /** Lets go of events over the count or the age, and of ids that were remembered for long enough. */
  trim(now: number): void {
    const { count, ageMs } = this.#bounds();
    const oldest = now - ageMs;
    for (let event = this.#event(this.#first); event; event = this.#event(this.#first)) {
      if (this.#seq - this.#first < count && event.at >= oldest) break;
      this.#drop(event);
    }
    if (this.#trimmedAt.size > 0) this.#forgetIds(now - MIN_ID_AGE_MS);
    this.#shrink();
  }

  #forgetIds(oldest: number): void {
    for (const [key, seq] of this.#placeOfId) {
      const at = this.#trimmedAt.get(seq);
      if (at === undefined || at >= oldest) return;
      this.#placeOfId.delete(key);
      this.#trimmedAt.delete(seq);
    }
  }

  #message(seq: number): StoredMessage | undefined {
    const changed = this.#changed.get(seq);
    if (changed || seq < this.#first) return changed;
    const event = this.#event(seq);
    return event?.kind === "message" ? startMessage(event) : undefined;
  }

  #event(seq: number): RoomEvent | undefined {
    return this.#events[seq - (this.#seq - this.#events.length + 1)];
  }

  #add(event: RoomEvent, key: string): void {
    this.#seq = event.seq;
    this.#lastAt = event.at;
    this.#events.push(event);
    this.#placeOfId.set(key, event.seq);
    this.#fold(event);
  }

  #fold(event: RoomEvent): void {
    switch (event.kind) {
      case "message":
        this.#order.push(event.seq);
        return;
      case "settings":
        this.#settings = event.settings;
        return;
      case "moderation":
        this.#restrict(event);
        return;
      case "edit":
      case "delete":
      case "reaction":
      case "pin": {
        const target = this.#message(event.target);
        if (target) this.#changed.set(event.target, foldInto(target, event));
        this.#pins = foldPins(this.#pins, event);
        if (event.kind === "edit") this.#noteEdit(event.target, event.seq);
        if (event.kind === "delete") this.#erase(event.target);
        return;
      }
      default:
        event satisfies never;
    }
  }

  #restrict(event: Extract<RoomEvent, { kind: "moderation" }>): void {
    const left = foldRestrictions(this.#restrictions.get(event.user) ?? [], event);
    if (left.length === 0) this.#restrictions.delete(event.user);
    else this.#restrictions.set(event.user, left);
  }

  #noteEdit(target: number, seq: number): void {
    const edits = this.#edits.get(target);
    if (edits) edits.push(seq);
    else this.#edits.set(target, [seq]);
  }

  #erase(target: number): void {
    for (const seq of [target, ...(this.#edits.get(target) ?? [])]) {
      const event = this.#event(seq);
      if (event) this.#events[this.#events.length - 1 - (this.#seq - seq)] = erasedEvent(event);
    }
    this.#edits.delete(target);
  }

  #drop(event: RoomEvent): void {
    this.#changed.delete(event.seq);
    this.#trimmedAt.set(event.seq, event.at);
    this.#edits.delete(event.seq);
    this.#first++;
  }

  #shrink(): void {
    const waiting = this.#first - (this.#seq - this.#events.length + 1);
    if (waiting <= Math.min(SLACK, this.#events.length / 8)) return;
    this.#events = this.#events.slice(waiting);
    this.#order = this.#order.filter((seq) => seq >= this.#first);
  }
}

function idKey(user: string, id: string): string {
  return `${id}\n${user}`;
}
