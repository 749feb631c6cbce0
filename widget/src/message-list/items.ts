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

/** Puts days, gaps, notices and the unread divider between messages, and messages into groups. */
export function listItems(
  messages: readonly ViewMessage[],
  gaps: readonly Gap[],
  unreadFrom: number | undefined,
  notices: readonly Notice[] = [],
): ListItem[] {
  const items: ListItem[] = [];
  let previous: MessageItem | undefined;
  let dayEnds = -Infinity;
  let nextGap = 0;
  let unreadShown = unreadFrom === undefined;
  // What was done before the oldest message held would stand at the wrong place.
  const oldest = messages.find(({ seq }) => seq > 0)?.seq ?? Infinity;
  const told = notices.filter(({ seq }) => seq > oldest);
  const tell = (before: number): void => {
    for (let notice = told[0]; notice && notice.seq < before; notice = told[0]) {
      items.push({ kind: "notice", key: `notice ${notice.seq} ${notice.deed}`, notice });
      told.shift();
    }
  };

  for (const message of messages) {
    const stored = message.seq > 0;
    const before = items.length;
    for (let gap = gaps[nextGap]; gap && (!stored || message.seq > gap.after); gap = gaps[++nextGap]) {
      items.push({ kind: "gap", key: `gap ${gap.after}`, gap });
    }
    tell(message.seq || Infinity);
    if (message.at >= dayEnds) {
      const at = startOfDay(message.at);
      items.push({ kind: "day", key: `day ${at}`, at });
      dayEnds = startOfNextDay(message.at);
    }
    if (!unreadShown && stored && unreadFrom !== undefined && message.seq >= unreadFrom) {
      unreadShown = true;
      items.push({ kind: "unread", key: UNREAD_KEY });
    }
    const opens = items.length > before || !previous || !belongTogether(previous.message, message);
    if (previous && opens) previous.closes = true;
    previous = { kind: "message", key: keyOf(message), message, opens, closes: false };
    items.push(previous);
  }
  if (previous) previous.closes = true;
  tell(Infinity);
  for (const gap of gaps.slice(nextGap)) items.push({ kind: "gap", key: `gap ${gap.after}`, gap });
  return items;
}

/** The same for a message before and after the relay stored it, so that it keeps its place on the screen. */
export function keyOf(message: ViewMessage): string {
  return `${message.by.id}/${message.id}`;
}

function belongTogether(earlier: ViewMessage, later: ViewMessage): boolean {
  return earlier.by.id === later.by.id && later.at - earlier.at < GROUP_MS && earlier.state !== "failed";
}
