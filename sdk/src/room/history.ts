import type { ChatError } from "../chat-error.ts";
import type { RoomEvent } from "../protocol/log.ts";
import type { HistoryResult } from "../protocol/relay-packets.ts";
import type { RoomName } from "../protocol/room-name.ts";
import type { Link } from "./link.ts";
import {
  EMPTY_TIMELINE,
  insertPage,
  replay,
  restart,
  type Replay,
  type Span,
  type Start,
  type Timeline,
} from "./timeline.ts";

/** Holds a room's timeline: takes what comes live, and fetches what is older. */
export interface History {
  timeline(): Timeline;
  /** Folds events in; says which were new, and whether one is missing. */
  replay(events: readonly RoomEvent[]): Replay;
  /** Begins again; returns the gap that this tore, if it did. */
  restart(start: Start): Span | undefined;
  /** Forgets everything, as for another user. */
  reset(): void;
  /** One page further back. False when the beginning is reached. */
  older(limit?: number): Promise<boolean>;
  /** One page of what is missing in a gap. False when the gap is closed. */
  load(gap: Span, limit?: number): Promise<boolean>;
}

export function keepHistory(room: RoomName, link: Link, changed: () => void): History {
  /** Pages on their way, by the place before which they were asked for: whoever asks again gets the same one. */
  const pages = new Map<number, Promise<void>>();
  /** For each page on its way, the events that came since it was asked for. */
  const late = new Set<RoomEvent[]>();
  let timeline = EMPTY_TIMELINE;

  const set = (next: Timeline): void => {
    if (next === timeline) return;
    timeline = next;
    changed();
  };
  const page = (before: number, limit?: number): Promise<void> => {
    const underway = pages.get(before) ?? fetchPage(before, limit).finally(() => pages.delete(before));
    pages.set(before, underway);
    return underway;
  };
  const fetchPage = async (before: number, limit: number | undefined): Promise<void> => {
    const { epoch } = timeline;
    const since: RoomEvent[] = [];
    late.add(since);
    try {
      const { messages, more } = await ask(before, limit);
      // Of another log by now: what came is no part of what is held.
      if (epoch !== timeline.epoch) return;
      set(insertPage(timeline, { before, messages, more, late: since }, link.user?.id));
    } finally {
      late.delete(since);
    }
  };
  const ask = (before: number, limit: number | undefined): Promise<HistoryResult> =>
    new Promise((resolve, reject: (error: ChatError) => void) => {
      const question = { type: "history" as const, room, before, ...(limit && { limit }) };
      link.ask(question, { ok: resolve, failed: reject });
    });

  return {
    timeline: () => timeline,
    replay(events) {
      const result = replay(timeline, events, link.user?.id);
      for (const since of late) since.push(...result.applied);
      set(result.timeline);
      return result;
    },
    restart(start) {
      const { gaps } = timeline;
      set(restart(timeline, start, link.user?.id));
      return timeline.gaps.find((gap) => !gaps.includes(gap));
    },
    reset: () => set(EMPTY_TIMELINE),
    async older(limit) {
      if (timeline.from > 0) await page(timeline.from, limit);
      return timeline.from > 0;
    },
    async load(gap, limit) {
      const find = (): Span | undefined => timeline.gaps.find(({ after }) => after === gap.after);
      const open = find();
      if (open) await page(open.before, limit);
      return find() !== undefined;
    },
  };
}
