import type { ClientPacketOf, RoomName } from "@natter/sdk/protocol";
import type { Admitted } from "../apps/doorkeeper.ts";
import type { Identity } from "../auth/claims.ts";
import { entryRefusal, isGuarded } from "./entry.ts";
import type { NoPlace } from "./users.ts";
import type { App } from "../apps/app.ts";
import type { Session } from "./session.ts";
import { authorityOf } from "./seat.ts";

/** Somebody says who they are. */
export function onHello(session: Session, packet: ClientPacketOf<"hello">): void {
  if (session.open) {
    const message = "This connection has said hello already; renew its token with `token`.";
    return session.refuse({}, { code: "invalid", message });
  }
  const admitted = admitBy(session, packet.token);
  if (!(admitted instanceof Promise)) return welcome(session, admitted);
  session.becomeVerifying();
  void admitted.then((found) => welcome(session, found));
}

function admitBy({ context, approach, actor }: Session, token: string): Admitted | Promise<Admitted> {
  return context.doorkeeper.admit(token, approach, actor?.address);
}

/** Takes somebody in, if there is room for them. */
function welcome(session: Session, admitted: Admitted): void {
  if (session.isClosed) return;
  if (!admitted.ok) return session.fail(admitted.closeCode, admitted.code, admitted.message);
  const { app, identity } = admitted;
  const { load, users, meter } = session.context;
  if (load.isShedding) {
    meter.shed.add("connection");
    return session.fail(1013, "unavailable", "The relay has too much to do just now; try again later.");
  }
  const turnAway = (limit: NoPlace): void => tooMany(session, app, limit);
  const admission = users.enter(app.id, identity.user.id, app.policy.limits.users, turnAway);
  if (typeof admission !== "object") return turnAway(admission);
  meter.app(app.id).add("hello");
  session.becomeOpen(app, identity, admission);
}

/** Ends a connection that is one too many, here or over all relays. */
function tooMany(session: Session, app: App, limit: NoPlace): void {
  const { meter, log } = session.context;
  meter.limited.add(limit);
  log.warn({ limit, app: app.id }, "Somebody was refused: too many connections.");
  if (limit === "app") return session.fail(1013, "unavailable", "This app has no connection left.");
  const { connectionsPerUser } = app.policy.limits.users;
  session.fail(
    4429,
    "rate-limited",
    `One user can have ${connectionsPerUser} connections open; close one first.`,
  );
}

/** Somebody brings a new token; what it no longer allows ends at once. */
export function onToken(session: Session, packet: ClientPacketOf<"token">): void {
  const admitted = admitBy(session, packet.token);
  if (!(admitted instanceof Promise)) return renew(session, packet, admitted);
  void admitted.then((found) => renew(session, packet, found));
}

function renew(session: Session, packet: ClientPacketOf<"token">, admitted: Admitted): void {
  const { open } = session;
  if (!open) return;
  if (!admitted.ok) return session.refuse(packet, admitted);
  const { identity, app } = admitted;
  if (identity.user.id !== open.identity.user.id || app !== open.app) {
    const message = "A connection stays with its user; open a new one for another.";
    return session.refuse(packet, { code: "identity-changed", message });
  }
  session.renew(identity);
  session.reply(packet, { expires: identity.expiresAt });
  recheckRights(session, "The new token gives no right to read this room.");
  if (isGuarded(session.context, app.id)) askAgain(session, app.id, identity);
}

/** Has the app look again at whom it let into which room. */
function askAgain(session: Session, app: string, identity: Identity): void {
  for (const [room, seat] of session.open?.seats.entries() ?? []) {
    if (seat.state !== "joined") continue;
    const { rights } = seat.authority;
    void entryRefusal(session.context, { app, identity, room, rights, verb: "read", at: "renewal" }).then(
      (why) => {
        if (why && session.open?.seats.get(room) === seat)
          seat.room.remove(seat.occupant, why.code, why.message);
      },
    );
  }
}

/**
 * Holds every room of a connection against the rights of now: takes the user out of those they may no longer
 * read, and shows them in the others under their new name or role.
 *
 * @param why told of a room that is lost
 */
export function recheckRights(session: Session, why: string): void {
  for (const [room] of session.open?.seats.entries() ?? []) recheckRoom(session, room, why);
}

function recheckRoom(session: Session, name: RoomName, why: string): void {
  const { open } = session;
  const seat = open?.seats.get(name);
  if (!open || seat?.state !== "joined") return;
  const authority = authorityOf(open.identity, open.app, name);
  seat.authority = authority;
  if (authority.rights.verbs.has("read")) return seat.room.rename(seat.occupant, authority.author);
  seat.room.remove(seat.occupant, "forbidden", why);
}
