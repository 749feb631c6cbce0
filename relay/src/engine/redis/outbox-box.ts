import type { RoomName } from "@natter/sdk/protocol";
import type { Route } from "../engine.ts";

/** A place of a log: epoch, place and time, as a text that is compared and not read. */
export interface LogPlace {
  epoch: string;
  seq: number;
  at: string;
}

/** What a step has found in a room. */
export interface Found {
  /** Up to where was looked, and how far the log reaches. */
  upTo: LogPlace;
  head: number;
  /** What was looked behind. */
  from: LogPlace;
  /** True when the log is another than that of which was known. */
  isOther: boolean;
  events: { seq: number; at: string }[];
  notes: FoundNote[];
}

interface FoundNote {
  /** Its id in Redis. */
  entry: string;
  text: string;
  /** The place that it stands behind. */
  seq: number;
  epoch: string;
}

/** Something that waits, by its number in this process. */
export type Held = { id: number; room: RoomName } & (
  { type: "event"; place: LogPlace; before: LogPlace } | { type: "note"; note: FoundNote }
);

/** A room of which is known what waits. */
interface HeldRoom {
  upTo: LogPlace;
  lastNote: string | undefined;
  /** In the order in which it is told. */
  waiting: Map<number, Held>;
  /** Notes that were told, and are still there. */
  toldNotes: string[];
}

/** How far a room was told, to be noted. */
export interface Progress {
  room: RoomName;
  place: LogPlace;
  notes: string[];
}

/**
 * What waits for one route, as the relay that tells it has found it: places only. It has no ties to Redis, and numbers
 * what it holds by a counter of the process.
 */
export class Box {
  route: Route;
  /** Given up because it was too much. */
  dropped: number;
  readonly #held = new Map<number, Held>();
  readonly #rooms = new Map<RoomName, HeldRoom>();
  /** Rooms in which something was told, or passed over, that is not noted. */
  readonly #unsaved = new Set<RoomName>();
  readonly #nextId: () => number;

  constructor(route: Route, nextId: () => number, dropped = 0) {
    this.route = route;
    this.dropped = dropped;
    this.#nextId = nextId;
  }

  get size(): number {
    return this.#held.size;
  }

  get(id: number): Held | undefined {
    return this.#held.get(id);
  }

  /** What waits after a number. */
  after(id: number, limit: number): Held[] {
    const found: Held[] = [];
    for (const held of this.#held.values()) {
      if (held.id <= id) continue;
      if (found.length >= limit) break;
      found.push(held);
    }
    return found;
  }

  /** Up to where a room is known: what is asked for next begins there. */
  known(room: RoomName): { upTo: LogPlace; lastNote: string | undefined } | undefined {
    return this.#rooms.get(room);
  }

  /** Takes in what was found in several rooms, in the order in which it happened. Drops what is too much. */
  take(all: readonly [RoomName, Found][]): void {
    const fresh = all.flatMap(([name, found]) => this.#takeRoom(name, found));
    fresh.sort((a, b) => a.at - b.at);
    for (const { make } of fresh) {
      const held = make(this.#nextId());
      this.#held.set(held.id, held);
      this.#rooms.get(held.room)?.waiting.set(held.id, held);
    }
    for (const id of this.#held.keys()) {
      if (this.#held.size <= this.route.max) break;
      this.#remove(id);
      this.dropped++;
    }
  }

  /** Takes out what was told. */
  settle(ids: readonly number[]): void {
    for (const id of ids) this.#remove(id);
  }

  /** What is to be noted of rooms in which something was told, or was nothing to tell. */
  progress(): Progress[] {
    return [...this.#unsaved].flatMap((room) => {
      const held = this.#rooms.get(room);
      return held ? { room, place: toldUpTo(held), notes: [...held.toldNotes] } : [];
    });
  }

  /** So much was noted; what was told meanwhile is not. */
  onSaved({ room: name, place, notes }: Progress): void {
    const room = this.#rooms.get(name);
    if (!room) return;
    room.toldNotes = room.toldNotes.filter((entry) => !notes.includes(entry));
    if (room.toldNotes.length === 0 && isSame(toldUpTo(room), place)) this.#unsaved.delete(name);
  }

  /** Whether nothing waits of a room, and all is noted. */
  isIdle(name: RoomName): boolean {
    const room = this.#rooms.get(name);
    return room !== undefined && room.waiting.size === 0 && !this.#unsaved.has(name);
  }

  /** Knows nothing of a room any more, until it is looked at. */
  forget(name: RoomName): void {
    for (const id of this.#rooms.get(name)?.waiting.keys() ?? []) this.#held.delete(id);
    this.#rooms.delete(name);
    this.#unsaved.delete(name);
  }

  #takeRoom(name: RoomName, { upTo, from, isOther, events, notes }: Found): Fresh[] {
    let room = this.#rooms.get(name);
    // What waited was of a log that is gone, or is found once more.
    if (room && isOther)
      for (const [id, { type }] of room.waiting) if (type === "event") this.#drop(room, id);
    if (!room) {
      room = { upTo: from, lastNote: undefined, waiting: new Map(), toldNotes: [] };
      this.#rooms.set(name, room);
    }
    if (!isSame(room.upTo, upTo)) this.#unsaved.add(name);
    room.upTo = upTo;
    room.lastNote = notes.at(-1)?.entry ?? room.lastNote;
    return inOrder(name, from, upTo.epoch, events, notes);
  }

  #remove(id: number): void {
    const held = this.#held.get(id);
    const room = held && this.#rooms.get(held.room);
    if (!held || !room) return;
    this.#drop(room, id);
    this.#unsaved.add(held.room);
    if (held.type === "note") room.toldNotes.push(held.note.entry);
  }

  #drop(room: HeldRoom, id: number): void {
    this.#held.delete(id);
    room.waiting.delete(id);
  }
}

/** Something found, which gets its number when its turn has come. `at`: ms since 1970. */
interface Fresh {
  at: number;
  make: (id: number) => Held;
}

/** A room's events with its notes among them. */
function inOrder(
  room: RoomName,
  from: LogPlace,
  epoch: string,
  events: Found["events"],
  notes: readonly FoundNote[],
): Fresh[] {
  const all: Fresh[] = [];
  let before: LogPlace = { ...from, epoch };
  let left = notes;
  let at = Number(from.at);
  const takeNotes = (upTo: number): void => {
    // Of another epoch it is not known where they stand; they were there before.
    const due = left.filter((note) => note.epoch !== epoch || note.seq < upTo);
    left = left.filter((note) => !due.includes(note));
    for (const note of due) all.push({ at, make: (id) => ({ id, room, type: "note", note }) });
  };
  for (const event of events) {
    takeNotes(event.seq);
    const place = { epoch, ...event };
    const behind = before;
    at = Number(event.at);
    all.push({ at, make: (id) => ({ id, room, type: "event", place, before: behind }) });
    before = place;
  }
  takeNotes(Infinity);
  return all;
}

/** Up to where all was told. */
function toldUpTo({ waiting, upTo }: HeldRoom): LogPlace {
  for (const held of waiting.values()) if (held.type === "event") return held.before;
  return upTo;
}

function isSame(a: LogPlace, b: LogPlace): boolean {
  return a.epoch === b.epoch && a.seq === b.seq && a.at === b.at;
}
