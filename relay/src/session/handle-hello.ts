import type { ClientPacketOf, RoomName } from "@natter/sdk/protocol";
import type { Identity } from "../auth/claims.ts";
import { authorityOf } from "./seat.ts";
import type { Session } from "./session.ts";

/** Somebody says who they are. */
export function onHello(session: Session, packet: ClientPacketOf<"hello">): void {
  if (session.open) {
    const message = "This connection has said hello already; renew its token with `token`.";
    return session.refuse({}, { code: "invalid", message });
  }
  const verdict = session.context.app.verifier.verify(packet.token);
  if (!verdict.ok) return session.fail(4401, verdict.code, verdict.message);
  session.becomeOpen(verdict.identity);
}

/** Somebody brings a new token; what it no longer allows ends at once. */
export function onToken(session: Session, packet: ClientPacketOf<"token">): void {
  const { open } = session;
  if (!open) return;
  const verdict = session.context.app.verifier.verify(packet.token);
  if (!verdict.ok) return session.refuse(packet, verdict);
  const { identity } = verdict;
  if (identity.user.id !== open.identity.user.id || identity.app !== open.identity.app) {
    const message = "A connection stays with its user; open a new one for another.";
    return session.refuse(packet, { code: "identity-changed", message });
  }
  session.renew(identity);
  session.reply(packet, { expires: identity.expiresAt });
  for (const [room] of open.seats.entries()) recheck(session, room, identity);
}

/** Takes the user out of a room they may no longer read, and shows them there under their new name or role. */
function recheck(session: Session, name: RoomName, identity: Identity): void {
  const seat = session.open?.seats.get(name);
  if (seat?.state !== "joined") return;
  const authority = authorityOf(identity, session.context.app, name);
  seat.authority = authority;
  if (authority.rights.verbs.has("read")) return seat.room.rename(seat.occupant, authority.author);
  seat.room.remove(seat.occupant, "forbidden", "The new token gives no right to read this room.");
}
