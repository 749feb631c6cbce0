import type { RelayPacket, RelayPacketOf, RelayPacketType } from "@natter/sdk/protocol";
import type { Frame } from "../../src/frame.ts";
import type { Line, Occupant } from "../../src/room/occupant.ts";

/** A line that remembers what it was given, and is as full as a test says. */
export class FakeLine implements Line {
  bufferedBytes = 0;
  /** What was sent, frame by frame: a packet of its own, or the frame of a tick. */
  readonly frames: RelayPacket[][] = [];

  packet(json: string): void {
    this.frames.push([JSON.parse(json) as RelayPacket]);
  }

  frame(frame: Frame): void {
    this.frames.push(JSON.parse(frame.text.toString("utf8")) as RelayPacket[]);
  }

  /** Every packet that was sent. */
  get packets(): RelayPacket[] {
    return this.frames.flat();
  }

  of<T extends RelayPacketType>(type: T): RelayPacketOf<T>[] {
    return this.packets.filter((packet): packet is RelayPacketOf<T> & RelayPacket => packet.type === type);
  }

  /** The places of the events that were sent, in the order they were. */
  get seqs(): number[] {
    return this.of("event").map((event) => event.seq);
  }
}

/** Somebody in a room, with a line of their own. */
export function occupant(id: string): Occupant & { line: FakeLine; removals: number } {
  const made = {
    line: new FakeLine(),
    pass: 0,
    member: { id, name: id },
    removals: 0,
    onRemoved: () => {
      made.removals++;
    },
  };
  return made;
}
