import type { Rights } from "../auth/permissions.ts";
import type { Room } from "../room/room.ts";
import type { Standing } from "../room/gate.ts";
import { authorityIn } from "./seat.ts";
import type { Session } from "./session.ts";

const NOBODY: Standing = { verbs: new Set(), restrictions: [], settings: {}, lastPostAt: undefined };

/** All that decides what a session's user may do in a room now. */
export function standingIn(session: Session, room: Room): Standing {
  const { open } = session;
  if (!open) return NOBODY;
  return standingOf(open.identity.user.id, authorityIn(open, room.name).rights, room);
}

/** The same of a user, whichever way they have come. */
export function standingOf(userId: string, rights: Rights, room: Room): Standing {
  return {
    verbs: rights.verbs,
    restrictions: room.state.restrictions(userId),
    settings: room.state.settings,
    lastPostAt: room.state.lastPostAt(userId),
  };
}
