import type { Member, Person } from "../protocol/member.ts";

/**
 * Who is here and who types. A small room lists its members, a large one only counts them; which of the two it
 * is, the relay decides, and says so by what it sends.
 */
export interface Roster {
  /** Nobody, in a room that is only counted. */
  readonly members: readonly Member[];
  readonly count: number;
  /** In the order in which they last said that they type; `until` is when that is forgotten. */
  readonly typing: readonly (Person & { readonly until: number })[];
}

export const EMPTY_ROSTER: Roster = { members: [], count: 0, typing: [] };

/** How long somebody is taken to be typing after they last said so. */
const TYPING_MS = 6_000;
/** How many typists are remembered; nobody reads further. */
const TYPISTS_MAX = 20;

/** Who came and who went; without either, the room has become too large to list. */
export interface News {
  readonly count: number;
  readonly joined?: readonly Member[];
  readonly left?: readonly string[];
}

/** Somebody came or went. */
export function present(roster: Roster, news: News): Roster {
  const { count, joined = [], left = [] } = news;
  if (!isListed(news)) return { ...roster, members: [], count };
  const gone = [...left, ...joined.map(({ id }) => id)];
  const members = [...roster.members.filter(({ id }) => !gone.includes(id)), ...joined];
  return { ...roster, members, count };
}

/** True when a list cannot be right after some news: it has another length than the relay counts. */
export function isOutOfStep({ members, count }: Roster, news: News): boolean {
  return isListed(news) && members.length !== count;
}

function isListed({ joined, left }: News): boolean {
  return joined !== undefined || left !== undefined;
}

/** Somebody types, or stopped (or has written, or left). */
export function typed(roster: Roster, { id, name }: Person, on: boolean, now: number): Roster {
  const others = roster.typing.filter((typist) => typist.id !== id);
  if (on) others.push({ id, name, until: now + TYPING_MS });
  else if (others.length === roster.typing.length) return roster;
  return { ...roster, typing: others.slice(-TYPISTS_MAX) };
}

/** Without those who have not said for a while that they type; with `now` Infinity, without all of them. */
export function settled(roster: Roster, now: number): Roster {
  return { ...roster, typing: roster.typing.filter(({ until }) => until > now) };
}
