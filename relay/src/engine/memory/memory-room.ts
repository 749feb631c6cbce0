import type { RoomEvent, Settings } from "@natter/sdk/protocol";
import { decide } from "../decide.ts";
import {
  MIN_ID_AGE_MS,
  type Appended,
  type Draft,
  type Head,
  type Page,
  type Replay,
  type Restriction,
} from "../engine.ts";
import { erasedEvent, foldInto, foldRestrictions, startMessage, type StoredMessage } from "../fold.ts";
import type { Retention } from "./memory-log.ts";

/** One room's log in memory. */
export class MemoryRoom {
  readonly #epoch: string;
  readonly #retention: Retention;
  #seq = 0;
  #lastAt = 0;
  /** The kept events, oldest first; the first one's `seq` is `#seq - #events.length + 1`. */
  #events: RoomEvent[] = [];
  /** The `seq` of every kept message, oldest first. */
  #order: number[] = [];
  readonly #messages = new Map<number, StoredMessage>();
  /** Where each id was stored, oldest first; kept longer than the events if those are trimmed early. */
  readonly #placeOfId = new Map<string, { seq: number; at: number }>();
  #settings: Settings = {};
  readonly #restrictions = new Map<string, Restriction[]>();

  constructor(epoch: string, retention: Retention) {
    this.#epoch = epoch;
    this.#retention = retention;
  }

  /** Appends a draft; with the event, if it became one. */
  append(draft: Draft, now: number): { result: Appended; event?: RoomEvent } {
    const first = this.find(draft.by.id, draft.id);
    if (first) return { result: first };
    const decision = decide(draft, {
      seq: this.#seq + 1,
      at: Math.max(now, this.#lastAt),
      settings: this.#settings,
      message: (seq) => this.#messages.get(seq),
    });
    if (!decision.ok) return { result: decision };
    const { event } = decision;
    this.#add(event);
    this.#trimByCount();
    return {
      result: { ok: true, epoch: this.#epoch, seq: event.seq, at: event.at, duplicate: false },
      event,
    };
  }

  find(userId: string, id: string): Appended | undefined {
    const place = this.#placeOfId.get(idKey(userId, id));
    return place && { ok: true, epoch: this.#epoch, ...place, duplicate: true };
  }

  head(): Head {
    return { epoch: this.#epoch, seq: this.#seq, settings: this.#settings, restrictions: this.#restrictions };
  }

  after(epoch: string, seq: number, limit: number): Replay {
    const missed = this.#seq - seq;
    if (epoch !== this.#epoch || missed < 0 || missed > limit || missed > this.#events.length)
      return { ok: false };
    return { ok: true, epoch, events: missed === 0 ? [] : this.#events.slice(-missed), seq: this.#seq };
  }

  page(limit: number, before = Infinity): Page {
    const messages: StoredMessage[] = [];
    let older = 0;
    for (let at = this.#order.length - 1; at >= 0 && older <= limit; at--) {
      const seq = this.#order[at] as number;
      if (seq >= before) continue;
      older++;
      if (older <= limit) messages.push(this.#messages.get(seq) as StoredMessage);
    }
    return { epoch: this.#epoch, seq: this.#seq, messages: messages.reverse(), more: older > limit };
  }

  trimByAge(now: number): void {
    const oldest = now - this.#retention.ageMs;
    const keepFrom = this.#events.findIndex((event) => event.at >= oldest);
    this.#drop(keepFrom === -1 ? this.#events.length : keepFrom);
  }

  #add(event: RoomEvent): void {
    this.#seq = event.seq;
    this.#lastAt = event.at;
    this.#events.push(event);
    this.#placeOfId.set(idKey(event.by.id, event.id), { seq: event.seq, at: event.at });
    this.#fold(event);
  }

  #fold(event: RoomEvent): void {
    switch (event.kind) {
      case "message":
        this.#order.push(event.seq);
        this.#messages.set(event.seq, startMessage(event));
        return;
      case "settings":
        this.#settings = event.settings;
        return;
      case "moderation":
        this.#restrictions.set(event.user, foldRestrictions(this.#restrictions.get(event.user) ?? [], event));
        return;
      case "edit":
      case "delete":
      case "reaction":
      case "pin": {
        const target = this.#messages.get(event.target);
        if (target) this.#messages.set(event.target, foldInto(target, event));
        if (event.kind === "delete") this.#erase(event.target);
        return;
      }
      default:
        event satisfies never;
    }
  }

  #erase(target: number): void {
    this.#events = this.#events.map((event) =>
      event.seq === target || (event.kind === "edit" && event.target === target) ? erasedEvent(event) : event,
    );
  }

  /** Trims in steps of an eighth, so that one post in a full room does not move the whole array. */
  #trimByCount(): void {
    const over = this.#events.length - this.#retention.count;
    if (over > this.#retention.count / 8 || over > 1000) this.#drop(over);
  }

  #drop(count: number): void {
    if (count === 0) return;
    for (const event of this.#events.slice(0, count)) this.#messages.delete(event.seq);
    this.#events = this.#events.slice(count);
    const first = this.#seq - this.#events.length + 1;
    this.#order = this.#order.filter((seq) => seq >= first);
    for (const [key, { seq, at }] of this.#placeOfId) {
      if (seq >= first || at > this.#lastAt - MIN_ID_AGE_MS) break;
      this.#placeOfId.delete(key);
    }
  }
}

function idKey(user: string, id: string): string {
  return `${id}\n${user}`;
}
