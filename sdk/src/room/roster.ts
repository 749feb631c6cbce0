import type { Member, Person } from "../protocol/member.ts";

interface Typist {
  readonly user: Person;
  readonly until: number;
}

/**
 * Who is here and who types. A small room lists its members, a large one only counts them; which of the two it
 * is, the relay decides, and says so by what it sends.
 */
export interface Roster {
  readonly mode: "listed" | "counted";
  readonly members: readonly Member[];
  readonly count: number;
  readonly typing: readonly Typist[];
}

export const EMPTY_ROSTER: Roster = { mode: "counted", members: [], count: 0, typing: [] };

/** How long somebody is taken to be typing after they last said so. */
const TYPING_MS = 6_000;
/** How many typists are remembered; nobody reads further. */
const TYPISTS_MAX = 20;

/** A whole list (without one: only a count), as a join or the answer to `members` brings it. */
export function listed(roster: Roster, members: readonly Member[] | undefined, count: number): Roster {
  return { ...roster, mode: members ? "listed" : "counted", members: members ?? [], count };
}

/** Somebody came or went. */
export function present(
  roster: Roster,
  news: { count: number; joined?: readonly Member[]; left?: readonly string[] },
): Roster {
  const { count, joined, left } = news;
  if (!joined && !left) return { ...roster, mode: "counted", members: [], count };
  const gone = new Set([...(left ?? []), ...(joined ?? []).map((member) => member.id)]);
  const members = [...roster.members.filter((member) => !gone.has(member.id)), ...(joined ?? [])];
  const typing = roster.typing.filter(({ user }) => !left?.includes(user.id));
  return { mode: "listed", members, count, typing };
}

/** True when a list cannot be right: it has another length than the relay counts. */
export function isOutOfStep(roster: Roster): boolean {
  return roster.mode === "listed" && roster.members.length !== roster.count;
}

/** Somebody types, or stopped. */
export function typed(roster: Roster, user: Person, on: boolean, now: number): Roster {
  const others = roster.typing.filter((typist) => typist.user.id !== user.id);
  if (!on && others.length === roster.typing.length) return roster;
  const typing = on ? [...others, { user, until: now + TYPING_MS }].slice(-TYPISTS_MAX) : others;
  return { ...roster, typing };
}

/** Without those who have not said for a while that they type. */
export function settled(roster: Roster, now: number): Roster {
  const typing = roster.typing.filter(({ until }) => until > now);
  return typing.length === roster.typing.length ? roster : { ...roster, typing };
}

/** When `settled` will next change something, in ms since 1970. */
export function settlesAt(roster: Roster): number | undefined {
  return roster.typing[0]?.until;
}

/** The line is down: who types now is not known any more. */
export function hushed(roster: Roster): Roster {
  return roster.typing.length > 0 ? { ...roster, typing: [] } : roster;
}
