import type { Member } from "@natter/sdk/protocol";

/** Everybody in the order in which people look for them: oneself, who keeps order, then all others by name. */
export function inOrder(members: readonly Member[], ownId: string | undefined, lang: string): Member[] {
  const { compare } = new Intl.Collator(lang, { numeric: true });
  const rank = ({ id, role }: Member): number => (id === ownId ? 0 : keepsOrder(role) ? 1 : 2);
  return [...members].sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
}

/** True for a role whose bearers others turn to. */
export function keepsOrder(role: string | undefined): role is "admin" | "moderator" {
  return role === "admin" || role === "moderator";
}
