import type { RoomView } from "@natter/sdk";
import type { Restriction, Verb } from "@natter/sdk/protocol";

/**
 * Why nothing can be written just now:
 *
 * - `read-only`: no right to;
 * - `locked`: the room takes no messages;
 * - `muted`: a moderator has taken the right away for a while;
 * - `slow`: the pause between two messages is not over, until `until`. Writing goes on, sending waits.
 */
export type Hold =
  { kind: "read-only" | "locked" } | { kind: "muted"; mute: Restriction } | { kind: "slow"; until: number };

/** The reason that weighs most, or none. */
export function holdOf(
  {
    status,
    can,
    settings,
    messages,
    muted,
  }: Pick<RoomView, "status" | "can" | "settings" | "messages" | "muted">,
  now: number,
): Hold | undefined {
  // What one may do is known once one is inside.
  if (status === "joining" || status === "removed") return undefined;
  if (!can.has("post")) return { kind: "read-only" };
  if (muted && (muted.until ?? Infinity) > now) return { kind: "muted", mute: muted };
  if (isAboveTheRules(can)) return undefined;
  if (settings.locked) return { kind: "locked" };
  const until = pauseEnd(messages, settings.slowMode ?? 0);
  return until > now ? { kind: "slow", until } : undefined;
}

// Who may lock a room is not locked out of it, nor slowed down in it.
function isAboveTheRules(can: ReadonlySet<Verb>): boolean {
  return can.has("configure");
}

function pauseEnd(messages: RoomView["messages"], pauseSeconds: number): number {
  if (pauseSeconds === 0) return 0;
  const last = messages.findLast((message) => message.mine && message.state === undefined);
  return last ? last.at + pauseSeconds * 1000 : 0;
}
