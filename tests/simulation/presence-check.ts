/** A connection, or whatever else stands for one. */
type Line = object;

/**
 * Who is in which room, as far as it is certain: a seat counts from the moment its client has heard of it to the
 * moment the relay may have given it up. Held against that, nobody may be said to be gone who is here, or was a
 * moment ago and may come back.
 */
export class PresenceCheck {
  readonly #graceMs: number;
  readonly #now: () => number;
  readonly #seats = new Map<string, Set<Line>>();
  readonly #lastHere = new Map<string, number>();
  readonly #removedAt = new Map<string, number>();
  #begunAt = 0;

  /** @param now virtual time, in ms */
  constructor(graceMs: number, now: () => number) {
    this.#graceMs = graceMs;
    this.#now = now;
  }

  /** A join that the relay received at `askedAt` was granted, and its client knows. */
  entered(room: string, user: string, line: Line, askedAt: number): void {
    // The answer of a relay that is no more.
    if (askedAt < this.#begunAt) return;
    const key = keyOf(room, user);
    // Taken out again before the client even heard of coming in.
    if ((this.#removedAt.get(key) ?? -1) >= askedAt) return;
    const seats = this.#seats.get(key) ?? new Set();
    this.#seats.set(key, seats.add(line));
    this.#lastHere.set(key, this.#now());
  }

  /** A line's seat is given up, or nobody knows whether it will be. */
  left(room: string, user: string, line: Line): void {
    const key = keyOf(room, user);
    if (this.#seats.get(key)?.delete(line)) this.#lastHere.set(key, this.#now());
  }

  /** The user is taken out of the room, on all lines: gone at once. */
  removed(room: string, user: string): void {
    const key = keyOf(room, user);
    this.#seats.delete(key);
    this.#removedAt.set(key, this.#now());
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
    const isSeated = (this.#seats.get(key)?.size ?? 0) > 0;
    if (isSeated) return `${user} was said to have left ${room}, and is there`;
    const goneMs = this.#now() - (this.#lastHere.get(key) ?? -Infinity);
    const removedMs = this.#now() - (this.#removedAt.get(key) ?? -Infinity);
    // A millisecond for the sums of fractions that line up the seat's end and the grace's.
    if (goneMs >= this.#graceMs - 1 || removedMs <= this.#graceMs) return undefined;
    return `${user} was said to have left ${room} ${Math.round(goneMs)} ms after being there`;
  }
}

function keyOf(room: string, user: string): string {
  return `${user} ${room}`;
}
