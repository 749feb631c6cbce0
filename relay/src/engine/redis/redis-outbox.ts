import type { RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import {
  partsOfKey,
  type Outbox,
  type OutboxCounts,
  type Parcel,
  type RoomKey,
  type Route,
  type Waiting,
} from "../engine.ts";
import { ExpectedRooms, KEPT_MS } from "./expected-rooms.ts";
import type { Keys } from "./keys.ts";
import { Box } from "./outbox-box.ts";
import { OutboxReader } from "./outbox-reader.ts";
import { CLAIM, NOTE, RELEASE } from "./outbox-steps.ts";
import type { Redis } from "./redis.ts";

/** How long things hold; tests have less time. */
export interface OutboxTimes {
  /** How long a relay tells somebody without asking again whether it is the one. */
  turnMs: number;
  /** How long a room is looked at after it was last expected; far longer than relays take that for granted. */
  quietMs: number;
}

const TIMES: OutboxTimes = { turnMs: 15_000, quietMs: 5 * 60_000 };

/** Notes that are kept of one room. */
const NOTES = 1000;

/** How long what this relay has stored is collected before the one that tells it hears of it. */
const STIR_MS = 10;

/** Rooms that are told of at once. */
const STIRRED = 1000;

/** The right to tell somebody, as long as it lasts. */
interface Turn {
  /** By the monotonic clock. */
  until: number;
  /** Hears no more of what others have stored. */
  stop: () => void;
}

/**
 * What is to be told, over Redis. The log itself is what waits: kept is how far each route was told, in the room's slot,
 * and in the app's the names of the rooms that may have something to tell, which are said before anything is stored.
 * So nothing is written with an event, and yet no crash comes in between. One relay at a time reads and tells; the
 * others say to it in which rooms they have stored something.
 */
export class RedisOutbox implements Outbox {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #relayId: string;
  readonly #times: OutboxTimes;
  readonly #expected: ExpectedRooms;
  readonly #routes = new Map<string, Route>();
  /** The apps of all routes that there were. */
  readonly #apps = new Map<string, string>();
  readonly #turns = new Map<string, Turn>();
  readonly #readers = new Map<string, OutboxReader>();
  readonly #dropped = new Map<string, number>();
  readonly #watchers = new Set<(to: string) => void>();
  readonly #stirred = new Map<string, Set<RoomName>>();
  /** The life of the server that serves an app's keys, when it was last looked at. */
  readonly #lives = new Map<string, string>();
  readonly #stopWatching: () => void;
  #stopTimer: (() => void) | undefined;
  #lastId = 0;
  #isClosed = false;

  /** @param parts.relayId names this process to the other relays */
  constructor(parts: {
    redis: Redis;
    keys: Keys;
    clock: Clock;
    relayId: string;
    times?: Partial<OutboxTimes>;
  }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#relayId = parts.relayId;
    this.#times = { ...TIMES, ...parts.times };
    this.#expected = new ExpectedRooms(parts.redis, parts.keys, parts.clock);
    this.#stopWatching = parts.redis.watch((isUp) => {
      if (isUp) for (const reader of this.#readers.values()) reader.stirAll();
    });
  }

  /** To be awaited before anything is stored in a room; undefined, as a rule, when there is nothing to wait for. */
  expect(room: RoomKey): Promise<void> | undefined {
    return this.#expected.expect(room);
  }

  /** Says that this relay has stored something in a room, or has deleted it. */
  stir(room: RoomKey): void {
    const { app, room: name } = partsOfKey(room);
    let isWanted = false;
    for (const { to, app: of } of this.#routes.values()) {
      if (of !== app) continue;
      this.#readers.get(to)?.stir(name);
      isWanted = true;
    }
    if (!isWanted || this.#isClosed) return;
    const names = this.#stirred.get(app);
    if (names) names.add(name);
    else this.#stirred.set(app, new Set([name]));
    this.#stopTimer ??= this.#clock.after(STIR_MS, () => this.#tellStirred());
  }

  async route(routes: readonly Route[]): Promise<void> {
    const kept = new Set(routes.map(({ to }) => to));
    const gone = [...this.#routes.values()].filter(({ to }) => !kept.has(to));
    this.#routes.clear();
    for (const route of routes) {
      this.#routes.set(route.to, route);
      this.#apps.set(route.to, route.app);
      const reader = this.#readers.get(route.to);
      if (reader) reader.box.route = route;
    }
    this.#expected.route(routes);
    await Promise.all(gone.map((route) => this.#drop(route)));
  }

  async note(to: string, room: RoomKey, note: string): Promise<void> {
    if (!this.#routes.has(to)) return;
    await this.#expected.expect(room);
    const keys = [this.#keys.room(room, `notes:${to}`), this.#keys.room(room, "meta")];
    await this.#redis.run(NOTE, keys, [note, NOTES, KEPT_MS]);
    this.stir(room);
  }

  async list(to: string, after: number, limit: number): Promise<Waiting[]> {
    const route = this.#routes.get(to);
    if (!route) return [];
    const reader = this.#readers.get(to) ?? this.#readerOf(route);
    this.#readers.set(to, reader);
    await reader.look();
    return reader.box.after(after, limit).map(({ id, room }) => ({ id, room }));
  }

  async open(id: number): Promise<Parcel | undefined> {
    for (const reader of this.#readers.values()) {
      const held = reader.box.get(id);
      if (held) return reader.read(held);
    }
    return undefined;
  }

  async settle(ids: readonly number[]): Promise<void> {
    const readers = [...this.#readers.values()];
    for (const { box } of readers) box.settle(ids);
    await Promise.all(readers.map((reader) => reader.save()));
  }

  counts(to: string): Promise<OutboxCounts> {
    const box = this.#readers.get(to)?.box;
    return Promise.resolve({ waiting: box?.size ?? 0, dropped: box?.dropped ?? this.#dropped.get(to) ?? 0 });
  }

  async claim(to: string): Promise<number> {
    const app = this.#apps.get(to);
    if (app === undefined || this.#isClosed) return 0;
    const askedAt = this.#clock.monotonic();
    // It was over for a time, in which another may have told what this one thinks that waits.
    if ((this.#turns.get(to)?.until ?? Infinity) <= askedAt) this.#yield(to);
    await this.#checkLife(app);
    const { turnMs } = this.#times;
    const isOurs = (await this.#redis.run(CLAIM, [this.#turnKey(to)], [this.#relayId, turnMs])) === 1;
    if (!isOurs) {
      this.#yield(to);
      return 0;
    }
    const until = askedAt + turnMs;
    const turn = this.#turns.get(to);
    if (turn) turn.until = until;
    else await this.#begin(to, until);
    // Nothing is kept for who is told no more, whatever other relays expect for them.
    if (!this.#routes.has(to)) await this.#drop({ to, app, kinds: [], max: 0 });
    return Math.max(0, until - this.#clock.monotonic());
  }

  watch(listener: (to: string) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Gives back what is this relay's turn, so that another need not wait for its end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatching();
    this.#stopTimer?.();
    const held = [...this.#turns.keys()];
    for (const to of held) this.#yield(to);
    await Promise.allSettled(
      held.map((to) => this.#redis.run(RELEASE, [this.#turnKey(to)], [this.#relayId])),
    );
  }

  /** Begins a turn: from now on other relays are heard, and nothing is known of what waits. */
  async #begin(to: string, until: number): Promise<void> {
    this.#forget(to);
    const stop = await this.#redis.listen(this.#channelOf(to), (names) => this.#onStirred(to, names));
    if (this.#isClosed) stop();
    else this.#turns.set(to, { until, stop });
  }

  #yield(to: string): void {
    const turn = this.#turns.get(to);
    if (!turn) return;
    turn.stop();
    this.#turns.delete(to);
    this.#forget(to);
  }

  #forget(to: string): void {
    const reader = this.#readers.get(to);
    if (!reader) return;
    this.#dropped.set(to, reader.box.dropped);
    this.#readers.delete(to);
  }

  async #drop(route: Route): Promise<void> {
    this.#readers.delete(route.to);
    this.#dropped.delete(route.to);
    await this.#readerOf(route).drop();
  }

  #readerOf(route: Route): OutboxReader {
    const box = new Box(route, () => ++this.#lastId, this.#dropped.get(route.to));
    const { quietMs } = this.#times;
    return new OutboxReader(box, { redis: this.#redis, keys: this.#keys, clock: this.#clock, quietMs });
  }

  /** A server that has lost its last writes may have lost the rooms that this relay has said last. */
  async #checkLife(app: string): Promise<void> {
    const life = await this.#redis.lifeOf(this.#keys.app(app, "outbox"));
    const before = this.#lives.get(app);
    if (before === life) return;
    if (before !== undefined) await this.#expected.sayAgain(app);
    this.#lives.set(app, life);
  }

  #onStirred(to: string, payload: string): void {
    const reader = this.#readers.get(to);
    const names = readNames(payload);
    for (const name of names) reader?.stir(name);
    this.#wake(to);
  }

  #tellStirred(): void {
    this.#stopTimer = undefined;
    const now = this.#clock.monotonic();
    for (const { to, app } of this.#routes.values()) {
      const names = [...(this.#stirred.get(app) ?? [])];
      if (names.length === 0) continue;
      if ((this.#turns.get(to)?.until ?? -Infinity) > now) this.#wake(to);
      else {
        for (let from = 0; from < names.length; from += STIRRED) {
          this.#redis.publish(this.#channelOf(to), JSON.stringify(names.slice(from, from + STIRRED)));
        }
      }
    }
    this.#stirred.clear();
  }

  #wake(to: string): void {
    for (const watcher of this.#watchers) watcher(to);
  }

  #channelOf(to: string): string {
    return this.#keys.app(this.#apps.get(to) ?? "", `outbox:${to}:stirred`);
  }

  #turnKey(to: string): string {
    return this.#keys.app(this.#apps.get(to) ?? "", `outbox:${to}:teller`);
  }
}

/** The rooms that another relay has named; none, if it is of another version. */
function readNames(payload: string): RoomName[] {
  try {
    const names = JSON.parse(payload) as unknown;
    return Array.isArray(names) ? (names as RoomName[]) : [];
  } catch {
    return [];
  }
}
