import type { JoinResult, Position } from "@natter/sdk/protocol";
import type { Page, RoomKey, RoomLog } from "../engine/engine.ts";
import { messageFor } from "../engine/fold.ts";
import type { Tail } from "./tail.ts";

/** What the room's place and content are for somebody who joins: the parts of a join's `ok` that it knows. */
export type Entry = Pick<JoinResult, "epoch" | "seq" | "recovered" | "messages" | "more"> & {
  /** Events to replay, as JSON. */
  eventsJson?: string[];
};

/** The room whose content is read. */
export interface EntryParts {
  key: RoomKey;
  log: RoomLog;
  tail: Tail;
  /** The life of the log that the tail is of. */
  epoch: () => string;
  /** Events replayed at most. */
  replayEvents: number;
}

/** Reads what those who come into a room are given: from what is at hand, and from the log once for many. */
export class EntryReads {
  readonly #parts: EntryParts;
  #older: Promise<void> | undefined;
  #newest: { seq: number; limit: number; page: Promise<Page> } | undefined;

  constructor(parts: EntryParts) {
    this.#parts = parts;
  }

  /** All that came since a place; or, where that cannot be told whole, the newest messages. */
  async read(reader: string, since: Position | undefined, limit: number): Promise<Entry> {
    const replay = since && (await this.#replay(since));
    if (replay) return replay;
    const page = await this.newest(limit);
    return {
      epoch: page.epoch,
      seq: page.seq,
      recovered: false,
      messages: page.messages.map((message) => messageFor(reader, message)),
      more: page.more,
    };
  }

  /** The newest page, read once for all who ask at the same place in the log. */
  newest(limit: number): Promise<Page> {
    const { seq } = this.#parts.tail;
    if (this.#newest?.seq !== seq || this.#newest.limit !== limit) {
      const page = this.#parts.log.page(this.#parts.key, limit);
      this.#newest = { seq, limit, page };
      page.catch(() => (this.#newest = undefined));
    }
    return this.#newest.page;
  }

  /** The page says no more what the log says. */
  forgetPage(): void {
    this.#newest = undefined;
  }

  /** The log is another one. */
  restart(): void {
    // Two logs can stand at the same place, and a page of one says nothing about the other.
    this.#newest = undefined;
    this.#older = undefined;
  }

  async #replay(since: Position): Promise<Entry | undefined> {
    const { key, log, tail, replayEvents } = this.#parts;
    const epoch = this.#parts.epoch();
    const missed = tail.seq - since.seq;
    if (since.epoch !== epoch || missed > replayEvents) return undefined;
    if (missed >= 0 && since.seq < tail.start) await this.#loadOlder();
    // Another log may have taken the place of this one meanwhile.
    if (epoch !== this.#parts.epoch()) return undefined;
    const entries = tail.after(since.seq);
    if (entries) {
      return { epoch, seq: tail.seq, recovered: true, eventsJson: entries.map((entry) => entry.json) };
    }
    // Asked of the log, too, when the place is ahead of the room: the bus may be on its way with it.
    const replay = await log.after(key, since.epoch, since.seq, replayEvents);
    if (!replay.ok) return undefined;
    return {
      epoch: replay.epoch,
      seq: replay.seq,
      recovered: true,
      eventsJson: replay.events.map((event) => JSON.stringify(event)),
    };
  }

  /** Reads the replay window once for all who come back after a restart, however many they are. */
  #loadOlder(): Promise<void> {
    this.#older ??= this.#readOlder().finally(() => (this.#older = undefined));
    return this.#older;
  }

  async #readOlder(): Promise<void> {
    const { key, log, tail, replayEvents } = this.#parts;
    const epoch = this.#parts.epoch();
    const { start, seq } = tail;
    const from = Math.max(0, seq - replayEvents);
    const replay = await log.after(key, epoch, from, 2 * replayEvents);
    if (!replay.ok || replay.epoch !== this.#parts.epoch()) return;
    tail.extend(replay.events.filter((event) => event.seq <= start));
  }
}
