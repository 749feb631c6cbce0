import type { RoomEvent } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import { partsOfKey, type Bus, type RoomItem, type RoomKey, type RoomLog } from "../engine.ts";
import { Follower } from "./follower.ts";
import { itemPush, readPush, type PresencePush } from "./push.ts";
import type { Redis } from "./redis.ts";
import type { Place } from "./redis-log.ts";

/** How often a room is looked at whose pushes have been silent. */
const QUIET_MS = 25_000;

/** How often it is looked which rooms those are. */
const ROUND_MS = 2_500;

/** What the bus asks of Redis. */
export type PushLine = Pick<Redis, "listen" | "publish" | "watch">;

/** What the bus asks of presence. */
export interface PresenceFollower {
  follow(room: RoomKey): () => void;
  onPush(room: RoomKey, push: PresencePush): void;
}

/** What the bus asks of the logs. */
export interface FollowedLog extends Pick<RoomLog, "after"> {
  position(room: RoomKey): Promise<Place>;
  renew(room: RoomKey, epoch: string): Promise<Place>;
}

interface Entry {
  listeners: Set<(item: RoomItem) => void>;
  follower: Follower;
  /** Resolves with what ends the subscription. */
  subscribed: Promise<() => void>;
  heardAt: number;
}

/**
 * Carries items between relays by sharded publish and subscribe: one subscription a room and relay, however many
 * listen. Pushes of events are hints, which a {@link Follower} holds against the log.
 */
export class RedisBus implements Bus {
  readonly #redis: PushLine;
  readonly #log: FollowedLog;
  readonly #clock: Clock;
  readonly #relayId: string;
  readonly #channelOf: (room: RoomKey) => string;
  readonly #presence: PresenceFollower | undefined;
  readonly #onFault: (error: unknown) => void;
  readonly #rooms = new Map<RoomKey, Entry>();
  readonly #taps = new Set<(room: RoomKey, item: RoomItem) => void>();
  readonly #stopWatching: () => void;
  #stopRounds: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: {
    redis: PushLine;
    log: FollowedLog;
    clock: Clock;
    relayId: string;
    channelOf: (room: RoomKey) => string;
    /** Follows who is in the rooms that somebody listens to. */
    presence?: PresenceFollower;
    /** Told when a room could not be looked at; it will be, later. */
    onFault: (error: unknown) => void;
  }) {
    this.#redis = parts.redis;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#relayId = parts.relayId;
    this.#channelOf = parts.channelOf;
    this.#presence = parts.presence;
    this.#onFault = parts.onFault;
    this.#stopWatching = this.#redis.watch((isUp) => {
      if (isUp) for (const { follower } of this.#rooms.values()) follower.check();
    });
  }

  publish(room: RoomKey, item: RoomItem): void {
    this.#redis.publish(this.#channelOf(room), itemPush(this.#relayId, item));
    this.tellHere(room, item);
    for (const tap of this.#taps) tap(room, item);
  }

  /** Tells at once what this relay has stored itself. */
  onStored(room: RoomKey, epoch: string, events: RoomEvent[]): void {
    const first = (events[0] as RoomEvent).seq;
    const last = (events.at(-1) as RoomEvent).seq;
    this.#rooms.get(room)?.follower.offer(epoch, first, last, () => events);
    for (const tap of this.#taps) for (const event of events) tap(room, { type: "event", epoch, event });
  }

  /** Tells at once that this relay has deleted a room. */
  onDropped(room: RoomKey, epoch: string): void {
    this.#rooms.get(room)?.follower.onClosed(epoch);
    for (const tap of this.#taps) tap(room, { type: "closed", epoch });
  }

  tap(listener: (room: RoomKey, item: RoomItem) => void): () => void {
    this.#taps.add(listener);
    return () => this.#taps.delete(listener);
  }

  async subscribe(room: RoomKey, listener: (item: RoomItem) => void): Promise<() => void> {
    const entry = this.#rooms.get(room) ?? this.#open(room);
    entry.listeners.add(listener);
    const stop = (): void => {
      if (!entry.listeners.delete(listener) || entry.listeners.size > 0) return;
      if (this.#rooms.get(room) === entry) this.#rooms.delete(room);
      void entry.subscribed.then((end) => end()).catch(() => {});
    };
    try {
      await entry.subscribed;
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  /** Ends all subscriptions. */
  close(): void {
    this.#isClosed = true;
    this.#stopWatching();
    this.#stopRounds?.();
    for (const { subscribed } of this.#rooms.values()) void subscribed.then((end) => end()).catch(() => {});
    this.#rooms.clear();
  }

  #open(room: RoomKey): Entry {
    const follower = new Follower(
      {
        position: () => this.#log.position(room),
        after: (epoch, seq) => this.#log.after(room, epoch, seq, Number.MAX_SAFE_INTEGER, FILLED),
        renew: (epoch) => this.#log.renew(room, epoch),
      },
      (item) => this.tellHere(room, item),
      this.#onFault,
    );
    const entry: Entry = {
      listeners: new Set(),
      follower,
      subscribed: this.#subscribe(room, follower),
      heardAt: this.#clock.monotonic(),
    };
    this.#rooms.set(room, entry);
    this.#scheduleRound();
    return entry;
  }

  async #subscribe(room: RoomKey, follower: Follower): Promise<() => void> {
    const unfollow = this.#presence?.follow(room);
    let unlisten: (() => void) | undefined;
    const end = (): void => {
      unfollow?.();
      unlisten?.();
    };
    try {
      unlisten = await this.#redis.listen(this.#channelOf(room), (text) => this.#onPush(room, text));
      // Looked at when nothing can be missed any more.
      await follower.start();
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }

  #onPush(room: RoomKey, text: string): void {
    const entry = this.#rooms.get(room);
    const push = readPush(text);
    if (!entry || !push) return;
    if (push.type === "presence") return this.#presence?.onPush(room, push);
    if (push.type !== "item") {
      entry.heardAt = this.#clock.monotonic();
      return entry.follower.onPush(push, ({ read }) => read(partsOfKey(room).room));
    }
    if (push.from === this.#relayId) return;
    if (push.item.type === "closed") return entry.follower.onClosed(push.item.epoch);
    this.tellHere(room, push.item);
  }

  /** Tells those of this relay who listen to a room. */
  tellHere(room: RoomKey, item: RoomItem): void {
    for (const listener of this.#rooms.get(room)?.listeners ?? []) listener(item);
  }

  /** Quiet rooms are looked at, for the last push of a burst may have been lost; a few at a time. */
  #scheduleRound(): void {
    if (this.#stopRounds || this.#isClosed) return;
    this.#stopRounds = this.#clock.after(ROUND_MS, () => {
      this.#stopRounds = undefined;
      const now = this.#clock.monotonic();
      for (const entry of this.#rooms.values()) {
        if (now - entry.heardAt < QUIET_MS) continue;
        entry.heardAt = now;
        entry.follower.check();
      }
      if (this.#rooms.size > 0) this.#scheduleRound();
    });
  }
}

/** Events read at once to fill a hole. */
const FILLED = 500;
