import { startOfDay, startOfNextDay } from "../strings/formats.ts";
import type { Notice } from "../moderation/notices.ts";
import type { Gap, ViewMessage } from "@natter/sdk";

/** What stands below each other in the list; `key` stays the same for the same thing. */
export type ListItem =
  | { kind: "day"; key: string; at: number }
  | { kind: "gap"; key: string; gap: Gap }
  | { kind: "unread"; key: string }
  | { kind: "notice"; key: string; notice: Notice }
  | MessageItem;

/** A message, and whether it is the first or the last of what its author said in one go. */
export interface MessageItem {
  kind: "message";
  key: string;
  message: ViewMessage;
  opens: boolean;
  closes: boolean;
}

/** The key of the line above what is unread; there is one at most. */
export const UNREAD_KEY = "unread";

/** Messages of one author this close together are one group, with one name and one time above it. */
export const GROUP_MS = 5 * 60_000;

/** What a list is made of. */
export interface Matter {
  messages: readonly ViewMessage[];
  gaps: readonly Gap[];
  /** The `seq` of the first message below the unread divider. */
  unreadFrom: number | undefined;
  notices: readonly Notice[];
}

/** A list, and what it was made of. */
export interface Made extends Matter {
  items: readonly ListItem[];
}

/**
 * Puts days, gaps, notices and the unread divider between messages, and messages into groups.
 *
 * @param before The same list as it was made last. As far as nothing changed since, its items are taken over: most
 * often one message came at the end of thousands.
 */
export function listItems(matter: Matter, before?: Made): Made {
  const { messages, gaps, unreadFrom, notices } = matter;
  const kept = before ? unchanged(matter, before) : 0;
  if (before && kept === messages.length && kept === before.messages.length) return before;
  const items = before && kept > 0 ? itemsUpTo(before.items, messages[kept - 1]) : [];
  let previous = items.at(-1) as MessageItem | undefined;
  const last = previous?.message;
  const day = items.findLast(({ kind }) => kind === "day") as Extract<ListItem, { kind: "day" }> | undefined;
  let dayEnds = day ? startOfNextDay(day.at) : -Infinity;
  let nextGap = last ? gaps.filter(({ after }) => isAfter(last, after)).length : 0;
  let unreadShown = unreadFrom === undefined || (last !== undefined && isAfter(last, unreadFrom - 1));
  // What was done before the oldest message held would stand at the wrong place.
  const oldest = messages.find(({ seq }) => seq > 0)?.seq ?? Infinity;
  const untold = notices.filter(({ seq }) => seq > oldest && !(last && isAfter(last, seq)));
  const tell = (before: number): void => {
    for (let notice = untold[0]; notice && notice.seq < before; notice = untold[0]) {
      items.push({ kind: "notice", key: `notice ${notice.seq} ${notice.deed}`, notice });
      untold.shift();
    }
  };

  for (let at = Math.max(0, kept); at < messages.length; at++) {
    const message = messages[at];
    if (!message) break;
    const count = items.length;
    for (let gap = gaps[nextGap]; gap && isAfter(message, gap.after); gap = gaps[++nextGap]) {
      items.push({ kind: "gap", key: `gap ${gap.after}`, gap });
    }
    tell(message.seq || Infinity);
    if (message.at >= dayEnds) {
      const start = startOfDay(message.at);
      items.push({ kind: "day", key: `day ${start}`, at: start });
      dayEnds = startOfNextDay(message.at);
    }
    if (!unreadShown && message.seq > 0 && isAfter(message, (unreadFrom ?? 0) - 1)) {
      unreadShown = true;
      items.push({ kind: "unread", key: UNREAD_KEY });
    }
    const opens = items.length > count || !previous || !belongTogether(previous.message, message);
    if (previous) previous.closes = opens;
    previous = { kind: "message", key: keyOf(message), message, opens, closes: true };
    items.push(previous);
  }
  tell(Infinity);
  for (const gap of gaps.slice(nextGap)) items.push({ kind: "gap", key: `gap ${gap.after}`, gap });
  return { ...matter, items };
}

/** How many messages from the first on are the ones they were; -1 if not the same things stand between them. */
function unchanged({ messages, gaps, unreadFrom, notices }: Matter, before: Made): number {
  const isSame =
    unreadFrom === before.unreadFrom && alike(gaps, before.gaps) && alike(notices, before.notices);
  if (!isSame) return -1;
  const most = Math.min(messages.length, before.messages.length);
  let kept = 0;
  while (kept < most && messages[kept] === before.messages[kept]) kept++;
  return kept;
}

function alike(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}

/** Items of before up to that message, which may get another neighbour: so it is a new one. */
function itemsUpTo(items: readonly ListItem[], message: ViewMessage | undefined): ListItem[] {
  const at = items.findLastIndex((item) => item.kind === "message" && item.message === message);
  const last = items[at] as MessageItem | undefined;
  return last ? [...items.slice(0, at), { ...last, closes: true }] : [];
}

/** Those not stored, with 0, stand at the end. */
function isAfter({ seq }: ViewMessage, place: number): boolean {
  return seq === 0 || seq > place;
}

/** The same for a message before and after the relay stored it, so that it keeps its place on the screen. */
export function keyOf(message: ViewMessage): string {
  return `${message.by.id}/${message.id}`;
}

function belongTogether(earlier: ViewMessage, later: ViewMessage): boolean {
  return earlier.by.id === later.by.id && later.at - earlier.at < GROUP_MS && earlier.state !== "failed";
}
