import type { ChatError } from "../chat-error.ts";
import type { RoomEvent } from "../protocol/log.ts";
import type { HistoryResult } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import type { Link } from "./link.ts";
import {
  EMPTY_TIMELINE,
  indexOf,
  insertPage,
  replay,
  restart,
  type Replay,
  type Span,
  type Start,
  type Timeline,
} from "./timeline.ts";
import type { ViewMessage } from "./view.ts";

/** Holds a room's timeline: takes what comes live, and fetches what is older. */
export class History {
  readonly #room: RoomName;
  readonly #link: Link;
  readonly #changed: () => void;
  /** For each page on its way, the events that came since it was asked for. */
  readonly #late = new Set<RoomEvent[]>();
  /** Pages on their way, by the place before which they were asked for. */
  readonly #pages = new Map<number, Promise<void>>();
  #timeline: Timeline = EMPTY_TIMELINE;

  constructor(room: RoomName, link: Link, changed: () => void) {
    this.#room = room;
    this.#link = link;
    this.#changed = changed;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  /** The first message held that comes after a place. */
  firstAfter(seq: number): ViewMessage | undefined {
    return this.#timeline.messages[indexOf(this.#timeline.messages, seq + 1)];
  }

  /** Folds events in; says which were new, and whether one is missing. */
  replay(events: readonly RoomEvent[]): Replay {
    const result = replay(this.#timeline, events, this.#link.user?.id);
    for (const late of this.#late) late.push(...result.applied);
    this.#set(result.timeline);
    return result;
  }

  /** Begins again; returns the gaps that this tore. */
  restart(start: Start): Span[] {
    const before = this.#timeline.gaps;
    this.#set(restart(this.#timeline, start, this.#link.user?.id));
    return this.#timeline.gaps.filter((gap) => !before.includes(gap));
  }

  /** Forgets everything, as for another user. */
  reset(): void {
    this.#set(EMPTY_TIMELINE);
  }

  /** One page further back. False when the beginning is reached. */
  async older(limit?: number): Promise<boolean> {
    if (this.#timeline.from > 0) await this.#page(this.#timeline.from, limit);
    return this.#timeline.from > 0;
  }

  /** One page of what is missing in a gap. False when the gap is closed. */
  async load(gap: Span, limit?: number): Promise<boolean> {
    const find = (): Span | undefined => this.#timeline.gaps.find(({ after }) => after === gap.after);
    const open = find();
    if (open) await this.#page(open.before, limit);
    return find() !== undefined;
  }

  /** Whoever asks for a page that is on its way already gets that one. */
  #page(before: number, limit?: number): Promise<void> {
    const underway = this.#pages.get(before);
    if (underway) return underway;
    const page = this.#fetch(before, limit).finally(() => this.#pages.delete(before));
    this.#pages.set(before, page);
    return page;
  }

  async #fetch(before: number, limit: number | undefined): Promise<void> {
    const { epoch } = this.#timeline;
    const late: RoomEvent[] = [];
    this.#late.add(late);
    try {
      const { messages, more } = await this.#ask(before, limit);
      // Of another log by now: what came is not part of what is held.
      if (epoch !== this.#timeline.epoch) return;
      this.#set(insertPage(this.#timeline, { before, messages, more, late }, this.#link.user?.id));
    } finally {
      this.#late.delete(late);
    }
  }

  #ask(before: number, limit: number | undefined): Promise<HistoryResult> {
    const question = {
      type: "history" as const,
      room: this.#room,
      before,
      ...(limit !== undefined && { limit }),
    };
    return new Promise((resolve, reject: (error: ChatError) => void) => {
      this.#link.ask(question, { ok: resolve, failed: reject });
    });
  }

  #set(timeline: Timeline): void {
    if (timeline === this.#timeline) return;
    this.#timeline = timeline;
    this.#changed();
  }
}
