import type { ChatError, ChatState, RoomView } from "@natter/sdk";

/**
 * What the visitor has to know about the connection, or nothing.
 *
 * - `catching-up`: the line is back, what was missed is on its way;
 * - `connecting`: again no line for a moment, or none yet at a further try;
 * - `waiting`: no line until `retryAt`;
 * - `offline`: this device has no network;
 * - `refused`: no line, and trying again would not help.
 */
export type Notice =
  | { kind: "catching-up" }
  | { kind: "connecting" }
  | { kind: "waiting"; retryAt: number }
  | { kind: "offline" }
  | { kind: "refused"; error: ChatError };

/** The one notice that matters most just now. */
export function noticeOf(
  chat: ChatState | undefined,
  room: RoomView["status"] | undefined,
  online: boolean,
): Notice | undefined {
  switch (chat?.status) {
    case "refused":
      return { kind: "refused", error: chat.error };
    case "waiting":
      return online ? { kind: "waiting", retryAt: chat.retryAt } : { kind: "offline" };
    case "connecting":
      if (!online) return { kind: "offline" };
      return room === "stale" || chat.attempt > 0 ? { kind: "connecting" } : undefined;
    case "open":
      return room === "recovering" ? { kind: "catching-up" } : undefined;
    case "idle":
    case "closed":
    case undefined:
      return undefined;
    default:
      return chat satisfies never;
  }
}
