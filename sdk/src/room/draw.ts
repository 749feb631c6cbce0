import type { User } from "../protocol/member.ts";
import type { Attending } from "./attendance.ts";
import type { Entry } from "./outbox.ts";
import type { RoomStatus, ViewMessage } from "./view.ts";

/** What a screen is told about where this client stands. `hasJoined`: there is something to show. */
export function statusOf({ at }: Attending, hasJoined: boolean): RoomStatus {
  if (at === "inside") return "live";
  if (at === "removed") return at;
  if (!hasJoined) return "joining";
  return at === "joining" ? "recovering" : "stale";
}

// An entry never changes, so neither does its message: a list that compares by identity redraws nothing.
const drawn = new WeakMap<Entry, ViewMessage>();

/** A message that is not stored yet, as it is drawn; what is no message is not drawn at all. */
export function unsentMessage(entry: Entry, by: User = NOBODY_YET): ViewMessage[] {
  const { writing, at } = entry;
  if (writing.type !== "post") return [];
  const { type: _, ...content } = writing;
  const failure = entry.stage === "failed" && ({ state: "failed", error: entry.error } as const);
  const known = drawn.get(entry);
  const message =
    known?.by === by
      ? known
      : { ...content, seq: 0, at, by, mine: true, state: "pending" as const, ...failure };
  drawn.set(entry, message);
  return [message];
}

const NOBODY_YET: User = { id: "", name: "" };
