import type { Room } from "../room/room.ts";
import type { Standing } from "../room/gate.ts";
import { rightsOf } from "./seat.ts";
import type { Session } from "./session.ts";

const NOBODY: Standing = { verbs: new Set(), restrictions: [], settings: {} };

/** All that decides what a session's user may do in a room now. */
export function standingIn(session: Session, room: Room): Standing {
  const { open, context } = session;
  if (!open) return NOBODY;
  const userId = open.identity.user.id;
  const lastPostAt = room.state.lastPostAt(userId);
  return {
    verbs: rightsOf(open.identity, context.app, room.name).verbs,
    restrictions: room.state.restrictions(userId),
    settings: room.state.settings,
    ...(lastPostAt !== undefined && { lastPostAt }),
  };
}
