import type { ViewMessage } from "./view.ts";

/** How many messages of others come after a read marker, and the first of them that is held. */
export function unreadAfter(
  messages: readonly ViewMessage[],
  read: number,
): { unread: number; firstUnread?: number } {
  let unread = 0;
  let firstUnread: number | undefined;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (!message || message.seq <= read) break;
    if (message.mine || message.deletedAt !== undefined) continue;
    unread++;
    firstUnread = message.seq;
  }
  return firstUnread === undefined ? { unread } : { unread, firstUnread };
}
