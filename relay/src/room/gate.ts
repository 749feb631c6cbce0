import type { ErrorCode, Settings, Verb } from "@natter/sdk/protocol";
import type { Restriction } from "../engine/engine.ts";

/** Why somebody may not do something, as an `error` packet tells it. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  retryAfter?: number;
  /** A moderator's own words. */
  reason?: string;
}

/** All that decides about one user in one room. */
export interface Standing {
  verbs: ReadonlySet<Verb>;
  restrictions: readonly Restriction[];
  settings: Settings;
  /** When the user's last message of this room was accepted, in ms since 1970. */
  lastPostAt: number | undefined;
}

/** What somebody wants to do, as far as rights and moderation tell things apart. */
export type Act = "read" | "post" | "write" | "typing" | "signal" | "moderate";

/** Whether the user may do it now. Pure; undefined is yes. */
export function refusal(
  act: Act,
  verbs: readonly Verb[],
  standing: Standing,
  now: number,
): Refusal | undefined {
  const ban = inForce(standing.restrictions, "ban", now);
  if (ban) return restricted("banned", "You are banned from this room", ban, now);
  if (!verbs.some((verb) => standing.verbs.has(verb))) return forbidden(verbs);
  if (act === "read" || act === "moderate") return undefined;
  const mute = inForce(standing.restrictions, "mute", now);
  if (mute) return restricted("muted", "You are muted in this room", mute, now);
  // Who may lock a room is not locked out of it, nor slowed down in it.
  if (standing.verbs.has("configure")) return undefined;
  if (standing.settings.locked) {
    return { code: "locked", message: "This room is locked: only its moderators can write." };
  }
  return act === "post" ? tooSoon(standing, now) : undefined;
}

function tooSoon(standing: Standing, now: number): Refusal | undefined {
  const pauseMs = (standing.settings.slowMode ?? 0) * 1000;
  const retryAfter = (standing.lastPostAt ?? -Infinity) + pauseMs - now;
  if (retryAfter <= 0) return undefined;
  return {
    code: "slow-mode",
    message: `This room is in slow mode: one message every ${standing.settings.slowMode} seconds.`,
    retryAfter,
  };
}

function forbidden(verbs: readonly Verb[]): Refusal {
  const needed = verbs.map((verb) => `\`${verb}\``).join(" or ");
  return { code: "forbidden", message: `The token gives no right to do this here; it needs ${needed}.` };
}

/** The restriction of that kind that holds now, if there is one. */
export function inForce(
  restrictions: readonly Restriction[],
  kind: Restriction["kind"],
  now: number,
): Restriction | undefined {
  return restrictions.find(
    (found) => found.kind === kind && (found.until === undefined || found.until > now),
  );
}

function restricted(code: "banned" | "muted", what: string, restriction: Restriction, now: number): Refusal {
  const { until, reason } = restriction;
  return {
    code,
    message: what + (reason === undefined ? "." : `: ${reason}`),
    ...(until !== undefined && { retryAfter: until - now }),
    ...(reason !== undefined && { reason }),
  };
}
