import type { Author, RoomName } from "@natter/sdk/protocol";
import { rightsIn, type Rights } from "../auth/permissions.ts";
import type { App } from "../apps/app.ts";
import type { Identity } from "../auth/claims.ts";
import type { Occupant } from "../room/occupant.ts";
import type { Room } from "../room/room.ts";
import type { OpenSession } from "./session.ts";

/**
 * A connection's place in a room: on its way in, or in. A seat that is no longer in the session's table was
 * left meanwhile, and whoever was working for it stops.
 */
export type Seat =
  | { state: "joining"; previous?: { room: Room; occupant: Occupant } }
  | { state: "joined"; room: Room; occupant: Occupant; authority: Authority };

/** What a user may do in a room, and as whom. */
export interface Authority {
  rights: Rights;
  author: Author;
}

/** What the user may do in a room. */
export function rightsOf(identity: Identity, app: App, room: RoomName): Rights {
  return rightsIn(room, identity.rules, app.policy.defaultRole);
}

/** The user as the members of a room see them. */
export function authorOf(identity: Identity, rights: Rights): Author {
  if (rights.role === undefined) return identity.user;
  const { id, name, picture } = identity.user;
  // Literals, so that all authors have one shape: a spread gives each its own, which weighs more than the author.
  return picture === undefined ? { id, name, role: rights.role } : { id, name, picture, role: rights.role };
}

/** The same at once; worked out anew only where the user has no seat that knows it. */
export function authorityIn(open: OpenSession, room: RoomName): Authority {
  const seat = open.seats.get(room);
  return seat?.state === "joined" ? seat.authority : authorityOf(open.identity, open.app, room);
}

/** What the user of a token may do in a room, and as whom. */
export function authorityOf(identity: Identity, app: App, room: RoomName): Authority {
  const rights = rightsOf(identity, app, room);
  return { rights, author: authorOf(identity, rights) };
}

/** Gives a seat up, on its way in or in. */
export function leaveSeat(seat: Seat): void {
  const taken = seat.state === "joined" ? seat : seat.previous;
  taken?.room.leave(taken.occupant);
}
