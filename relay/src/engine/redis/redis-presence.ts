import { randomUUID } from "node:crypto";
import type { Member } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import type { Presence, Present, RoomItem, RoomKey } from "../engine.ts";
import type { Keys } from "./keys.ts";
import { LIST, LOOK, SWEEP, TELL } from "./presence-steps.ts";
import { Teller, type Word } from "./presence-teller.ts";
import { NAMED, PresenceView, type Listed } from "./presence-view.ts";
import type { PresencePush } from "./push.ts";
import type { Redis, Reply } from "./redis.ts";
import type { RelayLease } from "./relay-lease.ts";

/** How long a room's presence is kept that nobody renews: longer than any lease. */
const KEPT_S = 60;

/** Ticks in a lease. */
const LEASE_TICKS = 15;
/** Each room is looked at once in so many ticks. */
const SLOTS = 10;
/** After a loss every relay says anew who is there; so long nobody who has not been named yet is taken for gone. */
const SETTLE_TICKS = 10;

/** Users swept out in one step. */
const SWEPT = 500;

/** How long closing waits for what is still to be said. */
const CLOSING_MS = 1000;

/** What presence needs. */
export interface PresenceParts {
  redis: Redis;
  keys: Keys;
  clock: Clock;
  /** The channel that a room's items are pushed by. */
  channelOf: (room: RoomKey) => string;
  /** Tells those of this relay who listen to a room. */
  tell: (room: RoomKey, item: RoomItem) => void;
  /** This relay's lease; shorter than {@link KEPT_S}. All else goes by its time. */
  lease: RelayLease;
}

/** A room that this relay holds members of, or listens to. */
interface Held {
  room: RoomKey;
  slot: number;
  teller: Teller;
  view: PresenceView | undefined;
  isLooking: boolean;
}

/**
 * Presence over all relays. Each relay has a lease, and says under its name who is in which room by it; a user is gone
 * when they are gone from the last, or its lease has ended. Every relay that holds a room looks at it now and then,
 * sweeps out whom the dead have left, and mends what was lost on the way.
 */
export class RedisPresence implements Presence {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #channelOf: (room: RoomKey) => string;
  readonly #tell: (room: RoomKey, item: RoomItem) => void;
  readonly #lease: RelayLease;
  readonly #rooms = new Map<RoomKey, Held>();
  readonly #slots: Set<Held>[] = Array.from({ length: SLOTS }, () => new Set());
  readonly #watchers = new Set<(room: RoomKey, isOccupied: boolean) => void>();
  readonly #unwatch: () => void;
  readonly #tickMs: number;
  #nextSlot = 0;
  #ticks = 0;
  #stopTimer: () => void = () => {};
  #isClosed = false;
  #onIdle: (held: Held) => void = () => {};

  constructor(parts: PresenceParts) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#channelOf = parts.channelOf;
    this.#tell = parts.tell;
    this.#lease = parts.lease;
    this.#tickMs = parts.lease.lastsMs / LEASE_TICKS;
    const unwatchLease = parts.lease.watch((change) =>
      change === "begun" ? this.#doubtAll() : this.#lookAtAll(),
    );
    const unwatchRedis = parts.redis.watch((isUp) => void (isUp && this.#onUp()));
    this.#unwatch = () => {
      unwatchLease();
      unwatchRedis();
    };
    this.#schedule();
  }

  enter(room: RoomKey, member: Member): void {
    this.#held(room).teller.enter(member);
  }

  leave(room: RoomKey, userId: string): void {
    this.#rooms.get(room)?.teller.leave(userId);
  }

  async list(room: RoomKey): Promise<Member[]> {
    const { members = [] } = await this.#read(room, Number.MAX_SAFE_INTEGER);
    return members;
  }

  async look(room: RoomKey): Promise<Present> {
    const listed = await this.#read(room, NAMED);
    this.#rooms.get(room)?.view?.onListed(listed);
    const { count, members } = listed;
    return { count, ...(members && { members }) };
  }

  watch(listener: (room: RoomKey, isOccupied: boolean) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Somebody on this relay listens to a room from now on, or to one more than before. Returns what ends it. */
  follow(room: RoomKey): () => void {
    const held = this.#held(room);
    const view = new PresenceView({
      clock: this.#clock,
      read: () => this.#read(room, NAMED),
      tell: (item) => this.#tell(room, item),
      onLoss: () => this.#onLoss(held),
    });
    held.view?.stop();
    held.view = view;
    return () => {
      view.stop();
      if (held.view !== view) return;
      held.view = undefined;
      this.#forgetIfUnused(held);
    };
  }

  /** Takes in news that a push has brought. */
  onPush(room: RoomKey, push: PresencePush): void {
    this.#rooms.get(room)?.view?.onPush(push);
  }

  /**
   * Says what is still to be said, and goes. True when somebody is here by this relay still: they have one more lease to
   * come in by another, and are told as gone by nobody until then.
   */
  async close(): Promise<boolean> {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    this.#stopTimer();
    this.#unwatch();
    await this.#said();
    const keeps = [...this.#rooms.values()].some(({ teller }) => teller.size > 0);
    for (const { view } of this.#rooms.values()) view?.stop();
    this.#rooms.clear();
    return keeps;
  }

  /** Resolves when all is said, or it is too late for that. */
  #said(): Promise<void> {
    const open = new Set([...this.#rooms.values()].filter(({ teller }) => !teller.isDone));
    if (open.size === 0 || !this.#redis.isUp) return Promise.resolve();
    return new Promise((resolve) => {
      const callOff = this.#clock.after(CLOSING_MS, resolve);
      this.#onIdle = (held) => {
        open.delete(held);
        if (open.size > 0) return;
        callOff();
        resolve();
      };
    });
  }

  #held(room: RoomKey): Held {
    const known = this.#rooms.get(room);
    if (known) return known;
    const line = {
      tell: (words: readonly Word[]) => this.#say(room, words),
      told: () => this.#told(room),
    };
    const slot = this.#nextSlot;
    this.#nextSlot = (slot + 1) % SLOTS;
    const teller = new Teller(line, this.#clock, () => {
      this.#forgetIfUnused(held);
      this.#onIdle(held);
    });
    const held: Held = { room, slot, teller, view: undefined, isLooking: false };
    this.#rooms.set(room, held);
    this.#slots[slot]?.add(held);
    return held;
  }

  #forgetIfUnused(held: Held): void {
    if (held.view || held.teller.size > 0 || !held.teller.isDone) return;
    if (this.#rooms.get(held.room) === held) this.#rooms.delete(held.room);
    this.#slots[held.slot]?.delete(held);
  }

  #keysOf(room: RoomKey): string[] {
    const parts = ["here", "here-state", "here-leases", "here-by:"].map((part) =>
      this.#keys.room(room, part),
    );
    return [...parts, this.#channelOf(room)];
  }

  /** The key of who is here by a lease. */
  #keyBy(room: RoomKey, lease: string): string {
    return this.#keys.room(room, `here-by:${lease}`);
  }

  #leaseName(): string {
    const { name } = this.#lease;
    // Said when there is one: its beginning doubts everything.
    if (name === undefined) throw new Error("There is no lease yet.");
    return name;
  }

  async #say(room: RoomKey, words: readonly Word[]): Promise<{ count: number }> {
    const said = words.flatMap((word) => {
      if (word.what === "leave") return [`-${JSON.stringify(word.user)}`, ""];
      const sign = word.what === "enter" ? "+" : "?";
      return [sign + JSON.stringify(word.member.id), JSON.stringify(word.member)];
    });
    const args = [this.#leaseName(), KEPT_S, NAMED, newEpoch(), ...said];
    return this.#onChanged(room, await this.#redis.run(TELL, this.#keysOf(room), args));
  }

  async #told(room: RoomKey): Promise<string[]> {
    const key = this.#keyBy(room, this.#leaseName());
    const ids = (await this.#redis.command(key, "SMEMBERS", key)) as string[];
    return ids.map((id) => JSON.parse(id) as string);
  }

  #onChanged(room: RoomKey, reply: Reply): { count: number; left: number } {
    const [before = 0, count = 0, left = 0] = reply as number[];
    if ((before === 0) !== (count === 0)) for (const watcher of this.#watchers) watcher(room, count > 0);
    return { count, left };
  }

  async #read(room: RoomKey, most: number): Promise<Listed> {
    const reply = await this.#redis.run(LIST, this.#keysOf(room), [most]);
    const [epoch, number, count, stored] = reply as [string, number, number, string[]];
    if (count > most) return { epoch, number, count };
    const all = stored.map((text) => JSON.parse(text.slice(text.indexOf(" ") + 1)) as Member);
    const members = new Map(all.map((member) => [member.id, member]));
    // Those whom this relay is about to name are here.
    for (const member of this.#rooms.get(room)?.teller.members() ?? []) {
      if (!members.has(member.id)) members.set(member.id, member);
    }
    const sorted = [...members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { epoch, number, count: sorted.length, members: sorted };
  }

  #schedule(): void {
    this.#stopTimer = this.#clock.after(this.#tickMs, () => {
      this.#schedule();
      this.#onTick();
    });
  }

  #onTick(): void {
    const at = this.#ticks++;
    if (!this.#redis.isUp) return;
    for (const held of this.#slots[at % SLOTS] ?? []) void this.#lookAt(held);
    for (const { teller } of this.#rooms.values()) if (teller.isDoubtful) teller.wake();
  }

  #lookAtAll(): void {
    for (const held of this.#rooms.values()) void this.#lookAt(held);
  }

  #doubtAll(): void {
    for (const { teller } of this.#rooms.values()) if (teller.size > 0 || !teller.isDone) teller.doubt();
  }

  /** Redis is there again; what was said, and what was pushed meanwhile, may be lost. */
  #onUp(): void {
    this.#doubtAll();
    for (const { view } of this.#rooms.values()) view?.drift(SETTLE_TICKS * this.#tickMs);
  }

  /** Redis has forgotten what it knew of a room: each relay says anew who is there by it. */
  #onLoss(held: Held): void {
    held.teller.doubt();
    held.view?.drift(SETTLE_TICKS * this.#tickMs);
  }

  /** Looks where a room stands, and at what its members' leases are worth. */
  async #lookAt(held: Held): Promise<void> {
    const { name } = this.#lease;
    if (held.isLooking || name === undefined || this.#isClosed) return;
    held.isLooking = true;
    try {
      const wasDone = held.teller.isDone;
      const { size } = held.teller;
      const reply = await this.#redis.run(LOOK, this.#keysOf(held.room), [name, KEPT_S]);
      const [epoch, number, , ours, ...leases] = reply as [string, number, number, number, ...string[]];
      // Compared only where nothing was said meanwhile.
      const isComparable =
        wasDone && held.teller.isDone && held.teller.size === size && name === this.#lease.name;
      if (isComparable && ours !== size) held.teller.doubt();
      held.view?.onStanding({ epoch, number });
      const ended = leases.filter((lease) => this.#lease.verdictOn(lease) === "ended");
      if (this.#lease.isSteady) for (const lease of ended) await this.#sweep(held.room, lease);
    } catch {
      // Redis is away: looked at again when it is back.
    } finally {
      held.isLooking = false;
    }
  }

  async #sweep(room: RoomKey, lease: string): Promise<void> {
    for (let left = 1; left > 0 && !this.#isClosed;) {
      const args = [lease, KEPT_S, NAMED, newEpoch(), SWEPT];
      ({ left } = this.#onChanged(room, await this.#redis.run(SWEEP, this.#keysOf(room), args)));
    }
  }
}

function newEpoch(): string {
  return randomUUID().slice(0, 8);
}
