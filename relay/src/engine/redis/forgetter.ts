import type { Author, RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import {
  partsOfKey,
  type Actor,
  type Audit,
  type Bus,
  type Forgotten,
  type Restriction,
  type RoomKey,
} from "../engine.ts";
import { eventWithout, withoutName, withoutUser, type StoredMessage } from "../fold.ts";
import { forgottenAuthor } from "../forgotten-author.ts";
import { eventOf, idKeyOf, readStored, SEPARATOR, writeStored } from "./event-text.ts";
import type { Keys } from "./keys.ts";
import { HEAD, SCAN, SWAP } from "./log-steps.ts";
import type { Redis, Reply } from "./redis.ts";
import type { RedisLog } from "./redis-log.ts";
import type { RedisMarkers } from "./redis-markers.ts";
import type { RoomIndex } from "./room-index.ts";
import type { RoomSteps } from "./room-steps.ts";

/** Places that are looked at in one step. */
const PLACES = 200;

/** How often it is looked for wishes that a relay has left unfinished. */
const RESUME_MS = 60_000;

/** How long a wish is kept that nobody can finish. */
const WISH_MS = 366 * 86_400_000;

/** Who is to be forgotten, and who stands in their place. */
interface Wish {
  app: string;
  user: string;
  author: Author;
  by: Author;
  actor: Actor;
}

/** A text that is to stand in the place of another, in one of the hashes of a room. */
type Swap = readonly [hash: "e" | "c" | "h" | "i", field: string | number, was: string, becomes: string];

/**
 * Forgets users: looks at every event of an app's rooms. The wish is kept until it is done, so that another relay goes on
 * when this one ends; all it does may be done twice.
 */
export class Forgetter {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #steps: RoomSteps;
  readonly #index: RoomIndex;
  readonly #log: RedisLog;
  readonly #bus: Bus;
  readonly #audit: Audit;
  readonly #clock: Clock;
  readonly #markers: RedisMarkers;
  readonly #onFault: (error: unknown) => void;
  readonly #underway = new Map<string, Promise<Forgotten>>();
  #stop: () => void;

  constructor(parts: {
    redis: Redis;
    keys: Keys;
    steps: RoomSteps;
    index: RoomIndex;
    log: RedisLog;
    bus: Bus;
    audit: Audit;
    clock: Clock;
    markers: RedisMarkers;
    onFault: (error: unknown) => void;
  }) {
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#steps = parts.steps;
    this.#index = parts.index;
    this.#log = parts.log;
    this.#bus = parts.bus;
    this.#audit = parts.audit;
    this.#clock = parts.clock;
    this.#markers = parts.markers;
    this.#onFault = parts.onFault;
    this.#stop = this.#clock.after(RESUME_MS, () => void this.#resume());
  }

  /** Forgets a user; resolves when it is done. Asked for again meanwhile, it is the same. */
  async forget(app: string, user: string, by: Author, actor: Actor): Promise<Forgotten> {
    const author = forgottenAuthor();
    // Whoever forgets themselves does not leave their name behind with that.
    const wish: Wish = { app, user, author, by: by.id === user ? author : by, actor };
    const key = this.#wishes;
    const field = JSON.stringify([app, user]);
    const isNew = await this.#redis.command(key, "HSETNX", key, field, JSON.stringify(wish));
    await this.#redis.command(key, "PEXPIRE", key, WISH_MS);
    if (isNew === 1) {
      const { address } = actor;
      const from = address === undefined ? {} : { address };
      await this.#audit.record(app, { action: "forget", by: actor.user, ...from, user });
      return this.#fulfil(wish);
    }
    const kept = await this.#redis.command(key, "HGET", key, field);
    return this.#fulfil(kept === null ? wish : (JSON.parse(kept as string) as Wish));
  }

  /** Looks for nothing any more. */
  close(): void {
    this.#stop();
  }

  get #wishes(): string {
    return this.#keys.all("forgetting");
  }

  #fulfil(wish: Wish): Promise<Forgotten> {
    const field = JSON.stringify([wish.app, wish.user]);
    const underway = this.#underway.get(field);
    if (underway) return underway;
    const work = this.#forget(wish).finally(() => this.#underway.delete(field));
    this.#underway.set(field, work);
    return work;
  }

  async #forget(wish: Wish): Promise<Forgotten> {
    const { app, user } = wish;
    let messages = 0;
    let last: RoomName | undefined;
    for (;;) {
      const rooms = await this.#index.names(app, PLACES, last);
      for (const room of rooms) {
        messages += await this.#forgetIn(room, wish);
        await this.#markers.dropUser(room, user);
      }
      const end = rooms.at(-1);
      if (end === undefined || rooms.length < PLACES) break;
      last = partsOfKey(end).room;
    }
    await this.#redis.command(this.#wishes, "HDEL", this.#wishes, JSON.stringify([app, user]));
    return { messages };
  }

  async #forgetIn(room: RoomKey, wish: Wish): Promise<number> {
    let messages = 0;
    let isTouched = await this.#unname(room, wish);
    for (let from = 1, seq = 1; from <= seq;) {
      const reply = (await this.#steps.run(SCAN, room, [from, PLACES])) as Scanned;
      const found = reply[3];
      seq = reply[1];
      const deleted = await this.#deleteAmong(room, found, wish);
      messages += deleted;
      const places =
        deleted > 0 ? ((await this.#steps.run(SCAN, room, [from, PLACES])) as Scanned)[3] : found;
      const swaps = places.flatMap((place) => swapsOf(room, place, wish));
      // What somebody has changed meanwhile is looked at again, as it is now.
      if ((await this.#swap(room, swaps)) > 0) continue;
      isTouched ||= swaps.length > 0;
      from = reply[2];
    }
    if (isTouched) this.#bus.publish(room, { type: "forgotten", user: wish.user, author: wish.author });
    return messages;
  }

  /** Deletes the user's messages among those, as an event that everybody is told. Returns how many. */
  async #deleteAmong(room: RoomKey, found: readonly Place[], wish: Wish): Promise<number> {
    const { user, author, by, actor } = wish;
    const { room: name } = partsOfKey(room);
    const targets = found.flatMap(([seq, stored, changed]) => {
      const { kind, parts } = readStored(stored);
      if (kind !== "m" || eventOf(name, seq, parts).by.id !== user) return [];
      return changed !== null && foldOf(changed).deletedAt !== undefined ? [] : [seq];
    });
    const results = await this.#log.append(
      targets.map((target) => ({
        room,
        id: `${author.id}-${target}`,
        by,
        content: { kind: "delete", target, author },
        actor,
      })),
    );
    if (results.some((result) => !result.ok && result.code === "unavailable")) {
      throw new Error("Redis went away while somebody was being forgotten; it is gone on with later.");
    }
    return results.filter((result) => result.ok && !result.duplicate).length;
  }

  async #unname(room: RoomKey, { user }: Wish): Promise<boolean> {
    const [, , , , held] = (await this.#steps.run(HEAD, room)) as [string, number, string, string, string[]];
    const text = held.find((_, at) => at % 2 === 1 && held[at - 1] === user);
    if (text === undefined) return false;
    const unnamed = JSON.stringify((JSON.parse(text) as Restriction[]).map(withoutName));
    if (unnamed === text) return false;
    if ((await this.#swap(room, [["h", user, text, unnamed]])) > 0)
      return this.#unname(room, { user } as Wish);
    return true;
  }

  async #swap(room: RoomKey, swaps: readonly Swap[]): Promise<number> {
    return swaps.length === 0
      ? 0
      : ((await this.#steps.run(SWAP, room, [swaps.length, ...swaps.flat()])) as number);
  }

  /** Goes on with what another relay has begun and not finished. */
  async #resume(): Promise<void> {
    try {
      const wishes = (await this.#redis.command(this.#wishes, "HVALS", this.#wishes)) as string[];
      for (const wish of wishes) await this.#fulfil(JSON.parse(wish) as Wish);
    } catch (error) {
      this.#onFault(error);
    }
    this.#stop = this.#clock.after(RESUME_MS, () => void this.#resume());
  }
}

type Place = [seq: number, stored: string, changed: string | null];
type Scanned = [epoch: string, seq: number, next: number, found: Place[]] & Reply[];

function foldOf(changed: string): StoredMessage {
  return JSON.parse(changed.slice(changed.lastIndexOf(SEPARATOR) + 1)) as StoredMessage;
}

/** What has to stand in the place of what a place holds. */
function swapsOf(room: RoomKey, [seq, stored, changed]: Place, { user, author }: Wish): Swap[] {
  const swaps: Swap[] = [];
  const { kind, idKey, parts } = readStored(stored);
  const [at] = parts;
  if (kind === "t") {
    if (isOf(idKey, user)) swaps.push(["e", seq, stored, ""], ["i", idKey, `${seq}:${at}`, ""]);
    return swaps;
  }
  const event = eventOf(partsOfKey(room).room, seq, parts);
  const left = eventWithout(event, user, author);
  if (left !== event) {
    const isTheirs = event.by.id === user;
    swaps.push(["e", seq, stored, writeStored(isTheirs ? "" : idKey, left)]);
    if (isTheirs) swaps.push(["i", idKeyOf(user, event.id), `${seq}:${at}`, ""]);
  }
  if (changed !== null) {
    const fold = foldOf(changed);
    const without = forgottenFold(fold, user, author);
    if (without !== fold) swaps.push(["c", seq, changed, withFold(changed, without)]);
  }
  return swaps;
}

/** A fold without a user. Their own message is deleted before, unless retention has let it go and nobody is told. */
function forgottenFold(fold: StoredMessage, user: string, author: Author): StoredMessage {
  if (fold.by.id !== user || fold.deletedAt !== undefined) return withoutUser(fold, user, author);
  const { seq, at, id } = fold;
  return { seq, at, id, by: author, text: "" };
}

/** The same with another fold; its version is another, as whoever decides by it must look again. */
function withFold(changed: string, fold: StoredMessage): string {
  const [version, edits] = changed.split(SEPARATOR, 2);
  return [Number(version) + 1, edits, JSON.stringify(fold)].join(SEPARATOR);
}

function isOf(idKey: string, user: string): boolean {
  return idKey !== "" && (JSON.parse(idKey) as [id: string, user: string])[1] === user;
}
