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

/** The reason that weighs most, or none; `pauseUntil` is when slow mode lets this user send again. */
export function holdOf(
  { status, can, settings, muted }: Pick<RoomView, "status" | "can" | "settings" | "muted">,
  pauseUntil: number,
  now: number,
): Hold | undefined {
  // What one may do is known once one is inside.
  if (status === "joining" || status === "removed") return undefined;
  if (!can.has("post")) return { kind: "read-only" };
  if (muted && (muted.until ?? Infinity) > now) return { kind: "muted", mute: muted };
  if (isAboveTheRules(can)) return undefined;
  if (settings.locked) return { kind: "locked" };
  return pauseUntil > now ? { kind: "slow", until: pauseUntil } : undefined;
}

// Who may lock a room is not locked out of it, nor slowed down in it.
function isAboveTheRules(can: ReadonlySet<Verb>): boolean {
  return can.has("configure");
}
