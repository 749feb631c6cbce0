import type { Author, RoomEvent } from "@natter/sdk/protocol";
import { erasedEvent, eventWithout } from "../engine/fold.ts";

/** An event that is held, and its JSON for those who were not there. */
export class TailEntry {
  /** Characters of JSON. */
  readonly size: number;
  #event: RoomEvent;
  #json: string | undefined;

  /** @param size if it is known; otherwise the event is encoded now */
  constructor(event: RoomEvent, size?: number) {
    this.#event = event;
    this.size = size ?? this.json.length;
  }

  get event(): RoomEvent {
    return this.#event;
  }

  /**
   * Made when somebody first comes back for it, and then kept for all others who do: of a busy room's events
   * most are never asked for again.
   */
  get json(): string {
    return (this.#json ??= JSON.stringify(this.#event));
  }

  /** The text is gone from here too, or a replay would reveal it. */
  erase(): void {
    this.#change(erasedEvent(this.#event));
  }

  /** Somebody was forgotten. */
  forget(user: string, author: Author): void {
    const event = eventWithout(this.#event, user, author);
    if (event !== this.#event) this.#change(event);
  }

  #change(event: RoomEvent): void {
    this.#event = event;
    this.#json = undefined;
  }
}

/**
 * The newest events of a room, kept in memory, so that a wave of reconnecting clients costs no read of the log
 * and one encoding of each event. Contiguous, bounded by count and by size.
 */
export class Tail {
  #entries: TailEntry[] = [];
  #bytes = 0;
  #seq: number;
  readonly #maxEvents: number;
  readonly #maxBytes: number;

  /** @param seq the place after which the tail begins, with nothing in it */
  constructor(seq: number, maxEvents: number, maxBytes: number) {
    this.#seq = seq;
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  /** The place of the newest event. */
  get seq(): number {
    return this.#seq;
  }

  /** The place after which everything is held. */
  get start(): number {
    return this.#seq - this.#entries.length;
  }

  /** Adds the next event; its `seq` must follow. Returns it as JSON, for those who are there. */
  push(event: RoomEvent): string {
    const json = JSON.stringify(event);
    this.#entries.push(new TailEntry(event, json.length));
    this.#bytes += json.length;
    this.#seq = event.seq;
    if (event.kind === "delete") this.#erase(event.target);
    this.#shrink();
    return json;
  }

  /** Puts older events before those held; they must end where these begin. */
  extend(older: readonly RoomEvent[]): void {
    const last = older.at(-1);
    if (!last || last.seq !== this.start) return;
    const entries = older.map((event) => new TailEntry(event));
    this.#entries = [...entries, ...this.#entries];
    this.#bytes += entries.reduce((sum, entry) => sum + entry.size, 0);
    // They may have been read before something among them was deleted.
    for (const { event } of this.#entries) if (event.kind === "delete") this.#erase(event.target);
    this.#shrink();
  }

  /** Puts another in the place of a user who was forgotten. */
  replace(user: string, author: Author): void {
    for (const entry of this.#entries) entry.forget(user, author);
  }

  /** Forgets everything and begins anew after `seq`. */
  restart(seq: number): void {
    this.#entries = [];
    this.#bytes = 0;
    this.#seq = seq;
  }

  /** Everything after a place, or undefined when some of it is no longer held. */
  after(seq: number, limit = Infinity): TailEntry[] | undefined {
    if (seq < this.start || seq > this.#seq) return undefined;
    const from = seq - this.start;
    return this.#entries.slice(from, Math.min(this.#entries.length, from + limit));
  }

  #erase(target: number): void {
    for (const entry of this.#entries) {
      const { event } = entry;
      if (event.seq === target || (event.kind === "edit" && event.target === target)) entry.erase();
    }
  }

  #shrink(): void {
    if (this.#entries.length <= this.#maxEvents && this.#bytes <= this.#maxBytes) return;
    // Down to three quarters, so that a busy room does not move its tail at every event.
    let drop = 0;
    while (
      this.#entries.length - drop > this.#maxEvents * 0.75 ||
      (this.#bytes > this.#maxBytes * 0.75 && drop < this.#entries.length)
    ) {
      this.#bytes -= this.#entries[drop]?.size ?? 0;
      drop++;
    }
    this.#entries = this.#entries.slice(drop);
  }
}
