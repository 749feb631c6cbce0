import type { RoomName } from "@natter/sdk/protocol";
import type { Clock } from "../../clock.ts";
import { roomKeyOf, type Parcel } from "../engine.ts";
import { codesOf, eventOf, readStored } from "./event-text.ts";
import { hintsKey, KEPT_MS } from "./expected-rooms.ts";
import type { Keys } from "./keys.ts";
import type { Box, Found, Held, LogPlace, Progress } from "./outbox-box.ts";
import { FORGET, HINTED, LOOK, SAVE, UNHINT } from "./outbox-steps.ts";
import type { Redis, Step } from "./redis.ts";

/** How often every room is looked at that may have something to tell: what relays say to each other may be lost. */
const ROUND_MS = 30_000;

/** How far the clocks of relays may differ. */
const SLACK_MS = 10_000;

/** Rooms that are looked at together, and events looked at in one step: it holds up everybody else's. */
const ROOMS = 100;
const EVENTS = 500;

/** Names that are read at once. */
const NAMES = 1000;

/** Rooms that are remembered to be looked at; with more of them all are. */
const MAX_STIRRED = 10_000;

/** Reads what waits for one route out of the logs, and notes how far it was told. */
export class OutboxReader {
  readonly box: Box;
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #quietMs: number;
  readonly #stirred = new Set<RoomName>();
  #roundAt = -Infinity;

  /** @param parts.quietMs how long a room is looked at after it was last expected */
  constructor(box: Box, parts: { redis: Redis; keys: Keys; clock: Clock; quietMs: number }) {
    this.box = box;
    this.#redis = parts.redis;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#quietMs = parts.quietMs;
  }

  /** There may be something to tell of a room. */
  stir(room: RoomName): void {
    if (this.#stirred.size < MAX_STIRRED) this.#stirred.add(room);
    else this.stirAll();
  }

  /** There may be something to tell of every room. */
  stirAll(): void {
    this.#roundAt = -Infinity;
  }

  /** Looks at the rooms that were stirred, and now and then at all. */
  async look(): Promise<void> {
    const isRound = this.#clock.monotonic() >= this.#roundAt + ROUND_MS;
    const roundAt = this.#clock.monotonic();
    const hinted = isRound ? await this.#hinted() : [];
    for (const { room } of hinted) this.#stirred.add(room);
    if (isRound) this.#roundAt = roundAt;
    try {
      await this.#lookAtStirred();
    } catch (error) {
      if (isRound) this.stirAll();
      throw error;
    }
    await this.save();
    if (isRound) await this.#letGo(hinted.flatMap(({ room, isQuiet }) => (isQuiet ? room : [])));
  }

  /** Notes how far rooms were told. What could not be noted is, with what follows. */
  async save(): Promise<void> {
    await Promise.all(this.box.progress().map((progress) => this.#saveRoom(progress)));
  }

  /** What is to be told. */
  async read(held: Held): Promise<Parcel> {
    const { id, room } = held;
    if (held.type === "note") return { id, room, epoch: held.note.epoch, note: held.note.text };
    const { epoch, seq, at } = held.place;
    const key = this.#key(room, "events");
    const stored = await this.#redis.command(key, "HGET", key, seq);
    if (typeof stored !== "string") return { id, room, epoch };
    const { kind, parts } = readStored(stored);
    // It was trimmed, or this is the same place in another log.
    if (kind === "t" || parts[0] !== Number(at)) return { id, room, epoch };
    const event = eventOf(room, seq, parts);
    // The text of a message that was deleted since is gone, and nothing is left to tell.
    const isErased = (event.kind === "message" || event.kind === "edit") && event.text === "";
    return { id, room, epoch, ...(!isErased && { event }) };
  }

  /** Keeps nothing of all this: what is told next begins with what is expected next. */
  async drop(): Promise<void> {
    const { to } = this.box.route;
    for (const { room } of await this.#hinted()) {
      const [told, notes] = [this.#key(room, "told"), this.#key(room, `notes:${to}`)];
      await Promise.all([
        this.#redis.command(told, "HDEL", told, to),
        this.#redis.command(notes, "DEL", notes),
      ]);
    }
    await this.#redis.command(this.#hints, "DEL", this.#hints);
  }

  async #lookAtStirred(): Promise<void> {
    while (this.#stirred.size > 0) {
      const rooms = [...this.#stirred].slice(0, ROOMS);
      for (const room of rooms) this.#stirred.delete(room);
      try {
        const found = await Promise.all(rooms.map((room) => this.#find(room)));
        this.box.take(found.map((each, at) => [rooms[at] as RoomName, each]));
        for (const [at, { upTo, head }] of found.entries()) {
          if (upTo.seq < head) this.#stirred.add(rooms[at] as RoomName);
        }
      } catch (error) {
        for (const room of rooms) this.#stirred.add(room);
        throw error;
      }
    }
  }

  async #find(room: RoomName): Promise<Found> {
    const known = this.box.known(room);
    const found = await this.#findBehind(room, known?.upTo, known?.lastNote);
    // What waited is looked for in the log that there is now, all of it.
    if (!found.isOther || !known) return found;
    return { ...(await this.#findBehind(room, undefined, known.lastNote)), isOther: true };
  }

  async #findBehind(
    room: RoomName,
    behind: LogPlace | undefined,
    lastNote: string | undefined,
  ): Promise<Found> {
    const { to, kinds } = this.box.route;
    const parts = ["told", `notes:${to}`, "meta", "events"];
    const reply = (await this.#redis.run(
      LOOK,
      parts.map((part) => this.#key(room, part)),
      [
        to,
        codesOf(kinds),
        EVENTS,
        SLACK_MS,
        lastNote ?? "-",
        behind?.epoch ?? NOT_KNOWN,
        behind?.seq ?? 0,
        behind?.at ?? "0",
      ],
    )) as LookReply;
    const [epoch, seq, at, head, fromSeq, fromAt, isOther, places, notes] = reply;
    const events: Found["events"] = [];
    for (let index = 0; index < places.length; index += 2) {
      events.push({ seq: places[index] as number, at: places[index + 1] as string });
    }
    return {
      upTo: { epoch, seq, at },
      head,
      from: { epoch, seq: fromSeq, at: fromAt },
      isOther: isOther === 1,
      events,
      notes: notes.map(([entry, text, behindSeq, of]) => ({ entry, text, seq: behindSeq, epoch: of })),
    };
  }

  async #saveRoom(progress: Progress): Promise<void> {
    const { room, place, notes } = progress;
    const { to } = this.box.route;
    const keys = [this.#key(room, "told"), this.#key(room, `notes:${to}`)];
    await this.#redis.run(SAVE, keys, [to, place.epoch, place.seq, place.at, KEPT_MS, ...notes]);
    this.box.onSaved(progress);
  }

  /** Looks no more at rooms in which nothing was expected for a time, and of which all was told. */
  async #letGo(quiet: readonly RoomName[]): Promise<void> {
    const idle = quiet.filter((room) => this.box.isIdle(room) && !this.#stirred.has(room));
    for (let from = 0; from < idle.length; from += NAMES) {
      const some = idle.slice(from, from + NAMES);
      // In this order: a room that is expected meanwhile is put among the others again.
      const forgotten = await Promise.all(
        some.map(async (room) => {
          const args = [this.box.route.to, this.#quietMs];
          return (await this.#run(FORGET, this.#key(room, "told"), args)) === 1 ? room : [];
        }),
      );
      const gone = forgotten.flat();
      await this.#run(UNHINT, this.#hints, [this.#quietMs, ...gone]);
      for (const room of gone) this.box.forget(room);
    }
  }

  async #hinted(): Promise<{ room: RoomName; isQuiet: boolean }[]> {
    const all: { room: RoomName; isQuiet: boolean }[] = [];
    for (let from = 0, isMore = true; isMore; from += NAMES) {
      const reply = await this.#run(HINTED, this.#hints, [from, from + NAMES - 1, this.#quietMs]);
      const found = reply as (string | number)[];
      for (let at = 0; at < found.length; at += 2) {
        all.push({ room: found[at] as RoomName, isQuiet: found[at + 1] === 1 });
      }
      isMore = found.length === NAMES * 2;
    }
    return all;
  }

  get #hints(): string {
    const { app, to } = this.box.route;
    return hintsKey(this.#keys, app, to);
  }

  #run(step: Step, key: string, args: readonly (string | number)[]): ReturnType<Redis["run"]> {
    return this.#redis.run(step, [key], args);
  }

  #key(room: RoomName, part: string): string {
    return this.#keys.room(roomKeyOf(this.box.route.app, room), part);
  }
}

/** Stands for an epoch: look behind what was told. */
const NOT_KNOWN = "?";

type LookReply = [
  epoch: string,
  seq: number,
  at: string,
  head: number,
  fromSeq: number,
  fromAt: string,
  isOther: number,
  places: (number | string)[],
  notes: [entry: string, text: string, seq: number, epoch: string][],
];
