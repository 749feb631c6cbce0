import { LIMITS, type Author, type Message, type RoomEvent, type Settings } from "@natter/sdk/protocol";
import type { Restriction } from "./engine.ts";

/**
 * A message as logs keep it: the fold of its events, with reactions by user so that `mine` and `count` can be
 * told to anyone.
 */
export interface StoredMessage {
  seq: number;
  at: number;
  id: string;
  by: Author;
  text: string;
  reply?: number;
  data?: Record<string, unknown>;
  editedAt?: number;
  deletedAt?: number;
  removed?: { reason?: string };
  pinned?: boolean;
  /** Who holds each emoji, in the order they came. */
  reactions?: Record<string, string[]>;
}

type MessageEvent = Extract<RoomEvent, { kind: "message" }>;
type TargetingEvent = Extract<RoomEvent, { target: number }>;

/** The message that a message event begins. */
export function startMessage(event: MessageEvent): StoredMessage {
  const { seq, at, id, by, text } = event;
  const message: StoredMessage = { seq, at, id, by, text };
  if (event.reply !== undefined) message.reply = event.reply;
  if (event.data) message.data = event.data;
  return message;
}

/** The message after an event that targets it. */
export function foldInto(message: StoredMessage, event: TargetingEvent): StoredMessage {
  switch (event.kind) {
    case "edit":
      return { ...message, text: event.text, editedAt: event.at };
    case "delete":
      return erased(message, event);
    case "reaction":
      return withReaction(message, event.emoji, event.by.id, event.on);
    case "pin": {
      const { pinned: _, ...rest } = message;
      return event.on ? { ...rest, pinned: true } : rest;
    }
    default:
      return event satisfies never;
  }
}

/**
 * What is left of a deleted message: its place, its author, when it went, and why if it was not they who did it.
 * Of one who was forgotten another stands there, and nobody is told to have removed anything.
 */
function erased(
  { seq, at, id, by, reply }: StoredMessage,
  { at: deletedAt, by: deleter, reason, author }: Extract<RoomEvent, { kind: "delete" }>,
): StoredMessage {
  const left: StoredMessage = {
    seq,
    at,
    id,
    by: author ?? by,
    text: "",
    ...(reply !== undefined && { reply }),
    deletedAt,
  };
  if (!author && deleter.id !== by.id) left.removed = reason === undefined ? {} : { reason };
  return left;
}

/** The pinned messages after an event that targets one; the one pinned first gives way when there are too many. */
export function foldPins(pins: readonly number[], event: TargetingEvent): readonly number[] {
  if (event.kind !== "pin" && event.kind !== "delete") return pins;
  const others = pins.filter((seq) => seq !== event.target);
  return event.kind === "pin" && event.on ? [...others, event.target].slice(-LIMITS.pins) : others;
}

function withReaction(message: StoredMessage, emoji: string, user: string, on: boolean): StoredMessage {
  const others = (message.reactions?.[emoji] ?? []).filter((holder) => holder !== user);
  const holders = on ? [...others, user] : others;
  const { reactions: _, ...rest } = message;
  const entries = Object.entries(message.reactions ?? {}).filter(([key]) => key !== emoji);
  if (holders.length > 0) entries.push([emoji, holders]);
  return entries.length > 0 ? { ...rest, reactions: Object.fromEntries(entries) } : rest;
}

/** A message without one who was forgotten: another stands in their place as author and as holder of reactions. */
export function withoutUser(message: StoredMessage, user: string, author: Author): StoredMessage {
  const isAuthor = message.by.id === user;
  const { reactions } = message;
  if (!isAuthor && !Object.values(reactions ?? {}).some((holders) => holders.includes(user))) return message;
  const held = Object.entries(reactions ?? {}).map(([emoji, holders]) => {
    return [emoji, holders.map((holder) => (holder === user ? author.id : holder))] as const;
  });
  return {
    ...message,
    ...(isAuthor && { by: author }),
    ...(reactions && { reactions: Object.fromEntries(held) }),
  };
}

/**
 * An event as it may still be told once a user was forgotten: without their words and by another in their place, if it
 * was theirs; without their name, if it was done to them. Events that do not concern them are what they were.
 */
export function eventWithout(event: RoomEvent, user: string, author: Author): RoomEvent {
  const unnamed = event.kind === "moderation" && event.user === user ? withoutName(event) : event;
  return event.by.id === user ? { ...erasedEvent(unnamed), by: author } : unnamed;
}

/** What holds for a user who was forgotten: the same, without their name. */
export function withoutName<T extends { name?: string }>(named: T): T {
  if (named.name === undefined) return named;
  const { name: _, ...rest } = named;
  return rest as T;
}

/** How many users hold an emoji on a message. */
export function reactionCount(message: StoredMessage, emoji: string): number {
  return message.reactions?.[emoji]?.length ?? 0;
}

/** The message as the wire tells it to one reader. */
export function messageFor(reader: string, stored: StoredMessage): Message {
  const { reactions, ...message } = stored;
  if (!reactions) return message;
  const told = Object.entries(reactions).map(([emoji, holders]) => [
    emoji,
    { count: holders.length, mine: holders.includes(reader) },
  ]);
  return { ...message, reactions: Object.fromEntries(told) as NonNullable<Message["reactions"]> };
}

/**
 * An event as it may still be told once the message it concerns is deleted: the text is gone, the place in the
 * log stays, so that `seq` has no hole.
 */
export function erasedEvent(event: RoomEvent): RoomEvent {
  if (event.kind === "message") {
    const { data: _, ...rest } = event;
    return { ...rest, text: "" };
  }
  return event.kind === "edit" ? { ...event, text: "" } : event;
}

/** The settings after a change; an empty title and a zero pause are no setting at all. */
export function foldSettings(settings: Settings, change: Settings): Settings {
  const next = { ...settings, ...change };
  if (next.title === "") delete next.title;
  if (next.slowMode === 0) delete next.slowMode;
  if (next.locked === false) delete next.locked;
  return next;
}

/** A user's restrictions after a moderation event; a kick leaves none. */
export function foldRestrictions(
  restrictions: readonly Restriction[],
  event: Extract<RoomEvent, { kind: "moderation" }>,
): Restriction[] {
  const kind = event.action === "ban" || event.action === "unban" ? "ban" : "mute";
  if (event.action === "kick") return [...restrictions];
  const others = restrictions.filter((restriction) => restriction.kind !== kind);
  if (event.action === "unban" || event.action === "unmute") return others;
  return [
    ...others,
    {
      kind,
      ...(event.name !== undefined && { name: event.name }),
      ...(event.until !== undefined && { until: event.until }),
      ...(event.reason !== undefined && { reason: event.reason }),
    },
  ];
}
