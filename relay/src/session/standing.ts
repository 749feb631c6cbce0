import type { Room } from "../room/room.ts";
import type { Standing } from "../room/gate.ts";
import { authorityIn } from "./seat.ts";
import type { Session } from "./session.ts";

const NOBODY: Standing = { verbs: new Set(), restrictions: [], settings: {}, lastPostAt: undefined };

/** All that decides what a session's user may do in a room now. */
export function standingIn(session: Session, room: Room): Standing {
  const { open } = session;
  if (!open) return NOBODY;
  const userId = open.identity.user.id;
  return {
    verbs: authorityIn(open, room.name).rights.verbs,
    restrictions: room.state.restrictions(userId),
    settings: room.state.settings,
    lastPostAt: room.state.lastPostAt(userId),
  };
}
