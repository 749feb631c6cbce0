import type { Author, ClientPacketOf, RoomName } from "@natter/sdk/protocol";
import { inForce, refusal, type Refusal } from "../room/gate.ts";
import type { Occupant } from "../room/occupant.ts";
import { toldOf } from "../room/restricted.ts";
import { CLOSED, type Entry, type Room } from "../room/room.ts";
import { entryRefusal, isGuarded } from "./entry.ts";
import { refuseWithIncident } from "./incident.ts";
import { authorityOf, leaveSeat, rightsOf, type Seat } from "./seat.ts";
import type { SessionLine } from "./line.ts";
import type { Session } from "./session.ts";
import { standingIn } from "./standing.ts";

type Join = ClientPacketOf<"join">;

/** Comes into a room: authorised first, by the rights of now, and only then told what was missed. */
export function onJoin(session: Session, packet: Join): void {
  const { open, context } = session;
  if (!open) return;
  const rights = rightsOf(open.identity, open.app, packet.room);
  if (!rights.verbs.has("read")) return session.refuse(packet, NO_ENTRY);
  const before = open.seats.get(packet.room);
  if (!before && open.seats.size >= session.limits.roomsPerConnection) {
    context.meter.limited.add("rooms");
    const message = `One connection can join ${session.limits.roomsPerConnection} rooms; leave one first.`;
    return session.refuse(packet, { code: "too-many-rooms", message });
  }
  // Those who are in may mend a gap: without that they would see less than they were promised.
  if (!before && context.load.isShedding) {
    context.meter.shed.add("join");
    return session.refuse(packet, OVERLOADED);
  }
  const seat = takeSeat(before);
  open.seats.set(packet.room, seat);
  if (!isGuarded(context, open.app.id)) return goIn(session, packet, seat, open.app.id);
  const entrant = {
    app: open.app.id,
    identity: open.identity,
    room: packet.room,
    rights,
    verb: "read" as const,
  };
  void entryRefusal(context, entrant).then((why) => {
    if (!isWanted(session, packet, seat)) return abandon(session, packet);
    if (why) giveUp(session, packet, seat, why);
    else goIn(session, packet, seat, entrant.app);
  });
}

function goIn(session: Session, packet: Join, seat: Seat & { state: "joining" }, app: string): void {
  session.context.rooms.use(app, packet.room, (opened) => {
    if (!opened.ok) return giveUp(session, packet, seat, UNAVAILABLE);
    session.turns
      .run(() => enter(session, packet, seat, opened.room))
      .catch((error: unknown) => {
        giveUp(session, packet, seat, undefined);
        refuseWithIncident(session, packet, error);
      });
  });
}

/** Leaves a room. */
export function onLeave(session: Session, packet: ClientPacketOf<"leave">): void {
  const seat = session.open?.seats.get(packet.room);
  if (!seat) return session.refuse(packet, notJoined(packet.room));
  session.open?.seats.delete(packet.room);
  leaveSeat(seat);
  session.reply(packet, {});
}

/** The refusal of what needs a joined room. */
export function notJoined(room: RoomName): Refusal {
  return { code: "not-joined", message: `Join ${JSON.stringify(room)} first.` };
}

/**
 * A seat on its way in. Who joins a room again is told nothing from the old seat from now on, or what comes
 * meanwhile would come twice; but they stay present, so that nobody sees them leave.
 */
function takeSeat(before: Seat | undefined): Seat & { state: "joining" } {
  const previous = before?.state === "joined" ? before : before?.previous;
  if (!previous) return { state: "joining" };
  previous.room.detach(previous.occupant);
  return { state: "joining", previous: { room: previous.room, occupant: previous.occupant } };
}

async function enter(
  session: Session,
  packet: Join,
  seat: Seat & { state: "joining" },
  room: Room,
): Promise<void> {
  if (!isWanted(session, packet, seat)) return abandon(session, packet);
  const before = whyNot(session, room);
  if (before) return giveUp(session, packet, seat, before);
  if (session.refuseReading(packet)) return giveUp(session, packet, seat, undefined);
  const userId = session.open?.identity.user.id ?? "";
  const { life } = room;
  const [entry, read] = await Promise.all([
    room.entry(userId, packet.since, packet.limit),
    session.context.engine.markers.read(room.key, userId),
  ]).catch(() => [undefined, undefined] as const);
  if (!isWanted(session, packet, seat)) return abandon(session, packet);
  if (room.life !== life) return giveUp(session, packet, seat, { code: "room-closed", message: CLOSED });
  const now = whyNot(session, room);
  if (now) return giveUp(session, packet, seat, now);
  if (!entry) return giveUp(session, packet, seat, UNAVAILABLE);
  sit(session, packet, seat, room, entry, read);
}

/** False when the room was left, or joined once more, while this join waited: that is answered elsewhere. */
function isWanted(session: Session, packet: Join, seat: Seat): boolean {
  return session.open?.seats.get(packet.room) === seat;
}

function sit(
  session: Session,
  packet: Join,
  seat: Seat & { state: "joining" },
  room: Room,
  entry: Entry,
  read: number | undefined,
): void {
  const { open } = session;
  if (!open) return;
  const authority = authorityOf(open.identity, open.app, room.name);
  const occupant = new SeatedOccupant(session, room.name, authority.author);
  room.enter(occupant, entry);
  open.seats.set(room.name, { state: "joined", room, occupant, authority });
  if (seat.previous) seat.previous.room.leave(seat.previous.occupant);
  const own = {
    can: [...authority.rights.verbs],
    ...muteOf(session, room),
    ...(read !== undefined && { read }),
  };
  session.context.meter.app(open.app.id).add(entry.recovered ? "join-recovered" : "join-fresh");
  session.say(joinedPacket(packet, room, entry, own));
}

/** A session in a room. */
class SeatedOccupant implements Occupant {
  pass = 0;
  member: Author;
  readonly #session: Session;
  readonly #room: RoomName;

  constructor(session: Session, room: RoomName, member: Author) {
    this.#session = session;
    this.#room = room;
    this.member = member;
  }

  get line(): SessionLine {
    return this.#session.line;
  }

  onRemoved(): void {
    const seats = this.#session.open?.seats;
    if (seats?.get(this.#room)?.state === "joined") seats.delete(this.#room);
  }
}

/** The `ok` of a join. Replayed events are JSON already, made once for all who missed them. */
function joinedPacket(
  packet: Join,
  room: Room,
  entry: Entry,
  own: { can: string[]; muted?: object; read?: number },
): string {
  const { eventsJson, ...told } = entry;
  const members = room.listedMembers;
  const head = JSON.stringify({
    type: "ok",
    ref: packet.ref,
    room: room.name,
    ...told,
    ...own,
    settings: room.state.settings,
    ...(room.state.pins.length > 0 && { pins: room.state.pins }),
    ...(members && { members }),
    count: room.count,
  });
  return eventsJson ? `${head.slice(0, -1)},"events":[${eventsJson.join(",")}]}` : head;
}

function muteOf(session: Session, room: Room): { muted?: object } {
  const { restrictions } = standingIn(session, room);
  const mute = inForce(restrictions, "mute", session.context.clock.now());
  return mute ? { muted: toldOf(mute) } : {};
}

function whyNot(session: Session, room: Room): Refusal | undefined {
  return refusal("read", ["read"], standingIn(session, room), session.context.clock.now());
}

function giveUp(
  session: Session,
  packet: Join,
  seat: Seat & { state: "joining" },
  why: Refusal | undefined,
): void {
  if (isWanted(session, packet, seat)) {
    session.open?.seats.delete(packet.room);
    leaveSeat(seat);
  }
  if (why) session.refuse(packet, why);
}

/**
 * Every request is answered, this one too, though another has taken its place. The seat itself was given up by
 * whoever took it out of the table.
 */
function abandon(session: Session, packet: Join): void {
  session.refuse(packet, {
    code: "not-joined",
    message: "The room was left, or joined anew, before this join was done.",
  });
}

const NO_ENTRY: Refusal = { code: "forbidden", message: "The token gives no right to read this room." };

const OVERLOADED: Refusal = {
  code: "unavailable",
  message: "The relay has too much to do just now; join later.",
  retryAfter: 5000,
};

const UNAVAILABLE: Refusal = {
  code: "unavailable",
  message: "The relay cannot read this room just now. Try again.",
};
