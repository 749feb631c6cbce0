import type { RelayPacket } from "@natter/sdk/protocol";
import { PresenceCheck, type PresenceTimes } from "./presence-check.ts";
import { Rulings, type Storing } from "./rulings.ts";

/** A place in a room's log, as a text to file things under. */
export function placeOf(room: string, epoch: string, seq: number): string {
  return `${room} ${epoch} ${seq}`;
}

/** The life of what keeps a log, which is a room and an epoch; those are named after it, and what else after a dot. */
export function lifeOf(log: string): string {
  return log.slice(log.lastIndexOf(" ") + 1).split(".")[0] ?? "";
}

/** One thing that stands in a log. */
type Stored = Extract<RelayPacket, { type: "event" }>;

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
  /** Texts that were refused for good, with the life of the disk in which they were. */
  readonly refused = new Map<string, string>();
  /**
   * Texts that reached the relay once more, over a line that its device had long given up. If the repetition was
   * refused and this is not, both are right, each by the rights of its moment.
   */
  readonly late = new Set<string>();
  /** By id, the text of each message that reached a relay, and those relays. */
  readonly #arrived = new Map<string, { text: string; relays: Set<string> }>();
  /** Texts that were only on a page that is gone. */
  readonly forgotten = new Set<string>();
  /** For each device and room, the texts in the order in which they were written. */
  readonly written = new Map<string, string[]>();
  /** Where each text was stored: more than once, and something was doubled. */
  readonly places = new Map<string, Set<string>>();
  /** The logs of rooms that were deleted since. */
  readonly ended = new Set<string>();
  readonly rulings = new Rulings();
  readonly presence: PresenceCheck;
  /** Which life of the disk the relay serves. */
  life = "";
  readonly #contents = new Map<string, string>();
  readonly #tops = new Map<string, number>();
  deliveries = 0;
  recoveries = 0;
  /** Joins that asked for what was missed and were told to start again. */
  restarts = 0;
  resets = 0;
  removals = 0;

  /** @param now virtual time, in ms */
  constructor(times: PresenceTimes, now: () => number) {
    this.presence = new PresenceCheck(times, now);
  }

  breach(invariant: string, what: string): void {
    if (this.breaches.length < 20) this.breaches.push(`${invariant}: ${what}`);
  }

  /** A message has reached a relay, over the line that its device uses now or over one that it gave up. */
  posted({ id, text }: { id: string; text: string }, relay: string, isCurrent: boolean): void {
    const arrived = this.#arrived.get(id) ?? { text, relays: new Set() };
    if (!isCurrent && this.#arrived.has(id)) this.late.add(text);
    this.#arrived.set(id, arrived);
    arrived.relays.add(relay);
  }

  /** A relay that refuses a message has not found it stored. Another that it had reached before may store it yet. */
  notFound(id: string, relay: string): void {
    const arrived = this.#arrived.get(id);
    if (arrived && [...arrived.relays].some((each) => each !== relay)) this.late.add(arrived.text);
  }

  /** The storage holds an event: now, or again after a restart. */
  stored(epoch: string, event: Stored, storing: Storing): void {
    const why = this.#kept(epoch, event, storing);
    if (why) this.breach("I12", `${placeOf(event.room, epoch, event.seq)} is ${event.kind} ${why}`);
    if (event.kind === "moderation" && (event.action === "kick" || event.action === "ban")) {
      this.presence.removed(event.room, event.user);
    }
  }

  /** The storage has begun another epoch in which an event stands that was judged when it was stored. */
  carriedOver(epoch: string, event: Stored, storing: Storing): void {
    this.#kept(epoch, event, storing);
  }

  /** Returns why it should not stand there, if it is new and there is a reason. */
  #kept(epoch: string, event: Stored, storing: Storing): string | undefined {
    const isNew = this.#samePlace(epoch, event);
    const log = `${event.room} ${epoch}`;
    this.#tops.set(log, Math.max(this.#tops.get(log) ?? 0, event.seq));
    if (event.kind === "message" && event.text !== "") {
      const places = this.places.get(event.text) ?? new Set();
      this.places.set(event.text, places.add(placeOf(event.room, epoch, event.seq)));
    }
    return isNew ? this.rulings.note(epoch, event, storing) : undefined;
  }

  /** The storage was read after a restart; it must hold all that it held when it was synced. */
  mounted(tops: ReadonlyMap<string, number>, life: string): void {
    this.life = life;
    this.presence.begin();
    for (const [log, top] of this.#tops) {
      if (lifeOf(log) === life && !this.ended.has(log) && (tops.get(log) ?? 0) < top) {
        this.breach("I7", `${log} ended at ${top} and after the restart at ${tops.get(log) ?? 0}`);
      }
    }
  }

  /** A room was deleted, and with it all that stood in its log. */
  dropped(room: string, epoch: string): void {
    this.ended.add(`${room} ${epoch}`);
    this.presence.emptied(room);
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

  /** The same place must hold the same event for everybody, for ever. True when nobody knew it yet. */
  #samePlace(epoch: string, event: Stored): boolean {
    const place = placeOf(event.room, epoch, event.seq);
    const content = `${event.kind} ${event.id} ${event.by.id}`;
    const known = this.#contents.get(place);
    if (known === undefined) this.#contents.set(place, content);
    else if (known !== content) this.breach("I5", `${place} was ${known} and then ${content}`);
    return known === undefined;
  }
}
