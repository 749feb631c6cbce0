import type { RelayPacket } from "@natter/sdk/protocol";

/** A place in a room's log, as a text to file things under. */
export function placeOf(room: string, epoch: string, seq: number): string {
  return `${room} ${epoch} ${seq}`;
}

/** One thing that stands in a log. */
type Stored = Extract<RelayPacket, { type: "event" }>;

interface Ruling {
  seq: number;
  action: string;
  until?: number;
}

/**
 * What really happened, as seen from outside: who tried what, what was acknowledged, what was stored, what was
 * delivered. Every message of a run has a text of its own, so its text is its name here. Breaches of an
 * invariant are noted as they happen.
 */
export class Record {
  readonly breaches: string[] = [];
  readonly attempted = new Set<string>();
  /** Acknowledged texts. */
  readonly acked = new Set<string>();
  /** Texts that were refused for good. */
  readonly refused = new Set<string>();
  /** For each device and room, the texts in the order in which they were written. */
  readonly written = new Map<string, string[]>();
  /** Where each text was stored: more than once, and something was doubled. */
  readonly places = new Map<string, Set<string>>();
  /** Bans and their ends, by room, epoch and user, in the order of the log. */
  readonly #rulings = new Map<string, Ruling[]>();
  readonly #contents = new Map<string, string>();
  readonly #tops = new Map<string, number>();
  deliveries = 0;
  recoveries = 0;
  /** Joins that asked for what was missed and were told to start again. */
  restarts = 0;
  resets = 0;
  removals = 0;

  breach(invariant: string, what: string): void {
    if (this.breaches.length < 20) this.breaches.push(`${invariant}: ${what}`);
  }

  /** The storage holds an event: now, or again after a restart. */
  stored(epoch: string, event: Stored): void {
    this.#samePlace(epoch, event);
    const log = `${event.room} ${epoch}`;
    this.#tops.set(log, Math.max(this.#tops.get(log) ?? 0, event.seq));
    if (event.kind === "moderation") this.#rule(epoch, event);
    if (event.kind !== "message" || event.text === "") return;
    const places = this.places.get(event.text) ?? new Set();
    this.places.set(event.text, places.add(placeOf(event.room, epoch, event.seq)));
  }

  /** Whether a ban that stands in the log before an event still holds at it. */
  isBanned(user: string, epoch: string, event: Stored): boolean {
    const rulings = this.#rulings.get(`${event.room} ${epoch} ${user}`) ?? [];
    const last = rulings.findLast(({ seq }) => seq < event.seq);
    return last?.action === "ban" && event.at < (last.until ?? Infinity);
  }

  /** The storage was read after a restart; it must hold all that it held when it was synced. */
  mounted(tops: ReadonlyMap<string, number>, life: string): void {
    for (const [log, top] of this.#tops) {
      if (log.endsWith(` ${life}`) && (tops.get(log) ?? 0) < top) {
        this.breach("I7", `${log} ended at ${top} and after the restart at ${tops.get(log) ?? 0}`);
      }
    }
  }

  /** An event reached somebody. */
  delivered(epoch: string, event: Stored): void {
    this.deliveries++;
    this.#samePlace(epoch, event);
    if ((this.#tops.get(`${event.room} ${epoch}`) ?? 0) < event.seq) {
      this.breach("I2", `${placeOf(event.room, epoch, event.seq)} was told before it was stored`);
    }
    if (event.kind === "message" && event.text !== "" && !this.attempted.has(event.text)) {
      this.breach("I2", `${event.text} was never written`);
    }
  }

  #rule(epoch: string, { room, user, seq, action, until }: Ruling & { room: string; user: string }): void {
    if (action !== "ban" && action !== "unban") return;
    const key = `${room} ${epoch} ${user}`;
    const rulings = (this.#rulings.get(key) ?? []).filter((ruling) => ruling.seq !== seq);
    this.#rulings.set(key, [...rulings, { seq, action, ...(until !== undefined && { until }) }]);
  }

  /** The same place must hold the same event for everybody, for ever. */
  #samePlace(epoch: string, event: Stored): void {
    const place = placeOf(event.room, epoch, event.seq);
    const content = `${event.kind} ${event.id} ${event.by.id}`;
    const known = this.#contents.get(place);
    if (known === undefined) this.#contents.set(place, content);
    else if (known !== content) this.breach("I5", `${place} was ${known} and then ${content}`);
  }
}
