import type { RoomEvent, Settings } from "@natter/sdk/protocol";
import { auditRecordOf } from "../audit-record.ts";
import {
  partsOfKey,
  type Appended,
  type AuditRecord,
  type Draft,
  type Head,
  type Page,
  type Replay,
  type Restriction,
  type RoomKey,
  type RoomLog,
} from "../engine.ts";
import type { StoredMessage } from "../fold.ts";
import { eventOf, idKeyOf, readStored } from "./event-text.ts";
import { AFTER, APPEND, DROP, FACTS, FIND, HEAD, PAGE, POSITION, RENEW } from "./log-steps.ts";
import { Facts, messageOf, needsOf, type Prepared } from "./prepared.ts";
import type { Reply } from "./redis.ts";
import { RoomQueues } from "./room-queues.ts";
import type { RoomSteps } from "./room-steps.ts";

/** Where a log stands. */
export interface Place {
  epoch: string;
  seq: number;
}

/** Hears what this relay has stored. */
export interface Storing {
  /** Called before anything is appended to a room: it will be among those that were written to. */
  onRoom(room: RoomKey): Promise<void>;
  /** Called with what the audit keeps of something that was stored; it is kept when that resolves. */
  onRecord(app: string, record: AuditRecord): Promise<void>;
  /** Called with events that were stored, in their order, before their authors are answered. */
  onStored(room: RoomKey, epoch: string, events: RoomEvent[]): void;
  /** Called when this relay has deleted a room. */
  onDropped(room: RoomKey, epoch: string): void;
}

/** Drafts that go into one step: it holds up everybody else's. */
const STEP_DRAFTS = 100;

/** Decisions that others have overtaken this often in a row are given up; nobody writes that fast. */
const MAX_TRIES = 50;

/**
 * The logs of all rooms, in Redis. What a draft becomes is decided here, as in every other log; the step that stores it
 * looks whether that by which it was decided still holds. Plain messages hang on nothing, so that relays that
 * write to one room at once never wait for each other.
 */
export class RedisLog implements RoomLog {
  readonly #steps: RoomSteps;
  readonly #storing: Storing;
  /** What this relay writes to a room is written in its order. */
  readonly #queues = new RoomQueues();

  constructor(steps: RoomSteps, storing: Storing) {
    this.#steps = steps;
    this.#storing = storing;
  }

  async append(drafts: readonly Draft[]): Promise<Appended[]> {
    const rooms = new Map<RoomKey, number[]>();
    for (const [at, { room }] of drafts.entries()) {
      const places = rooms.get(room);
      if (places) places.push(at);
      else rooms.set(room, [at]);
    }
    const results: Appended[] = [];
    const settled = await Promise.allSettled(
      [...rooms].map(([room, places]) =>
        this.#queues.run(room, () =>
          this.#appendTo(
            room,
            places.map((at) => drafts[at] as Draft),
            (at, result) => (results[places[at] as number] = result),
          ),
        ),
      ),
    );
    const failed = settled.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected" && results.length === 0) throw failed.reason;
    return drafts.map((_, at) => results[at] ?? UNAVAILABLE);
  }

  async head(room: RoomKey): Promise<Head> {
    const [epoch, seq, settings, pins, held] = (await this.#steps.run(HEAD, room)) as HeadReply;
    const restrictions = new Map<string, Restriction[]>();
    for (let at = 0; at < held.length; at += 2) {
      restrictions.set(held[at] as string, JSON.parse(held[at + 1] as string) as Restriction[]);
    }
    return {
      epoch,
      seq,
      settings: JSON.parse(settings) as Settings,
      pins: pins === "" ? [] : pins.split(",").map(Number),
      restrictions,
    };
  }

  /** Where a room stands, for whoever follows it. */
  async position(room: RoomKey): Promise<Place> {
    return placeOf(await this.#steps.run(POSITION, room));
  }

  /** Ends an epoch in which a room's log went back; returns where it stands then. */
  async renew(room: RoomKey, epoch: string): Promise<Place> {
    return placeOf(await this.#steps.run(RENEW, room, [epoch]));
  }

  async after(room: RoomKey, epoch: string, seq: number, limit: number, first = limit): Promise<Replay> {
    const reply = await this.#steps.run(AFTER, room, [epoch, seq, limit, first]);
    if (reply === null) return { ok: false };
    const [, to, texts] = reply as [string, number, (string | null)[]];
    const { room: name } = partsOfKey(room);
    const events: RoomEvent[] = [];
    for (const [at, text] of texts.entries()) {
      if (text === null) return { ok: false };
      events.push(eventOf(name, seq + 1 + at, readStored(text).parts));
    }
    return { ok: true, epoch, events, seq: to };
  }

  async page(room: RoomKey, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<Page> {
    const reply = await this.#steps.run(PAGE, room, [
      limit,
      before === Number.MAX_SAFE_INTEGER ? "+" : Math.max(1, before),
    ]);
    const [epoch, seq, more, found] = reply as [string, number, number, [number, string, string | null][]];
    const { room: name } = partsOfKey(room);
    const messages: StoredMessage[] = [];
    for (const [place, stored, changed] of found) {
      const message = messageOf(name, place, stored, changed);
      if (message) messages.push(message);
    }
    return { epoch, seq, messages: messages.reverse(), more: more === 1 };
  }

  async find(room: RoomKey, userId: string, id: string): Promise<Appended | undefined> {
    const reply = await this.#steps.run(FIND, room, [idKeyOf(userId, id)]);
    if (reply === null) return undefined;
    const [epoch, seq, at] = reply as [string, number, number];
    return { ok: true, epoch, seq, at, duplicate: true };
  }

  /**
   * Erases a room's log, after what is being written to it. Returns the epoch of the next.
   *
   * @param before what is to be done when its turn has come
   */
  drop(room: RoomKey, before: () => Promise<void>): Promise<string> {
    return this.#queues.run(room, async () => {
      await before();
      const epoch = (await this.#steps.run(DROP, room)) as string;
      this.#storing.onDropped(room, epoch);
      return epoch;
    });
  }

  close(): Promise<void> {
    return this.#queues.idle();
  }

  async #appendTo(
    room: RoomKey,
    drafts: readonly Draft[],
    done: (at: number, result: Appended) => void,
  ): Promise<void> {
    await this.#storing.onRoom(room);
    for (let from = 0, tries = 0; from < drafts.length; tries++) {
      if (tries > MAX_TRIES) throw new Error("Others write to this room faster than can be decided.");
      const answered = await this.#appendSome(room, drafts, from, done);
      from += answered;
      if (answered > 0) tries = 0;
    }
  }

  /** Appends as many drafts as can be decided by what holds now, in one step. Returns how many have their result. */
  async #appendSome(
    room: RoomKey,
    drafts: readonly Draft[],
    from: number,
    done: (at: number, result: Appended) => void,
  ): Promise<number> {
    const batch = independent(drafts.slice(from, from + STEP_DRAFTS));
    const facts = await this.#facts(room, batch);
    const prepared: Prepared[] = [];
    for (const draft of batch) {
      const each = facts.prepare(draft);
      if ("args" in each) prepared.push(each);
      else if (prepared.length === 0) {
        done(from, await this.#refused(room, draft, each));
        return 1;
      }
      // It is looked at again when those before it are stored: one of them may be its target.
      else break;
    }
    const results = await this.#store(room, prepared);
    for (const [at, result] of results.entries()) done(from + at, result);
    return results.length;
  }

  /** A repeat of what was stored before is answered as it was then, whatever would be decided today. */
  async #refused(room: RoomKey, draft: Draft, refusal: Appended): Promise<Appended> {
    return (await this.find(room, draft.by.id, draft.id)) ?? refusal;
  }

  async #facts(room: RoomKey, drafts: readonly Draft[]): Promise<Facts> {
    const needs = drafts.map(needsOf);
    const messages = needs.flatMap(({ message }) => message ?? []);
    const users = needs.flatMap(({ user }) => user ?? []);
    const { room: name } = partsOfKey(room);
    if (messages.length === 0 && users.length === 0 && !needs.some(({ settings }) => settings)) {
      return new Facts(name, "{}", [], []);
    }
    const reply = await this.#steps.run(FACTS, room, [messages.length, users.length, ...messages, ...users]);
    const [settings, found, held] = reply as [string, [string | null, string | null][], string[]];
    return new Facts(
      name,
      settings,
      found.map(([stored, changed], at) => [messages[at] as number, stored, changed]),
      held.map((text, at) => [users[at] as string, text]),
    );
  }

  /** Takes the step. Resolves with what became of the drafts, up to the first whose decision does not hold. */
  async #store(room: RoomKey, prepared: readonly Prepared[]): Promise<Appended[]> {
    const args = prepared.flatMap((each) => each.args);
    const reply = await this.#steps.run(APPEND, room, [prepared.length, ...args]);
    const [epoch, told] = reply as [string, [number, number?, number?][]];
    const events: RoomEvent[] = [];
    const records: AuditRecord[] = [];
    const results: Appended[] = [];
    for (const [at, [what, seq = 0, time = 0]] of told.entries()) {
      const { draft, event, targetAuthor } = prepared[at] as Prepared;
      if (what === STALE) break;
      if (what === NO_REPLY) {
        results.push(noSuchReply(draft));
        continue;
      }
      results.push({ ok: true, epoch, seq, at: time, duplicate: what === REPEAT });
      if (what === REPEAT) continue;
      const placed = { ...event, seq, at: time };
      events.push(placed);
      const record = auditRecordOf(placed, draft, targetAuthor);
      if (record) records.push(record);
    }
    const { app } = partsOfKey(room);
    // Kept before it is told: whoever is told may look.
    for (const record of records) await this.#storing.onRecord(app, record);
    if (events.length > 0) this.#storing.onStored(room, epoch, events);
    return results;
  }
}

type HeadReply = [epoch: string, seq: number, settings: string, pins: string, held: Reply[]];

/** What the step says of a draft, besides that it was stored. */
const REPEAT = 1;
const NO_REPLY = 2;
const STALE = 3;

/**
 * The first of the drafts, as far as none hangs on what another does: they are decided together. One whose target may be
 * stored by an earlier one is not.
 */
function independent(drafts: readonly Draft[]): readonly Draft[] {
  const seen = new Set<string>();
  for (const [at, draft] of drafts.entries()) {
    const { message, user, settings } = needsOf(draft);
    const need =
      message === undefined ? (user === undefined ? settings && "settings" : `u${user}`) : `m${message}`;
    if (need === undefined) continue;
    if (seen.has(need)) return drafts.slice(0, at);
    seen.add(need);
  }
  return drafts;
}

function noSuchReply({ content }: Draft): Appended {
  const reply = content.kind === "message" ? content.reply : undefined;
  return { ok: false, code: "not-found", message: `\`reply\` ${reply} is no message of this room.` };
}

function placeOf(reply: Reply): Place {
  const [epoch, seq] = reply as [string, number];
  return { epoch, seq };
}

const UNAVAILABLE: Appended = {
  ok: false,
  code: "unavailable",
  message: "The relay cannot reach its Redis just now; nothing is known to be stored. Try again.",
};
