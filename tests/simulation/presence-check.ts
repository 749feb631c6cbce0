/** A connection, or whatever else stands for one. */
type Line = object;

/** A line's place in a room. */
interface Seat {
  relay: string;
  since: number;
}

/** How long things take, in ms. */
export interface PresenceTimes {
  /** How long somebody who goes is still shown. */
  graceMs: number;
  /** How long it may take until all relays know who has come in at one. */
  enterMs: number;
  /** How long it may take until all relays know that somebody was taken out. */
  removalMs: number;
}

/**
 * Who is in which room, as far as it is certain: a seat counts from the moment its client has heard of it to the
 * moment the relay may have given it up. Held against that, nobody may be said to be gone who is here, or was a
 * moment ago and may come back.
 */
export class PresenceCheck {
  readonly #times: PresenceTimes;
  readonly #now: () => number;
  /** By room and user. */
  readonly #seats = new Map<string, Map<Line, Seat>>();
  /** Relays of which nobody knows whether the others know who is there. */
  readonly #doubted = new Set<string>();
  readonly #lastHere = new Map<string, number>();
  readonly #removedAt = new Map<string, number>();
  #begunAt = 0;

  /** @param now virtual time, in ms */
  constructor(times: PresenceTimes, now: () => number) {
    this.#times = times;
    this.#now = now;
  }

  /** A join that the relay received at `askedAt` was granted, and its client knows. */
  entered(room: string, user: string, line: Line, askedAt: number, relay: string): void {
    // The answer of a relay that is no more.
    if (askedAt < this.#begunAt) return;
    const key = keyOf(room, user);
    // Taken out again before the client even heard of coming in.
    if ((this.#removedAt.get(key) ?? -1) >= askedAt) return;
    const seats = this.#seats.get(key) ?? new Map<Line, Seat>();
    const seat = { relay, since: this.#now() };
    this.#seats.set(key, seats.set(line, seat));
    if (this.#isCertain(seat)) this.#lastHere.set(key, this.#now());
  }

  /** A line's seat is given up, or nobody knows whether it will be. */
  left(room: string, user: string, line: Line): void {
    const key = keyOf(room, user);
    const seat = this.#seats.get(key)?.get(line);
    if (!seat) return;
    this.#seats.get(key)?.delete(line);
    if (this.#isCertain(seat)) this.#lastHere.set(key, this.#now());
  }

  /** The user is taken out of the room, on all lines: gone at once. */
  removed(room: string, user: string): void {
    const key = keyOf(room, user);
    this.#seats.delete(key);
    this.#removedAt.set(key, this.#now());
  }

  /** Everybody is taken out of a room. */
  emptied(room: string): void {
    for (const key of new Set([...this.#seats.keys(), ...this.#lastHere.keys()])) {
      if (!key.endsWith(` ${room}`)) continue;
      this.#seats.delete(key);
      this.#removedAt.set(key, this.#now());
    }
  }

  /** A relay cannot tell the others who is there, or they have forgotten it: until it is trusted again. */
  doubt(relay: string): void {
    this.#doubted.add(relay);
    for (const [key, seats] of this.#seats) {
      if ([...seats.values()].some((seat) => seat.relay === relay)) this.#lastHere.delete(key);
    }
  }

  /** It has told them again. */
  trust(relay: string): void {
    this.#doubted.delete(relay);
  }

  /** A relay is no more, and nobody is there by way of it. */
  gone(relay: string): void {
    this.doubt(relay);
    for (const seats of this.#seats.values()) {
      for (const [line, seat] of seats) if (seat.relay === relay) seats.delete(line);
    }
  }

  /** The relay is another process now, where nobody is yet. */
  begin(): void {
    this.#begunAt = this.#now();
    this.#seats.clear();
    this.#lastHere.clear();
    this.#removedAt.clear();
  }

  /** Why the relay should not tell now that a user is gone; undefined when it may. */
  objection(room: string, user: string): string | undefined {
    const key = keyOf(room, user);
    const { graceMs, removalMs } = this.#times;
    const removedMs = this.#now() - (this.#removedAt.get(key) ?? -Infinity);
    if (removedMs <= removalMs) return undefined;
    const isSeated = [...(this.#seats.get(key)?.values() ?? [])].some((seat) => this.#isCertain(seat));
    if (isSeated) return `${user} was said to have left ${room}, and is there`;
    const goneMs = this.#now() - (this.#lastHere.get(key) ?? -Infinity);
    // A millisecond for the sums of fractions that line up the seat's end and the grace's.
    if (goneMs >= graceMs - 1 || removedMs <= graceMs) return undefined;
    return `${user} was said to have left ${room} ${Math.round(goneMs)} ms after being there`;
  }

  #isCertain({ relay, since }: Seat): boolean {
    return !this.#doubted.has(relay) && this.#now() - since >= this.#times.enterMs;
  }
}

function keyOf(room: string, user: string): string {
  return `${user} ${room}`;
}
