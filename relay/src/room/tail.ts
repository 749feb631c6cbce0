import type { RoomEvent } from "@natter/sdk/protocol";
import { erasedEvent } from "../engine/fold.ts";

/** An event and its JSON, made once for everybody it will be sent to. */
export interface TailEntry {
  event: RoomEvent;
  json: string;
}

/**
 * The newest events of a room, kept in memory and ready to send, so that a wave of reconnecting clients costs
 * no read of the log and no encoding. Contiguous, bounded by count and by size.
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

  /** Adds the next event; its `seq` must follow. */
  push(event: RoomEvent): TailEntry {
    const entry = { event, json: JSON.stringify(event) };
    this.#entries.push(entry);
    this.#bytes += entry.json.length;
    this.#seq = event.seq;
    if (event.kind === "delete") this.#erase(event.target);
    this.#shrink();
    return entry;
  }

  /** Puts older events before those held; they must end where these begin. */
  extend(older: readonly RoomEvent[]): void {
    const last = older.at(-1);
    if (!last || last.seq !== this.start) return;
    const entries = older.map((event) => ({ event, json: JSON.stringify(event) }));
    this.#entries = [...entries, ...this.#entries];
    this.#bytes += entries.reduce((sum, entry) => sum + entry.json.length, 0);
    this.#shrink();
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

  /** A deleted text is gone from here too, or a replay would reveal it. */
  #erase(target: number): void {
    for (const entry of this.#entries) {
      const { event } = entry;
      if (event.seq !== target && !(event.kind === "edit" && event.target === target)) continue;
      entry.event = erasedEvent(event);
      entry.json = JSON.stringify(entry.event);
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
      this.#bytes -= this.#entries[drop]?.json.length ?? 0;
      drop++;
    }
    this.#entries = this.#entries.slice(drop);
  }
}
