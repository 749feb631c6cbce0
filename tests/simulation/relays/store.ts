import {
  partsOfKey,
  type Appended,
  type Bus,
  type Draft,
  type Head,
  type Page,
  type Replay,
  type RoomItem,
  type RoomKey,
} from "../../../relay/src/engine/engine.ts";
import { MemoryLog } from "../../../relay/src/engine/memory/memory-log.ts";
import { eventTexts, SEPARATOR } from "../../../relay/src/engine/redis/event-text.ts";
import { itemPush } from "../../../relay/src/engine/redis/push.ts";
import type { RoomEvent } from "@natter/sdk/protocol";
import type { Record } from "../record.ts";
import { RETENTION } from "../server.ts";
import type { ProcessTime, VirtualTime } from "../virtual-time.ts";
import type { Knew, Ruled } from "./knowledge.ts";
import { SharedPresence } from "./shared-presence.ts";

/** Where a log stands. */
export interface Place {
  epoch: string;
  seq: number;
}

/** Somebody who is told what is published. */
export interface Subscriber {
  onPush(channel: string, payload: string): void;
}

/** Which log a room has, and which life of the server it was last looked at in. */
interface Label {
  epoch: string;
  life: number;
}

/** Something that was done to the logs. Done again in order, commits give the same logs again. */
interface Commit<T = unknown> {
  do: (log: MemoryLog) => T;
  at: number;
  /** The rooms' logs when it was done. */
  labels: ReadonlyMap<RoomKey, Label>;
}

/** What was stored by one step. */
export interface Stored {
  epoch: string;
  results: Appended[];
  events: RoomEvent[];
}

/**
 * What all relays share: the steps of a real Redis as far as rooms ask for them, each done at once and wholly. What is
 * decided and folded is the relay's own; that things are lost, and how that is noticed, is played as Redis does it.
 */
export class SharedStore {
  readonly presence: SharedPresence;
  readonly #time: VirtualTime;
  readonly #record: Record;
  readonly #channels = new Map<string, Set<Subscriber>>();
  readonly #markers = new Map<RoomKey, Map<string, number>>();
  #commits: Commit[] = [];
  #labels = new Map<RoomKey, Label>();
  #log: MemoryLog;
  readonly #clock: ProcessTime;
  /** What the commit under way has stored. */
  #told: RoomEvent[] = [];
  /** All that is stored. */
  #events = new Map<RoomKey, RoomEvent[]>();
  #commitAt: number | undefined;
  /** Grows when the server is another one, as it is after a failover. */
  #life = 1;
  /** Grows whenever something is lost. */
  #losses = 1;
  #epochs = 0;

  constructor(time: VirtualTime, record: Record) {
    this.#time = time;
    this.#clock = time.process();
    this.#record = record;
    record.life = this.#era;
    this.presence = new SharedPresence(time, (room, item) => {
      for (const user of item.left) {
        const why = record.presence.objection(partsOfKey(room).room, user);
        if (why !== undefined) record.breach("I11", why);
      }
      this.publish(room, itemPush("", item));
    });
    this.#log = this.#emptyLog();
  }

  /** Appends what one relay wants to say in a room. */
  async append(room: RoomKey, drafts: readonly Draft[], at: number, knew: Knew): Promise<Stored> {
    const { epoch } = this.#open(room);
    const { value, events } = this.#commit((log) => log.append(drafts), at);
    const commit = this.#time.now;
    const storing = { now: at, commit, knew: (ruling: Ruled) => knew(ruling, epoch) };
    for (const event of events) this.#record.stored(epoch, event, storing);
    const [first] = events;
    if (first) {
      const texts = events.map((event) => {
        const { rest, words } = eventTexts(event);
        return [event.at, rest, words].join(SEPARATOR);
      });
      this.publish(room, `e${[epoch, first.seq, ...texts].join(SEPARATOR)}`);
    }
    const results = (await value).map((result) => (result.ok ? { ...result, epoch } : result));
    return { epoch, results, events };
  }

  /** Where a room stands. */
  async position(room: RoomKey): Promise<Place> {
    const { epoch } = this.#open(room);
    return { epoch, seq: (await this.#log.head(room)).seq };
  }

  /** Ends an epoch in which a room's log went back. */
  async renew(room: RoomKey, epoch: string): Promise<Place> {
    if (this.#open(room).epoch === epoch) this.#begin(room);
    return this.position(room);
  }

  async head(room: RoomKey): Promise<Head> {
    const { epoch } = this.#open(room);
    const head = await this.#log.head(room);
    return { ...head, epoch, restrictions: new Map(head.restrictions) };
  }

  async after(room: RoomKey, epoch: string, seq: number, limit: number, first?: number): Promise<Replay> {
    if (this.#open(room).epoch !== epoch) return { ok: false };
    const replay = await this.#log.after(room, this.#log.epochOf(room), seq, limit, first);
    return replay.ok ? { ...replay, epoch } : replay;
  }

  async page(room: RoomKey, limit: number, before?: number): Promise<Page> {
    const { epoch } = this.#open(room);
    return { ...(await this.#log.page(room, limit, before)), epoch };
  }

  async find(room: RoomKey, userId: string, id: string): Promise<Appended | undefined> {
    const { epoch } = this.#open(room);
    const found = await this.#log.find(room, userId, id);
    return found?.ok ? { ...found, epoch } : found;
  }

  /** Erases a room's log and begins another. */
  drop(room: RoomKey): string {
    const { epoch: old } = this.#open(room);
    this.#record.dropped(partsOfKey(room).room, old);
    this.#commit((log) => log.drop(room), this.#clock.now());
    const { epoch } = this.#label(room);
    this.publish(room, itemPush("", { type: "closed", epoch }));
    return epoch;
  }

  readMarker(room: RoomKey, userId: string): number | undefined {
    return this.#markers.get(room)?.get(userId);
  }

  mark(room: RoomKey, userId: string, seq: number): boolean {
    const markers = this.#markers.get(room) ?? new Map<string, number>();
    if ((markers.get(userId) ?? 0) >= seq) return false;
    this.#markers.set(room, markers.set(userId, seq));
    return true;
  }

  publish(channel: string, payload: string): void {
    for (const subscriber of this.#channels.get(channel) ?? []) subscriber.onPush(channel, payload);
  }

  subscribe(channel: string, subscriber: Subscriber): void {
    this.#channels.set(channel, (this.#channels.get(channel) ?? new Set()).add(subscriber));
  }

  unsubscribe(channel: string, subscriber: Subscriber): void {
    this.#channels.get(channel)?.delete(subscriber);
  }

  /** FLUSHALL. */
  forgetAll(): void {
    this.#losses++;
    this.#commits = [];
    this.#labels = new Map();
    this.#markers.clear();
    this.presence.clear();
    this.#log = this.#emptyLog();
    this.#record.life = this.#era;
  }

  /** Another server takes over, or this one comes back, without the newest so many of what was done. */
  failOver(lost: number): void {
    this.#life++;
    this.#losses++;
    this.#commits = this.#commits.slice(0, Math.max(0, this.#commits.length - lost));
    this.#labels = new Map(this.#commits.at(-1)?.labels);
    this.#log = this.#emptyLog();
    for (const commit of this.#commits) this.#apply(commit);
    this.#record.life = this.#era;
  }

  get #era(): string {
    return `life-${this.#losses}`;
  }

  /** What a step does first: a log of another life of the server may have lost something, and begins an epoch. */
  #open(room: RoomKey): Label {
    const label = this.#labels.get(room);
    return label?.life === this.#life ? label : this.#begin(room);
  }

  #begin(room: RoomKey): Label {
    const label = this.#label(room);
    const events = this.#events.get(room) ?? [];
    // What is still there stands in the new log as well.
    const commit = this.#time.now;
    for (const event of events) {
      this.#record.carriedOver(label.epoch, event, { now: event.at, commit, knew: () => false });
    }
    this.publish(room, `l${label.epoch}${SEPARATOR}${events.at(-1)?.seq ?? 0}`);
    return label;
  }

  #label(room: RoomKey): Label {
    const label = { epoch: `${this.#era}.${++this.#epochs}`, life: this.#life };
    this.#labels.set(room, label);
    return label;
  }

  #commit<T>(change: (log: MemoryLog) => T, at: number): { value: T; events: RoomEvent[] } {
    const commit = { do: change, at, labels: new Map(this.#labels) };
    this.#commits.push(commit);
    return this.#apply(commit);
  }

  #apply<T>(commit: Commit<T>): { value: T; events: RoomEvent[] } {
    this.#told = [];
    this.#commitAt = commit.at;
    try {
      // All of it is done before the call returns; only its answer is a promise.
      return { value: commit.do(this.#log), events: this.#told };
    } finally {
      this.#commitAt = undefined;
    }
  }

  #emptyLog(): MemoryLog {
    const all = (this.#events = new Map<RoomKey, RoomEvent[]>());
    const bus: Bus = {
      publish: (room: RoomKey, item: RoomItem) => {
        if (item.type === "closed") all.delete(room);
        if (item.type !== "event") return;
        this.#told.push(item.event);
        all.set(room, [...(all.get(room) ?? []), item.event].slice(-RETENTION.count));
      },
      subscribe: () => Promise.resolve(() => {}),
      tap: () => () => {},
    };
    const clock = {
      now: () => this.#commitAt ?? this.#clock.now(),
      monotonic: () => this.#time.now,
      after: this.#time.after.bind(this.#time),
      soon: (run: () => void) => void this.#time.after(0, run),
    };
    let inner = 0;
    return new MemoryLog(bus, clock, RETENTION, () => `inner-${inner++}`);
  }
}
