import type { Clock } from "../clock.ts";
import { Meter } from "../telemetry/meter.ts";
import { pauseLeft } from "./pace.ts";

/** How much is sent before other things have their turn. */
export interface FlushLimits {
  /** Milliseconds of a turn of the loop that may go into sending. */
  turnMs: number;
  /** How long a room rests after a flush that took so many milliseconds. */
  pauseAfter(costMs: number): number;
}

/** How long a reply waits for the rooms that are due, at most. */
const ALONE_MS = 10;

/** Something with packets for many: a room. */
export interface Flushable {
  /** When it may flush; kept here and changed by the {@link Flusher} alone. */
  readonly rest: Rest;
  /** Packets that nobody has been given yet. */
  readonly waiting: number;
  /** Gives what waits to as many as there is time for. True when everybody has it. */
  flush(isTimeUp: () => boolean): boolean;
}

/** Where something flushable stands. */
export class Rest {
  state: "idle" | "resting" | "due" = "idle";
  /** Milliseconds spent in the flush under way. */
  costMs = 0;
  /** By the monotonic clock. */
  until = 0;
  callOff: () => void = () => {};
}

/**
 * Everything that is sent is sent here, at the end of a turn of the loop: first what rooms tell all who are in
 * them, then what waits for one connection alone, so that a reply and the event it caused leave in one write.
 * A room that is large takes several turns, and one that is dear rests between two flushes.
 */
export class Flusher {
  readonly #clock: Clock;
  readonly #limits: FlushLimits;
  /** Counts what is sent. */
  readonly meter: Meter;
  readonly #due: Flushable[] = [];
  #alone: { flush(): void }[] = [];
  /** Since when the first of those waits. */
  #aloneSince = 0;
  #isScheduled = false;

  constructor(clock: Clock, limits: FlushLimits, meter = new Meter()) {
    this.meter = meter;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Has a room flush, as soon as its pace allows. */
  request(room: Flushable): void {
    const { rest } = room;
    if (rest.state === "due") return;
    const left = pauseLeft(room.waiting, rest.until, this.#clock.monotonic());
    if (left <= 0) this.#makeDue(room);
    else if (rest.state === "idle") {
      rest.state = "resting";
      rest.callOff = this.#clock.after(left, () => this.#makeDue(room));
    }
  }

  /** Has one connection's packets sent, after what rooms have to say in this turn. */
  requestAlone(outlet: { flush(): void }): void {
    if (this.#alone.push(outlet) === 1) this.#aloneSince = this.#clock.monotonic();
    this.#schedule();
  }

  #makeDue(room: Flushable): void {
    if (room.rest.state === "resting") room.rest.callOff();
    room.rest.state = "due";
    this.#due.push(room);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.soon(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    this.#flushRooms();
    // A room whose turn is still to come may take the replies along, but they do not wait for a large one.
    if (this.#due.length === 0 || this.#clock.monotonic() - this.#aloneSince >= ALONE_MS) this.#flushAlone();
    if (this.#due.length > 0) this.#schedule();
  }

  #flushAlone(): void {
    const alone = this.#alone;
    this.#alone = [];
    for (const outlet of alone) outlet.flush();
  }

  #flushRooms(): void {
    const end = this.#clock.monotonic() + this.#limits.turnMs;
    const isTimeUp = (): boolean => this.#clock.monotonic() >= end;
    let done = 0;
    for (const room of this.#due) {
      if (!this.#flush(room, isTimeUp)) break;
      done++;
      if (isTimeUp()) break;
    }
    const flushed = this.#due.splice(0, done);
    for (const room of flushed) {
      room.rest.state = "idle";
      if (room.waiting > 0) this.request(room);
    }
  }

  /** True when the room is done with. */
  #flush(room: Flushable, isTimeUp: () => boolean): boolean {
    const { rest } = room;
    const begun = this.#clock.monotonic();
    const isDone = room.flush(isTimeUp);
    const now = this.#clock.monotonic();
    rest.costMs += now - begun;
    if (!isDone) return false;
    rest.until = now + this.#limits.pauseAfter(rest.costMs);
    rest.costMs = 0;
    return true;
  }
}
