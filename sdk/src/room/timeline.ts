import type { Message, Position, RoomEvent } from "../protocol/log.ts";
import { amend, messageOf } from "./fold.ts";
import type { ViewMessage } from "./view.ts";

/** Between the messages `after` and `before` there may be others that are not held. */
export interface Span {
  readonly after: number;
  readonly before: number;
}

/**
 * What a client holds of a room's log: its place in it, and the messages folded so far, ordered by `seq`.
 * Immutable; every function here returns another one.
 *
 * What is held between two gaps is whole. Below a gap it is as it was when continuity was lost: edits and
 * deletions among those that were missed show only once the place is loaded again.
 */
export interface Timeline {
  /** The life of the log; undefined before the first join. */
  readonly epoch: string | undefined;
  /** The last event that is folded in. */
  readonly seq: number;
  readonly messages: readonly ViewMessage[];
  readonly gaps: readonly Span[];
  /** Everything from this `seq` on is held, but for the gaps; 0 when that is everything there is. */
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
 * Begins again where continuity was lost. What was held stays, behind a gap, as long as the log is the same; of
 * another log nothing that was held is true, and a gap at the beginning says that something was lost.
 */
export function restart(timeline: Timeline, start: Start, me: string | undefined): Timeline {
  const { epoch, seq } = start;
  const messages = start.messages.map((message) => seen(message, me));
  const from = floorOf(start, seq + 1);
  const bottom = { epoch, seq, messages, gaps: [], from };
  if (timeline.epoch === undefined) return bottom;
  if (timeline.epoch !== epoch || timeline.seq > seq) {
    return { ...bottom, gaps: [{ after: 0, before: messages[0]?.seq ?? seq + 1 }] };
  }
  const kept = timeline.messages.filter((message) => message.seq < from);
  const last = kept.at(-1);
  if (!last) return bottom;
  const gaps = covered(timeline.gaps, from);
  // A page that reaches back to the place that was held leaves nothing out.
  if (from > timeline.seq + 1) gaps.push({ after: last.seq, before: from });
  return { epoch, seq, messages: [...kept, ...messages], gaps, from: timeline.from };
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
 * Puts a page where it belongs: at the front, or at the newer edge of a gap. A page for a place that has gone
 * meanwhile (the room was reset, or trimmed) changes nothing.
 */
export function insertPage(timeline: Timeline, page: Page, me: string | undefined): Timeline {
  const { before } = page;
  const isWanted = before === timeline.from || timeline.gaps.some((gap) => gap.before === before);
  if (!isWanted) return timeline;
  const fresh = page.messages.map((message) => seen(message, me));
  for (const event of page.late) if (event.kind !== "message") fold(fresh, event, me);
  const floor = floorOf(page, 0);
  const older = timeline.messages.filter(({ seq }) => seq < floor);
  const newer = timeline.messages.filter(({ seq }) => seq >= before);
  return {
    ...timeline,
    messages: [...older, ...fresh, ...newer],
    gaps: covered(timeline.gaps, floor, before),
    from: Math.min(timeline.from, floor),
  };
}

/** From which `seq` on a page tells everything: from 0 when nothing is older than it. */
function floorOf(page: { messages: readonly Message[]; more: boolean }, whenEmpty: number): number {
  return page.more ? (page.messages[0]?.seq ?? whenEmpty) : 0;
}

/** What remains of gaps once everything from `floor` up to `before` is held. */
function covered(gaps: readonly Span[], floor: number, before = Infinity): Span[] {
  return gaps.flatMap((gap) => {
    if (gap.before > before) return [gap];
    return floor <= gap.after + 1 ? [] : [{ after: gap.after, before: Math.min(gap.before, floor) }];
  });
}

function seen(message: Message, me: string | undefined): ViewMessage {
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
  return { ...next, from, gaps: timeline.gaps.filter((gap) => gap.before > from) };
}
