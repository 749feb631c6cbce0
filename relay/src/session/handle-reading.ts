import type { ClientPacketOf, RestrictedUser, Verb } from "@natter/sdk/protocol";
import { messageFor } from "../engine/fold.ts";
import { refusal, type Act } from "../room/gate.ts";
import { restrictedNow } from "../room/restricted.ts";
import type { Room } from "../room/room.ts";
import { refuseWithIncident } from "./incident.ts";
import { whenLetIn } from "./let-in.ts";
import type { Session } from "./session.ts";
import { standingIn } from "./standing.ts";

type Reading = ClientPacketOf<"history" | "members" | "restrictions">;

/** Asks for a page of messages. */
export function onHistory(session: Session, packet: ClientPacketOf<"history">): void {
  withReadable(session, packet, async (room) => {
    if (session.isClosed || session.refuseReading(packet)) return;
    const limit = packet.limit ?? session.limits.pageDefault;
    const page = await session.context.engine.log.page(room.key, limit, packet.before);
    const reader = session.open?.identity.user.id;
    // Asked again: the right may have gone while the log was being read.
    if (reader === undefined || !mayRead(session, packet, room)) return;
    session.reply(packet, {
      messages: page.messages.map((each) => messageFor(reader, each)),
      more: page.more,
    });
  });
}

/** Asks for a page of who is here. */
export function onMembers(session: Session, packet: ClientPacketOf<"members">): void {
  withReadable(session, packet, async (room) => {
    const all = await room.members();
    // Asked again: the right may have gone while this waited.
    if (!session.open || !mayRead(session, packet, room)) return;
    const limit = packet.limit ?? session.limits.pageMax;
    const { after } = packet;
    const rest = after === undefined ? all : all.filter((member) => member.id > after);
    const members = rest.slice(0, limit);
    const last = members.at(-1);
    session.reply(packet, {
      members,
      count: room.count,
      ...(last && rest.length > members.length && { next: last.id }),
    });
  });
}

/** Asks for a page of who is muted or banned. */
export function onRestrictions(session: Session, packet: ClientPacketOf<"restrictions">): void {
  withReadable(session, packet, (room) => {
    if (!session.open || !mayRead(session, packet, room)) return;
    const { after = "", limit = session.context.limits.pageMax } = packet;
    const all = restrictedNow(room.state.restricted(), session.context.clock.now());
    const rest = all.filter(({ user }) => user > after);
    const restrictions: RestrictedUser[] = rest.slice(0, limit);
    const last = restrictions.at(-1);
    session.reply(packet, {
      restrictions,
      ...(last && rest.length > restrictions.length && { next: last.user }),
    });
  });
}

function withReadable(session: Session, packet: Reading, use: (room: Room) => void | Promise<void>): void {
  whenLetIn(session, packet, "read", () => {
    if (!session.open) return;
    session.context.rooms.use(session.open.app.id, packet.room, (opened) => {
      if (!session.open) return;
      if (!opened.ok) return session.refuse(packet, UNAVAILABLE);
      if (!mayRead(session, packet, opened.room)) return;
      void tell(session, packet, async () => use(opened.room));
    });
  });
}

async function tell(session: Session, packet: Reading, use: () => Promise<void>): Promise<void> {
  try {
    await session.turns.run(use);
  } catch (error) {
    refuseWithIncident(session, packet, error);
  }
}

function mayRead(session: Session, packet: Reading, room: Room): boolean {
  const [act, verbs]: [Act, Verb[]] =
    packet.type === "restrictions" ? ["moderate", ["mute", "ban"]] : ["read", ["read"]];
  const why = refusal(act, verbs, standingIn(session, room), session.context.clock.now());
  if (why) session.refuse(packet, why);
  return !why;
}

const UNAVAILABLE = {
  code: "unavailable" as const,
  message: "The relay cannot read this room just now. Try again.",
};
