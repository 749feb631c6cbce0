import { LIMITS, type ErrorCode, type RoomEvent, type RoomName, type Settings } from "@natter/sdk/protocol";
import type { Draft } from "./engine.ts";
import { foldSettings, reactionCount, type StoredMessage } from "./fold.ts";

/** What a log knows of a room when it decides about a draft. */
export interface RoomFacts {
  room: RoomName;
  /** The next free place. */
  seq: number;
  /** The relay's time, not before that of the last event. */
  at: number;
  settings: Settings;
  message(seq: number): StoredMessage | undefined;
}

/** The event that a draft becomes, or why it does not. */
export type Decision = { ok: true; event: RoomEvent } | { ok: false; code: ErrorCode; message: string };

/**
 * Decides what a draft becomes in a room. Every log that runs in this process asks here, so that no two
 * storages can differ about what is allowed. Pure.
 */
export function decide(draft: Draft, facts: RoomFacts): Decision {
  const { content } = draft;
  if (content.kind === "message") return decideMessage(draft, content, facts);
  const place = {
    type: "event" as const,
    room: facts.room,
    seq: facts.seq,
    at: facts.at,
    id: draft.id,
    by: draft.by,
  };
  switch (content.kind) {
    case "settings":
      return {
        ok: true,
        event: { ...place, kind: "settings", settings: foldSettings(facts.settings, content.change) },
      };
    case "moderation":
      return { ok: true, event: { ...place, ...content } };
    case "edit":
    case "delete":
    case "pin":
      return refuseTarget(draft, facts, content.target) ?? { ok: true, event: { ...place, ...content } };
    case "reaction":
      return refuseTarget(draft, facts, content.target) ?? decideReaction(place, content, facts);
    default:
      return content satisfies never;
  }
}

/** What nearly every draft is; written out, for a spread costs more than all the rest of it. */
function decideMessage(
  { id, by }: Draft,
  { text, reply, data }: Extract<Draft["content"], { kind: "message" }>,
  facts: RoomFacts,
): Decision {
  if (reply !== undefined && !facts.message(reply)) {
    return refuse("not-found", `\`reply\` ${reply} is no message of this room.`);
  }
  const { room, seq, at } = facts;
  const event: Extract<RoomEvent, { kind: "message" }> = {
    type: "event",
    room,
    seq,
    at,
    id,
    by,
    kind: "message",
    text,
  };
  if (reply !== undefined) event.reply = reply;
  if (data) event.data = data;
  return { ok: true, event };
}

type Place = Pick<RoomEvent, "room" | "seq" | "at" | "id" | "by"> & { type: "event" };

function decideReaction(
  place: Place,
  content: Extract<Draft["content"], { kind: "reaction" }>,
  facts: RoomFacts,
): Decision {
  const message = facts.message(content.target) as StoredMessage;
  const holders = message.reactions?.[content.emoji] ?? [];
  const different = Object.keys(message.reactions ?? {}).length;
  if (content.on && holders.length === 0 && different >= LIMITS.emojiPerMessage) {
    return refuse(
      "too-large",
      `This message has ${different} different reactions already; use one of those.`,
    );
  }
  const change = holders.includes(place.by.id) === content.on ? 0 : content.on ? 1 : -1;
  return {
    ok: true,
    event: { ...place, ...content, count: reactionCount(message, content.emoji) + change },
  };
}

function refuseTarget(draft: Draft, facts: RoomFacts, target: number): Decision | undefined {
  const message = facts.message(target);
  if (!message || message.deletedAt !== undefined) {
    return refuse("not-found", `\`target\` ${target} is no message of this room, or it is deleted.`);
  }
  if (draft.ownOnly && message.by.id !== draft.by.id) {
    return refuse("forbidden", "The token gives the right to change only messages of its own user.");
  }
  return undefined;
}

function refuse(code: ErrorCode, message: string): Decision {
  return { ok: false, code, message };
}
