import type { Author, RoomName } from "@natter/sdk/protocol";
import { rightsIn, type Rights } from "../auth/permissions.ts";
import type { Identity } from "../auth/claims.ts";
import type { Occupant } from "../room/occupant.ts";
import type { Room } from "../room/room.ts";
import type { App } from "./app.ts";

/**
 * A connection's place in a room: on its way in, or in. A seat that is no longer in the session's table was
 * left meanwhile, and whoever was working for it stops.
 */
export type Seat =
  | { state: "joining"; previous?: { room: Room; occupant: Occupant } }
  | { state: "joined"; room: Room; occupant: Occupant };

/** What the user may do in a room. */
export function rightsOf(identity: Identity, app: App, room: RoomName): Rights {
  return rightsIn(room, identity.rules, app.defaultRole);
}

/** The user as the members of a room see them. */
export function authorOf(identity: Identity, rights: Rights): Author {
  return rights.role === undefined ? identity.user : { ...identity.user, role: rights.role };
}

/** Gives a seat up, on its way in or in. */
export function leaveSeat(seat: Seat): void {
  const taken = seat.state === "joined" ? seat : seat.previous;
  taken?.room.leave(taken.occupant);
}
