import type { RoomEvent } from "@natter/sdk/protocol";
import type { AuditRecord, Draft } from "./engine.ts";

/**
 * What the audit keeps of something that became an event: moderation, settings, deleting what others wrote, and
 * speaking in another's name; undefined for all else. Pure.
 *
 * @param targetAuthor the id of who wrote what the event targets
 */
export function auditRecordOf(
  event: RoomEvent,
  { actor = {} }: Draft,
  targetAuthor: string | undefined,
): AuditRecord | undefined {
  const { address, user = event.by.id } = actor;
  const who = { by: user, room: event.room, ...(address !== undefined && { address }) };
  switch (event.kind) {
    case "moderation":
      return {
        ...who,
        action: event.action,
        user: event.user,
        ...(event.until !== undefined && { until: event.until }),
        ...(event.reason !== undefined && { reason: event.reason }),
      };
    case "settings":
      return { ...who, action: "configure", settings: event.settings };
    case "delete":
      // Who forgets somebody has a record of that, which stands for all their messages.
      if (targetAuthor === undefined || targetAuthor === user || event.author) return undefined;
      return {
        ...who,
        action: "delete",
        user: targetAuthor,
        target: event.target,
        ...(event.reason !== undefined && { reason: event.reason }),
      };
    case "message":
      return user === event.by.id
        ? undefined
        : { ...who, action: "post-as", user: event.by.id, target: event.seq };
    case "edit":
    case "reaction":
    case "pin":
      return undefined;
    default:
      return event satisfies never;
  }
}
