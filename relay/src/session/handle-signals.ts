import type { ClientPacketOf, RoomName, Verb } from "@natter/sdk/protocol";
import { refusal, type Act } from "../room/gate.ts";
import type { Room } from "../room/room.ts";
import { notJoined } from "./handle-join.ts";
import { dataRefusal } from "./sizes.ts";
import type { Session } from "./session.ts";
import { standingIn } from "./standing.ts";

/** Somebody types, or stopped. */
export function onTyping(session: Session, packet: ClientPacketOf<"typing">): void {
  const room = joinedRoom(session, packet, "typing", ["post"]);
  if (!room || !session.open) return;
  const { id, name } = session.open.identity.user;
  session.context.engine.bus.publish(room.key, { type: "typing", user: { id, name }, on: packet.on });
  session.confirm(packet);
}

/** An event of the embedder's own. */
export function onSignal(session: Session, packet: ClientPacketOf<"signal">): void {
  const room = joinedRoom(session, packet, "signal", ["signal"]);
  if (!room || !session.open) return;
  const tooLarge = dataRefusal(packet.data, session.limits.dataBytes);
  if (tooLarge) {
    if (tooLarge.code === "too-large") session.context.meter.limited.add("data");
    return session.refuse(packet, tooLarge);
  }
  const { id, name } = session.open.identity.user;
  session.context.engine.bus.publish(room.key, {
    type: "signal",
    name: packet.name,
    ...(packet.data !== undefined && { data: packet.data }),
    by: { id, name },
  });
  session.confirm(packet);
}

/** Somebody has read up to a place; never beyond what there is. */
export function onRead(session: Session, packet: ClientPacketOf<"read">): void {
  const room = joinedRoom(session, packet, "read", ["read"]);
  if (!room || !session.open) return;
  const seq = Math.min(packet.seq, room.seq);
  if (seq > 0) session.context.engine.markers.mark(room.key, session.open.identity.user.id, seq);
  session.confirm(packet);
}

/** The room of a packet, if its sender has joined it and may do this there; they are told if not. */
function joinedRoom(
  session: Session,
  packet: { ref?: number; room: RoomName },
  act: Act,
  verbs: Verb[],
): Room | undefined {
  const seat = session.open?.seats.get(packet.room);
  if (seat?.state !== "joined") {
    if (!seat) session.refuse(packet, notJoined(packet.room));
    // On its way in: what is never stored is not worth waiting for.
    else session.confirm(packet);
    return undefined;
  }
  const why = refusal(act, verbs, standingIn(session, seat.room), session.context.clock.now());
  if (!why) return seat.room;
  session.refuse(packet, why);
  return undefined;
}
