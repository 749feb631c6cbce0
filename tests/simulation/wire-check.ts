import type { RelayPacket } from "@natter/sdk/protocol";
import type { Tap } from "./line.ts";
import type { Record } from "./record.ts";

interface Seat {
  epoch: string;
  seq: number;
}

/** What a client says and hears on one connection, held against the protocol's promises about rooms. */
export class WireCheck implements Tap {
  readonly #record: Record;
  readonly #user: string;
  readonly #who: string;
  readonly #mayRead: (room: string) => boolean;
  readonly #joins = new Map<number, { room: string; since?: Seat }>();
  readonly #seats = new Map<string, Seat>();

  constructor(record: Record, user: string, who: string, mayRead: (room: string) => boolean) {
    this.#record = record;
    this.#user = user;
    this.#who = who;
    this.#mayRead = mayRead;
  }

  toRelay(frame: string): void {
    for (const packet of JSON.parse(frame) as { type: string; ref: number; room: string; since?: Seat }[]) {
      if (packet.type === "join") {
        this.#joins.set(packet.ref, { room: packet.room, ...(packet.since && { since: packet.since }) });
      }
    }
  }

  toClient(frame: string): void {
    for (const packet of JSON.parse(frame) as RelayPacket[]) this.#hear(packet);
  }

  #hear(packet: RelayPacket): void {
    const isAbout = "room" in packet && packet.type !== "error" && packet.type !== "left";
    if (isAbout && !this.#mayRead(String(packet.room))) {
      this.#record.breach("I9", `${this.#who} was told ${packet.type} of ${String(packet.room)}`);
    }
    if (packet.type === "ok") this.#joined(packet);
    if (packet.type === "event") this.#event(packet);
    if (packet.type === "left") this.#seats.delete(packet.room);
    if (packet.type === "reset") {
      this.#record.resets++;
      this.#seats.set(packet.room, { epoch: packet.epoch, seq: packet.seq });
    }
  }

  #joined(packet: Extract<RelayPacket, { type: "ok" }>): void {
    const join = this.#joins.get(packet.ref);
    if (!join) return;
    const { epoch, seq, recovered, events } = packet as unknown as Seat & {
      recovered: boolean;
      events?: Extract<RelayPacket, { type: "event" }>[];
    };
    if (recovered) {
      this.#record.recoveries++;
      this.#replayed(join.room, join.since, { epoch, seq }, events ?? []);
    }
    if (join.since && !recovered) this.#record.restarts++;
    this.#seats.set(join.room, { epoch, seq });
  }

  #replayed(
    room: string,
    since: Seat | undefined,
    now: Seat,
    events: readonly Extract<RelayPacket, { type: "event" }>[],
  ): void {
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
    for (const event of events) this.#record.delivered(now.epoch, event);
  }

  /** Nobody is told what happened in a room while they were banned from it. */
  #hearAsBanned(epoch: string, event: Extract<RelayPacket, { type: "event" }>): void {
    if (!this.#record.isBanned(this.#user, epoch, event)) return;
    this.#record.breach("I9", `${this.#who} was told ${event.seq} of ${event.room}, banned`);
  }

  #event(event: Extract<RelayPacket, { type: "event" }>): void {
    const seat = this.#seats.get(event.room);
    if (!seat)
      return this.#record.breach("I9", `${this.#who} was told an event of ${event.room}, where it is not`);
    if (event.seq !== seat.seq + 1) {
      this.#record.breach("I4", `${this.#who} was told ${event.seq} of ${event.room} after ${seat.seq}`);
    }
    seat.seq = event.seq;
    this.#record.delivered(seat.epoch, event);
    this.#hearAsBanned(seat.epoch, event);
  }
}
