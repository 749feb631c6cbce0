import type { EventKind } from "@natter/sdk/protocol";

/** What each kind of event is called where webhooks tell it. */
export const TYPE_OF_KIND = {
  message: "message.created",
  edit: "message.edited",
  delete: "message.deleted",
  reaction: "message.reacted",
  pin: "message.pinned",
  moderation: "user.moderated",
  settings: "room.configured",
} as const satisfies Record<EventKind, string>;

/** What webhooks can be told: the events of rooms, and whether anybody is in them. */
export const WEBHOOK_EVENTS = [...Object.values(TYPE_OF_KIND), "room.occupied", "room.vacated"] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** The kinds of events that are told under these names. */
export function kindsOf(events: readonly WebhookEvent[]): EventKind[] {
  return (Object.keys(TYPE_OF_KIND) as EventKind[]).filter((kind) => events.includes(TYPE_OF_KIND[kind]));
}
