import { frameOf, type Frame } from "../frame.ts";
import type { Occupant } from "./occupant.ts";
import type { Tail } from "./tail.ts";

/** Events sent to a connection that is behind, before its buffer is looked at again. */
const CATCH_UP_EVENTS = 200;

/** The numbers a fan-out lives by. */
export interface FanoutLimits {
  /**
   * Bytes that may wait for a connection before nothing more is pushed to it. Once it has drained to half of that
   * it is served again.
   */
  stalledBytes: number;
  /** Connections served between two looks at the clock. */
  lookEvery: number;
}

/** What a fan-out needs from its room for connections that are behind. */
export interface CatchUp {
  /** The tail no longer reaches back to the connection's place: fetch from the log, or reset. */
  fromLog(occupant: Occupant, after: number): void;
  /** A mark of what is told beside the log (who is here); it changes whenever that is told. */
  mark(): number;
  /** The connection is level with the room again; what was told since `mark` did not reach it. */
  onLevel(occupant: Occupant, mark: number): void;
}

/** Where a connection is that is behind. */
interface Place {
  /** It has everything up to here; -1 when what it has is of another log. */
  after: number;
  /** True while the log is being asked on its behalf. */
  fetching: boolean;
  mark: number;
}

/** One frame on its way round the room. */
interface Pass {
  frame: Frame;
  /** Whom it has not reached begins here. */
  from: number;
  /** Those who are level, as far as they have not been looked at. */
  left: Iterator<Occupant, undefined>;
}

/**
 * Gives a room's packets to all who are in it. What happened in one tick is one frame, encoded once; giving it
 * to everybody is a pass, and a pass through a large room takes several turns of the loop.
 *
 * A connection is `level` (it has had every pass, or will have had with the one under way) or `behind` with a
 * place of its own, because it has just joined or reads too slowly. Who is behind is served from the tail, or
 * from the log, whenever the socket has drained, so that a slow reader costs the room no memory and loses
 * nothing.
 */
export class Fanout {
  readonly #tail: Tail;
  readonly #limits: FanoutLimits;
  readonly #catchUp: CatchUp;
  readonly #level = new Set<Occupant>();
  readonly #behind = new Map<Occupant, Place>();
  #pending: string[] = [];
  /** The place up to which those who are level have everything, once the pass under way is done. */
  #flushed: number;
  #pass: Pass | undefined;
  /** The number of the pass under way, or of the last one. */
  #passes = 0;
  /** How many of those behind are still to be looked at in this round. */
  #unlooked = 0;

  constructor(tail: Tail, limits: FanoutLimits, catchUp: CatchUp) {
    this.#tail = tail;
    this.#limits = limits;
    this.#catchUp = catchUp;
    this.#flushed = tail.seq;
  }

  get size(): number {
    return this.#level.size + this.#behind.size;
  }

  /** Packets that are in no pass yet. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** True while a frame is on its way round. */
  get isPassing(): boolean {
    return this.#pass !== undefined;
  }

  /** True while some connection is behind and must be looked at again. */
  get hasBehind(): boolean {
    return this.#behind.size > 0;
  }

  *occupants(): Iterable<Occupant> {
    yield* this.#level;
    yield* this.#behind.keys();
  }

  /** Adds a connection that has everything up to `seq`. */
  add(occupant: Occupant, seq: number): void {
    // What waits for the next pass comes after `seq` only if nothing that was flushed does.
    if (seq === this.#flushed) this.#addLevel(occupant);
    else this.#fallBehind(occupant, seq);
  }

  remove(occupant: Occupant): void {
    this.#level.delete(occupant);
    this.#behind.delete(occupant);
  }

  /** Hands a connection that is about to go what it has not got yet, as far as that is at hand and it takes it. */
  settle(occupant: Occupant): void {
    const after = this.#behind.get(occupant)?.after ?? this.#placeOf(occupant);
    for (const entry of this.#tail.after(after, CATCH_UP_EVENTS) ?? []) {
      if (!this.hasSpace(occupant)) return;
      occupant.line.packet(entry.json);
    }
  }

  /** Adds a packet to the next frame. */
  push(json: string): void {
    this.#pending.push(json);
  }

  /** Sends what waits to as many as there is time for, and then goes on with those behind. True when all have it. */
  flush(isTimeUp: () => boolean = never): boolean {
    if (!this.#pass) this.#begin();
    return this.#goRound(isTimeUp) && this.advance(isTimeUp);
  }

  /** Sends those who are behind as much as their sockets take. True when all of them were looked at. */
  advance(isTimeUp: () => boolean = never): boolean {
    if (this.#unlooked <= 0) this.#unlooked = this.#behind.size;
    let looked = 0;
    for (const [occupant, place] of this.#behind) {
      // Whoever was looked at is last the next time, or where there is never time for all some would never be.
      this.#behind.delete(occupant);
      this.#behind.set(occupant, place);
      if (!place.fetching && occupant.line.bufferedBytes < this.#limits.stalledBytes / 2) {
        this.#serve(occupant, place);
      }
      if (--this.#unlooked <= 0) return true;
      if (++looked % this.#limits.lookEvery === 0 && isTimeUp()) return false;
    }
    this.#unlooked = 0;
    return true;
  }

  /** Whether a connection still wants what the log was asked for: it was not removed, nor begun anew, meanwhile. */
  awaits(occupant: Occupant, after: number): boolean {
    return this.#behind.get(occupant)?.after === after;
  }

  /** True while this connection may be given more. */
  hasSpace(occupant: Occupant): boolean {
    return occupant.line.bufferedBytes < this.#limits.stalledBytes;
  }

  /** Continues with a connection for which the log was asked: it has everything up to `seq` now. */
  resume(occupant: Occupant, seq: number): void {
    const place = this.#behind.get(occupant);
    if (!place) return;
    place.fetching = false;
    place.after = seq;
    if (seq === this.#flushed) this.#becomeLevel(occupant, place);
  }

  /** The log was asked in vain: the connection is looked at again, at the place it has by now. */
  retry(occupant: Occupant): void {
    const place = this.#behind.get(occupant);
    if (place) place.fetching = false;
  }

  /**
   * The tail was restarted. Everybody goes on from the log, at the place they have; or, if the log is another
   * one now, is given the room anew.
   */
  restart(isSameLog: boolean): void {
    if (!isSameLog) for (const place of this.#behind.values()) place.after = -1;
    for (const occupant of this.#level) {
      this.#fallBehind(occupant, isSameLog ? this.#placeOf(occupant) : -1);
    }
    this.#pass = undefined;
    this.#pending = [];
    this.#flushed = this.#tail.seq;
  }

  #begin(): void {
    if (this.#pending.length > 0) {
      this.#pass = { frame: frameOf(this.#pending), from: this.#flushed, left: this.#level.values() };
      this.#passes++;
      this.#pending = [];
    }
    this.#flushed = this.#tail.seq;
  }

  /** Takes the pass under way further. True when there is none any more. */
  #goRound(isTimeUp: () => boolean): boolean {
    const pass = this.#pass;
    if (!pass) return true;
    const { frame, left } = pass;
    let served = 0;
    for (let next = left.next(); !next.done; next = left.next()) {
      const occupant = next.value;
      // Whoever came in while the frame went round has what it says.
      if (occupant.pass === this.#passes) continue;
      if (this.hasSpace(occupant)) {
        occupant.pass = this.#passes;
        occupant.line.frame(frame);
      } else this.#fallBehind(occupant, pass.from);
      if (++served % this.#limits.lookEvery === 0 && isTimeUp()) return false;
    }
    this.#pass = undefined;
    return true;
  }

  /** Up to where somebody who is level has everything now. */
  #placeOf(occupant: Occupant): number {
    return this.#pass && occupant.pass !== this.#passes ? this.#pass.from : this.#flushed;
  }

  #addLevel(occupant: Occupant): void {
    occupant.pass = this.#passes;
    this.#level.add(occupant);
  }

  #fallBehind(occupant: Occupant, after: number): void {
    this.#level.delete(occupant);
    this.#behind.set(occupant, { after, fetching: false, mark: this.#catchUp.mark() });
  }

  #serve(occupant: Occupant, place: Place): void {
    // Ahead of the room: joined with a page that the bus has not brought yet. Its turn comes.
    if (place.after > this.#flushed) return;
    const entries = this.#tail.after(place.after, CATCH_UP_EVENTS);
    if (!entries) {
      place.fetching = true;
      this.#catchUp.fromLog(occupant, place.after);
      return;
    }
    for (const entry of entries) {
      if (!this.hasSpace(occupant) || place.after === this.#flushed) break;
      occupant.line.packet(entry.json);
      place.after++;
    }
    if (place.after === this.#flushed) this.#becomeLevel(occupant, place);
  }

  #becomeLevel(occupant: Occupant, place: Place): void {
    this.#behind.delete(occupant);
    this.#addLevel(occupant);
    this.#catchUp.onLevel(occupant, place.mark);
  }
}

function never(): boolean {
  return false;
}
