import type { RestrictedUser, Restriction as Told } from "@natter/sdk/protocol";
import type { Restriction } from "../engine/engine.ts";
import { inForce } from "./gate.ts";

/** A restriction as the wire tells it. */
export function toldOf({ until, reason }: Restriction): Told {
  return { ...(until !== undefined && { until }), ...(reason !== undefined && { reason }) };
}

/** Everybody for whom a mute or a ban holds now, ordered by id. */
export function restrictedNow(
  all: Iterable<[string, readonly Restriction[]]>,
  now: number,
): RestrictedUser[] {
  const restricted: RestrictedUser[] = [];
  for (const [user, held] of all) {
    const mute = inForce(held, "mute", now);
    const ban = inForce(held, "ban", now);
    const name = (ban ?? mute)?.name;
    if (!mute && !ban) continue;
    restricted.push({
      user,
      ...(name !== undefined && { name }),
      ...(mute && { mute: toldOf(mute) }),
      ...(ban && { ban: toldOf(ban) }),
    });
  }
  return restricted.sort((a, b) => (a.user < b.user ? -1 : 1));
}
