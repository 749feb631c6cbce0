import { html, type TemplateResult } from "lit";
import type { AnswerOf, AuditAction, Settings } from "@natter/sdk/protocol";
import { duration } from "../strings/formats.ts";
import { addressOf, ALL_OF_IT } from "./route.ts";

/** An entry of the audit. */
export type AuditEntry = AnswerOf<"readAudit">["entries"][number];

/** The page's language. Operators read the relay's log and its command line, which speak English as well. */
export const LANG = "en";

const moments = new Intl.DateTimeFormat(LANG, { dateStyle: "medium", timeStyle: "short" });

/** A moment, for people and for programs. */
export function moment(at: number): TemplateResult {
  return html`<time datetime=${new Date(at).toISOString()}>${moments.format(at)}</time>`;
}

/** A room's name that leads to the room. */
export function roomLink(room: string, shown = room): TemplateResult {
  return html`<a href=${addressOf({ page: "room", room })}><bdi>${shown}</bdi></a>`;
}

/** A user, by name where it is known, that leads to what can be done about them. */
export function userLink(id: string, name?: string): TemplateResult {
  return html`<a href=${addressOf({ page: "people", user: id })}><bdi>${name ?? id}</bdi></a>`;
}

/** All that the audit has of a user. */
export function auditOf(user: string): string {
  return addressOf({ page: "audit", filter: { ...ALL_OF_IT, user } });
}

/** What a restriction says: until when and why. */
export function restrictionWords(
  what: "Muted" | "Banned",
  { until, reason }: { until?: number; reason?: string },
): TemplateResult {
  return html`${what}
  ${until === undefined ? "for good" : html`until ${moment(until)}`}${
    reason === undefined ? "" : html`: <q dir="auto">${reason}</q>`
  }`;
}

/** The settings of a room in words, as the audit tells them. */
export function settingsWords({ title, slowMode, locked }: Settings): TemplateResult {
  return html`${title === undefined ? "no title" : html`title “<bdi>${title}</bdi>”`},
  ${slowMode === undefined ? "no slow mode" : `slow mode ${duration(slowMode, LANG)}`},
  ${locked === true ? "locked" : "not locked"}`;
}

/** What the audit keeps, by names to choose from. */
export const ACTION_NAMES: Readonly<Record<AuditAction, string>> = {
  kick: "kicks",
  mute: "mutes",
  unmute: "lifted mutes",
  ban: "bans",
  unban: "lifted bans",
  configure: "settings",
  delete: "deleted messages",
  "post-as": "messages in another’s name",
  "delete-room": "deleted rooms",
  disconnect: "disconnected users",
  revoke: "revoked users",
  "revoke-token": "revoked tokens",
  forget: "forgotten users",
  reload: "reloads of the configuration",
};

/** What somebody did, and to whom. */
export function deed({ action, user, token, target }: AuditEntry): TemplateResult {
  const whom = user === undefined ? "somebody" : userLink(user);
  switch (action) {
    case "kick":
      return html`kicked ${whom}`;
    case "mute":
      return html`muted ${whom}`;
    case "unmute":
      return html`lifted the mute of ${whom}`;
    case "ban":
      return html`banned ${whom}`;
    case "unban":
      return html`lifted the ban of ${whom}`;
    case "configure":
      return html`changed settings`;
    case "delete":
      return html`deleted message ${target} of ${whom}`;
    case "post-as":
      return html`wrote message ${target} in the name of ${whom}`;
    case "delete-room":
      return html`deleted the room, all that was`;
    case "disconnect":
      return html`disconnected ${whom}`;
    case "revoke":
      return html`revoked the tokens of ${whom}`;
    case "revoke-token":
      return html`revoked the token <bdi>${token}</bdi>`;
    case "forget":
      return html`forgot ${whom}`;
    case "reload":
      return html`reloaded the configuration`;
    default:
      return action satisfies never;
  }
}

/** How long a mute or a ban can be, in seconds, and in words; 0 is for good. */
export const LENGTHS: readonly (readonly [number, string])[] = [
  ...[600, 3600, 86_400, 604_800].map((seconds) => [seconds, duration(seconds, LANG)] as const),
  [0, "for good"],
];

/** The pauses of slow mode in the same way; 0 is none. */
export const PAUSES: readonly (readonly [number, string])[] = [
  [0, "off"],
  ...[5, 10, 30, 60, 300].map((seconds) => [seconds, duration(seconds, LANG)] as const),
];
