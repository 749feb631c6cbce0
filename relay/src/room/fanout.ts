import type { Occupant } from "./occupant.ts";
import type { Tail } from "./tail.ts";

/** Events sent to a connection that is behind, before its buffer is looked at again. */
const CATCH_UP_EVENTS = 200;

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

/**
 * Gives a room's packets to all who are in it. What happened in one tick is one frame, encoded once.
 *
 * A connection is `level` (everything up to the last flush was handed to its socket) or `behind` with a place
 * of its own, because it has just joined or reads too slowly. Who is behind is served from the tail, or from
 * the log, whenever the socket has drained, so that a slow reader costs the room no memory and loses nothing.
 */
export class Fanout {
  readonly #tail: Tail;
  readonly #stalledBytes: number;
  readonly #catchUp: CatchUp;
  readonly #level = new Set<Occupant>();
  readonly #behind = new Map<Occupant, Place>();
  #pending: string[] = [];
  /** The place up to which those who are level have everything. */
  #flushed: number;

  /**
   * @param stalledBytes what may wait for one connection before nothing more is pushed to it; once it has
   *   drained to half of that it is served again
   */
  constructor(tail: Tail, stalledBytes: number, catchUp: CatchUp) {
    this.#tail = tail;
    this.#stalledBytes = stalledBytes;
    this.#catchUp = catchUp;
    this.#flushed = tail.seq;
  }

  get size(): number {
    return this.#level.size + this.#behind.size;
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
    this.flush();
    if (seq === this.#flushed) this.#level.add(occupant);
    else this.#fallBehind(occupant, seq);
  }

  remove(occupant: Occupant): void {
    this.#level.delete(occupant);
    this.#behind.delete(occupant);
  }

  /** Adds a packet to this tick's frame. */
  push(json: string): void {
    this.#pending.push(json);
  }

  /** Sends this tick's frame. */
  flush(): void {
    if (this.#pending.length > 0) {
      const frame = Buffer.from(`[${this.#pending.join(",")}]`);
      this.#pending = [];
      for (const occupant of this.#level) {
        if (this.hasSpace(occupant)) occupant.line.frame(frame);
        else this.#fallBehind(occupant, this.#flushed);
      }
    }
    this.#flushed = this.#tail.seq;
    this.advance();
  }

  /** Sends those who are behind as much as their sockets take. */
  advance(): void {
    for (const [occupant, place] of this.#behind) {
      if (!place.fetching && occupant.line.bufferedBytes < this.#stalledBytes / 2)
        this.#serve(occupant, place);
    }
  }

  /** Whether a connection still wants what the log was asked for: it was not removed, nor begun anew, meanwhile. */
  awaits(occupant: Occupant, after: number): boolean {
    return this.#behind.get(occupant)?.after === after;
  }

  /** True while this connection may be given more. */
  hasSpace(occupant: Occupant): boolean {
    return occupant.line.bufferedBytes < this.#stalledBytes;
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
    for (const occupant of this.#level) this.#fallBehind(occupant, isSameLog ? this.#flushed : -1);
    this.#pending = [];
    this.#flushed = this.#tail.seq;
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
      if (!this.hasSpace(occupant)) break;
      occupant.line.packet(entry.json);
      place.after++;
    }
    if (place.after === this.#flushed) this.#becomeLevel(occupant, place);
  }

  #becomeLevel(occupant: Occupant, place: Place): void {
    this.#behind.delete(occupant);
    this.#level.add(occupant);
    this.#catchUp.onLevel(occupant, place.mark);
  }
}
