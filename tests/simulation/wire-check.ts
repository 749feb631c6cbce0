import type { ClientPacket, ClientPacketOf, Message, RelayPacket } from "@natter/sdk/protocol";
import type { Tap } from "./line.ts";
import type { Record } from "./record.ts";

interface Seat {
  epoch: string;
  seq: number;
}

interface Join {
  room: string;
  since?: Seat;
  /** When the relay received it, in virtual ms. */
  at: number;
  /** The room was left, or joined once more, after this. */
  isOver?: true;
}

type Stored = Extract<RelayPacket, { type: "event" }>;

/** What a join's `ok` says, as far as it is checked. */
type Joined = Seat & { recovered: boolean; events?: Stored[]; messages?: Message[] };

/** Whom a line belongs to, and who is told what it brings. */
export interface WireParts {
  record: Record;
  /** The relay at the other end. */
  relay: string;
  user: string;
  device: string;
  /** Virtual time, in ms. */
  now: () => number;
  /** Called when a packet has reached the relay. */
  arrived: (packet: ClientPacket) => void;
  /** False when the device has another line by now. */
  isCurrent: () => boolean;
}

/** Frames in which a room that a new token closes may still be told of: the answer's, and what waited with it. */
const PARTING_FRAMES = 2;

/** What a client says and hears on one connection, held against the protocol's promises about rooms. */
export class WireCheck implements Tap {
  readonly #parts: WireParts;
  readonly #record: Record;
  readonly #who: string;
  readonly #joins = new Map<number, Join>();
  readonly #asked = new Map<number, string>();
  readonly #renewals = new Map<number, ReadonlySet<string>>();
  readonly #seats = new Map<string, Seat>();
  /** The rooms that the token in force opens. */
  #open: ReadonlySet<string> = new Set();
  /** The rooms that the token before it opened, while there may still be something of them under way. */
  #former: ReadonlySet<string> = new Set();
  #partingFrames = 0;
  #isClosed = false;

  constructor(parts: WireParts) {
    this.#parts = parts;
    this.#record = parts.record;
    this.#who = parts.device;
  }

  /** The life of the log that this line tells a room from; undefined when it is not in it. */
  epochOf(room: string): string | undefined {
    return this.#isClosed ? undefined : this.#seats.get(room)?.epoch;
  }

  toRelay(frame: string): void {
    for (const packet of JSON.parse(frame) as ClientPacket[]) {
      this.#say(packet);
      this.#parts.arrived(packet);
    }
  }

  toClient(frame: string): void {
    for (const packet of JSON.parse(frame) as RelayPacket[]) this.#hear(packet);
    if (this.#partingFrames > 0 && --this.#partingFrames === 0) this.#former = new Set();
  }

  closed(): void {
    this.#isClosed = true;
    for (const room of this.#seats.keys()) this.#stand(room);
  }

  #say(packet: ClientPacket): void {
    switch (packet.type) {
      case "hello":
        this.#open = roomsOf(packet.token);
        return;
      case "token":
        return this.#renew(packet);
      case "join": {
        this.#stand(packet.room);
        const { ref, room, since } = packet;
        this.#joins.set(ref, { room, ...(since && { since }), at: this.#parts.now() });
        return;
      }
      case "leave":
        return this.#stand(packet.room);
      case "history":
      case "members":
        this.#asked.set(packet.ref, packet.room);
        return;
      case "post":
        return this.#record.posted(packet, this.#parts.relay, this.#parts.isCurrent());
      default:
    }
  }

  /** From here on the relay may give the seat up. */
  #stand(room: string): void {
    for (const join of this.#joins.values()) if (join.room === room) join.isOver = true;
    this.#record.presence.left(room, this.#parts.user, this);
  }

  #renew({ ref, token }: ClientPacketOf<"token">): void {
    const rooms = roomsOf(token);
    this.#renewals.set(ref, rooms);
    for (const room of this.#open) {
      if (!rooms.has(room)) this.#record.presence.removed(room, this.#parts.user);
    }
  }

  #hear(packet: RelayPacket): void {
    const isAbout = "room" in packet && packet.type !== "error" && packet.type !== "left";
    if (isAbout) this.#mayHear(packet.type, String(packet.room));
    if (packet.type === "ok") this.#answered(packet);
    if (packet.type === "event") this.#event(packet);
    if (packet.type === "left") {
      this.#seats.delete(packet.room);
      this.#record.presence.left(packet.room, this.#parts.user, this);
    }
    if (packet.type === "reset") {
      this.#record.resets++;
      this.#seats.set(packet.room, { epoch: packet.epoch, seq: packet.seq });
      this.#page(packet.room, packet.messages);
    }
  }

  #mayHear(what: string, room: string): void {
    if (this.#open.has(room) || this.#former.has(room)) return;
    this.#record.breach("I9", `${this.#who} was told ${what} of ${room} without a right`);
  }

  #answered(packet: Extract<RelayPacket, { type: "ok" }>): void {
    const { ref } = packet;
    const rooms = this.#renewals.get(ref);
    if (rooms) {
      this.#former = this.#open;
      this.#open = rooms;
      this.#partingFrames = PARTING_FRAMES;
    }
    const asked = this.#asked.get(ref);
    if (asked !== undefined) {
      this.#mayHear("what was asked", asked);
      this.#page(asked, (packet as { messages?: Message[] }).messages);
    }
    const join = this.#joins.get(ref);
    if (join) this.#joined(join, packet as unknown as Joined);
  }

  #joined(join: Join, { epoch, seq, recovered, events = [], messages }: Joined): void {
    const { room, since } = join;
    const before = this.#seats.get(room);
    // Between taking the join and answering it the relay says nothing of the room, or it would say it twice.
    if (before?.epoch === epoch && before.seq > seq) {
      this.#record.breach("I4", `${this.#who} was told ${before.seq} of ${room} and then joined at ${seq}`);
    }
    if (recovered) {
      this.#record.recoveries++;
      this.#replayed(room, since, { epoch, seq }, events);
    }
    if (since && !recovered) this.#record.restarts++;
    this.#page(room, messages);
    this.#seats.set(room, { epoch, seq });
    if (join.isOver || this.#isClosed) return;
    this.#record.presence.entered(room, this.#parts.user, this, join.at, this.#parts.relay);
  }

  #replayed(room: string, since: Seat | undefined, now: Seat, events: readonly Stored[]): void {
    const told = events.map((event) => event.seq).join(",");
    const missed = Array.from(
      { length: now.seq - (since?.seq ?? 0) },
      (_, at) => (since?.seq ?? 0) + at + 1,
    ).join(",");
    if (!since || since.epoch !== now.epoch || told !== missed) {
      this.#record.breach(
        "I4",
        `${this.#who} recovered ${room} from ${since?.seq} to ${now.seq} with ${told}`,
      );
    }
    const erased = new Set(events.flatMap((event) => (event.kind === "delete" ? [event.target] : [])));
    for (const event of events) {
      this.#record.delivered(now.epoch, event);
      const target = event.kind === "edit" ? event.target : event.seq;
      if ("text" in event && event.text !== "" && erased.has(target)) {
        this.#record.breach("I13", `${this.#who} was replayed ${event.text}, which is deleted`);
      }
    }
  }

  #page(room: string, messages: readonly Message[] = []): void {
    for (const { deletedAt, text } of messages) {
      if (deletedAt === undefined || text === "") continue;
      this.#record.breach("I13", `${this.#who} was given ${text} of ${room}, which is deleted`);
    }
  }

  #event(event: Stored): void {
    const seat = this.#seats.get(event.room);
    if (!seat)
      return this.#record.breach("I9", `${this.#who} was told an event of ${event.room}, where it is not`);
    if (event.seq !== seat.seq + 1) {
      this.#record.breach("I4", `${this.#who} was told ${event.seq} of ${event.room} after ${seat.seq}`);
    }
    seat.seq = event.seq;
    this.#record.delivered(seat.epoch, event);
    // Nobody is told what happened in a room while they were banned from it.
    if (!this.#record.rulings.isBanned(this.#parts.user, seat.epoch, event)) return;
    this.#record.breach("I9", `${this.#who} was told ${event.seq} of ${event.room}, banned`);
  }
}

function roomsOf(token: string): ReadonlySet<string> {
  const { rules } = JSON.parse(token) as { rules: { pattern: string }[] };
  return new Set(rules.map(({ pattern }) => pattern));
}
