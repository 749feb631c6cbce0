import type { Message, RoomEvent } from "../protocol/log.ts";
import type { RoomName } from "../protocol/room-name.ts";
import { answerTo, type Link } from "./link.ts";
import {
  EMPTY_TIMELINE,
  firstAfter,
  insertPage,
  replay,
  restart,
  seen,
  type Replay,
  type Span,
  type Start,
  type Timeline,
} from "./timeline.ts";
import type { ViewMessage } from "./view.ts";

/** Holds a room's timeline: takes what comes live, and fetches what is older. */
export interface History {
  timeline(): Timeline;
  /** Folds events in; says which were new, and whether one is missing. */
  replay(events: readonly RoomEvent[]): Replay;
  /** Begins again; without a start, from nothing. */
  restart(start?: Start): void;
  /** One page further back. False when the beginning is reached. */
  older(limit?: number): Promise<boolean>;
  /** One page of what is missing in a gap. False when the gap is closed. */
  load(gap: Span, limit?: number): Promise<boolean>;
  /** One message, asked for if it is not held. */
  find(seq: number): Promise<ViewMessage | undefined>;
}

/** @param brought told of the messages of every page that is put in, in the same turn as `changed` */
export function keepHistory(
  room: RoomName,
  link: Link,
  changed: () => void,
  brought: (messages: readonly Message[]) => void,
): History {
  /** Pages on their way, by the place before which they were asked for: whoever asks again gets the same one. */
  const pages = new Map<number, Promise<void>>();
  /** Events that came while pages were on their way: a page may be older than they are. */
  let late: RoomEvent[] = [];
  let timeline = EMPTY_TIMELINE;

  const set = (next: Timeline): void => {
    if (next === timeline) return;
    timeline = next;
    changed();
  };
  const ask = (before: number, limit?: number) =>
    answerTo(link, { type: "history", room, before, ...(limit && { limit }) });
  const page = (before: number, limit?: number): Promise<void> => {
    const underway = pages.get(before) ?? fetchPage(before, limit).finally(() => pages.delete(before));
    if (pages.size === 0) late = [];
    pages.set(before, underway);
    return underway;
  };
  const fetchPage = async (before: number, limit?: number): Promise<void> => {
    const { epoch } = timeline;
    const { messages, more } = await ask(before, limit);
    // Of another log by now, it would be no part of what is held.
    if (epoch !== timeline.epoch) return;
    set(insertPage(timeline, { before, messages, more, late }, link.user?.id));
    brought(messages);
  };

  return {
    timeline: () => timeline,
    replay(events) {
      const result = replay(timeline, events, link.user?.id);
      if (pages.size > 0) late.push(...result.applied);
      set(result.timeline);
      return result;
    },
    restart: (start) => set(start ? restart(timeline, start, link.user?.id) : EMPTY_TIMELINE),
    async older(limit) {
      if (timeline.from > 0) await page(timeline.from, limit);
      return timeline.from > 0;
    },
    async find(seq) {
      const held = firstAfter(timeline.messages, seq - 1);
      if (held?.seq === seq) return held;
      const [message] = (await ask(seq + 1, 1)).messages;
      return message?.seq === seq ? seen(message, link.user?.id) : undefined;
    },
    async load({ after }, limit) {
      if (timeline.from > 0) await page(timeline.from, limit);
      // Of a log that is gone nothing can be loaded, once all of the new one is held.
      else set({ ...timeline, gaps: [] });
      return timeline.gaps.some((gap) => gap.after === after);
    },
  };
}
