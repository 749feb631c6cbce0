import type { Message, Position, RoomEvent } from "../protocol/log.ts";
import { amend, messageOf } from "./fold.ts";
import type { ViewMessage } from "./view.ts";

/** After the event `after` and before the message `before` there may be messages that were never held. */
export interface Span {
  readonly after: number;
  readonly before: number;
}

/**
 * What a client holds of a room's log: its place in it, and the messages folded so far, ordered by `seq`. What
 * is held is whole, from its oldest message to its place. Immutable; every function here returns another one.
 */
export interface Timeline {
  /** The life of the log; undefined before the first join. */
  readonly epoch: string | undefined;
  /** The last event that is folded in. */
  readonly seq: number;
  readonly messages: readonly ViewMessage[];
  /** Where continuity was lost, if it was: above the oldest message held. */
  readonly gaps: readonly Span[];
  /** Every message from this `seq` on is held; 0 when that is every one there is. */
  readonly from: number;
}

export const EMPTY_TIMELINE: Timeline = { epoch: undefined, seq: 0, messages: [], gaps: [], from: 1 };

/** Messages held at most; a page that stays open for a month must not grow for a month. */
const MAX_MESSAGES = 5_000;
/** How many go at once when there are too many, so that not every message moves all others. */
const TRIM = 500;

/** The place to go on from after a line was lost, or undefined before the first join. */
export function positionOf(timeline: Timeline): Position | undefined {
  return timeline.epoch === undefined ? undefined : { epoch: timeline.epoch, seq: timeline.seq };
}

/** The outcome of a replay. `missing` when an event's `seq` jumped: it and all after it are not applied. */
export interface Replay {
  readonly timeline: Timeline;
  readonly applied: readonly RoomEvent[];
  readonly missing: boolean;
}

/** Applies events in order. Those that are folded in already are passed over. */
export function replay(timeline: Timeline, events: readonly RoomEvent[], me: string | undefined): Replay {
  const messages = [...timeline.messages];
  const applied: RoomEvent[] = [];
  let { seq } = timeline;
  for (const event of events) {
    if (event.seq <= seq) continue;
    if (event.seq > seq + 1) return { timeline: grown(timeline, seq, messages), applied, missing: true };
    fold(messages, event, me);
    applied.push(event);
    ({ seq } = event);
  }
  return {
    timeline: applied.length > 0 ? grown(timeline, seq, messages) : timeline,
    applied,
    missing: false,
  };
}

/** What a join or a reset starts from. */
export interface Start extends Position {
  readonly messages: readonly Message[];
  readonly more: boolean;
}

/**
 * Begins again where continuity was lost, with the page that came and nothing else: what was held may have been
 * edited or deleted meanwhile, and must not be shown as if it still stood. A gap says what is missing: everything
 * since the place that was held, or, in another log, nobody knows how much.
 */
export function restart(timeline: Timeline, start: Start, me: string | undefined): Timeline {
  const { epoch, seq } = start;
  const messages = start.messages.map((message) => seen(message, me));
  const from = floorOf(start, seq + 1);
  const next = { epoch, seq, messages, gaps: [], from };
  if (timeline.epoch === undefined) return next;
  if (timeline.epoch !== epoch || timeline.seq > seq) {
    return { ...next, gaps: [{ after: 0, before: messages[0]?.seq ?? seq + 1 }] };
  }
  // A page that reaches back to the place that was held leaves nothing out.
  return from > timeline.seq + 1 ? { ...next, gaps: [{ after: timeline.seq, before: from }] } : next;
}

/** A page of history: what was asked for, and what came. */
export interface Page {
  readonly before: number;
  readonly messages: readonly Message[];
  readonly more: boolean;
  /** Events that came while the page was on its way: it may be older than they are. */
  readonly late: readonly RoomEvent[];
}

/**
 * Puts a page on top. One for a place that has gone meanwhile (the room was reset, or trimmed) changes nothing.
 */
export function insertPage(timeline: Timeline, page: Page, me: string | undefined): Timeline {
  if (page.before !== timeline.from) return timeline;
  const older = page.messages.map((message) => seen(message, me));
  for (const event of page.late) if (event.kind !== "message") fold(older, event, me);
  const from = floorOf(page, 0);
  const gaps = timeline.gaps
    .filter(({ after }) => after + 1 < from)
    .map(({ after }) => ({ after, before: from }));
  return { ...timeline, messages: [...older, ...timeline.messages], gaps, from };
}

/** From which `seq` on a page tells everything: from 0 when nothing is older than it. */
function floorOf(page: { messages: readonly Message[]; more: boolean }, whenEmpty: number): number {
  return page.more ? (page.messages[0]?.seq ?? whenEmpty) : 0;
}

/** A message as its reader sees it. */
export function seen(message: Message, me: string | undefined): ViewMessage {
  return { ...message, mine: message.by.id === me };
}

/** Folds one event into messages that are this function's caller's own. */
function fold(messages: ViewMessage[], event: RoomEvent, me: string | undefined): void {
  if (event.kind === "message") messages.push(seen(messageOf(event), me));
  if (!("target" in event)) return;
  const at = indexAfter(messages, event.target - 1);
  const message = messages[at];
  if (message?.seq === event.target) messages[at] = amend(message, event, me);
}

/** Where the first message after a place is, or would be. */
function indexAfter(messages: readonly ViewMessage[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first message held that comes after a place. */
export function firstAfter(messages: readonly ViewMessage[], seq: number): ViewMessage | undefined {
  return messages[indexAfter(messages, seq)];
}

/** The timeline after events; the oldest messages go when there are too many. */
function grown(timeline: Timeline, seq: number, messages: ViewMessage[]): Timeline {
  const next = { ...timeline, seq, messages };
  if (messages.length <= MAX_MESSAGES) return next;
  messages.splice(0, TRIM);
  const from = messages[0]?.seq ?? seq + 1;
  return { ...next, from, gaps: [] };
}
