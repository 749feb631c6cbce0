import type { RoomView, ViewMessage } from "./view.ts";

/** How many messages of others come after a read marker, and the first of them that is held. */
export function unreadAfter(
  messages: readonly ViewMessage[],
  read: number,
): Pick<RoomView, "unread" | "firstUnread"> {
  const unread = messages.filter(
    ({ seq, mine, deletedAt }) => seq > read && !mine && deletedAt === undefined,
  );
  return { unread: unread.length, ...(unread[0] && { firstUnread: unread[0].seq }) };
}
