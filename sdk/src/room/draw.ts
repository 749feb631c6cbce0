import type { ChatError } from "../chat-error.ts";
import type { User } from "../protocol/member.ts";
import type { Settings } from "../protocol/log.ts";
import type { Verb } from "../protocol/roles.ts";
import type { Attending } from "./attendance.ts";
import type { Entry, Outbox } from "./outbox.ts";
import { unreadAfter } from "./reading.ts";
import type { Roster } from "./roster.ts";
import type { Span, Timeline } from "./timeline.ts";
import type { Gap, RoomStatus, RoomView, ViewMessage } from "./view.ts";

/** All that a view is drawn from. */
export interface Scene {
  readonly room: string;
  readonly attending: Attending;
  readonly timeline: Timeline;
  readonly outbox: Outbox;
  readonly roster: Roster;
  readonly can: ReadonlySet<Verb>;
  readonly settings: Settings;
  /** The read marker. */
  readonly read: number;
  readonly user: User | undefined;
  /** Why there will be no line. */
  readonly refusal: ChatError | undefined;
  readonly gapOf: (span: Span) => Gap;
}

/** What a screen shows of a room. */
export function draw(scene: Scene): RoomView {
  const { room, attending, timeline, outbox, roster, can, settings, read, user, refusal, gapOf } = scene;
  const error = "error" in attending ? attending.error : refusal;
  return {
    room,
    status: statusOf(attending, timeline.epoch !== undefined),
    messages: withUnsent(timeline.messages, outbox, user),
    gaps: timeline.gaps.map(gapOf),
    members: roster.members,
    count: roster.count,
    typing: roster.typing.map((typist) => typist.user),
    can,
    settings,
    ...unreadAfter(timeline.messages, read),
    atBeginning: timeline.from === 0,
    ...(error && { error }),
  };
}

function statusOf(attending: Attending, hasJoined: boolean): RoomStatus {
  switch (attending.at) {
    case "inside":
      return "live";
    case "removed":
      return "removed";
    case "joining":
      return hasJoined ? "recovering" : "joining";
    case "outside":
    case "away":
    case "closed":
      return hasJoined ? "stale" : "joining";
    default:
      return attending satisfies never;
  }
}

function withUnsent(
  messages: readonly ViewMessage[],
  outbox: Outbox,
  user: User | undefined,
): readonly ViewMessage[] {
  const unsent = outbox.flatMap((entry) => unsentMessage(entry, user));
  return unsent.length > 0 ? [...messages, ...unsent] : messages;
}

// An entry never changes, so neither does its message: a list that compares by identity redraws nothing.
const drawn = new WeakMap<Entry, ViewMessage>();

function unsentMessage(entry: Entry, by: User = NOBODY_YET): ViewMessage[] {
  const { writing, at } = entry;
  if (writing.type !== "post") return [];
  const known = drawn.get(entry);
  if (known?.by === by) return [known];
  const { type: _, ...content } = writing;
  const own = { ...content, seq: 0, at, by, mine: true };
  const message: ViewMessage =
    entry.stage === "failed" ? { ...own, state: "failed", error: entry.error } : { ...own, state: "pending" };
  drawn.set(entry, message);
  return [message];
}

const NOBODY_YET: User = { id: "", name: "" };
