import type { RoomName } from "@natter/sdk/protocol";
import type { Seat } from "./seat.ts";

/**
 * The rooms of one connection, as a `Map` would hold them. Nearly every connection is in a single room, and a
 * table for one entry weighs as much as all else that a session keeps; so the table is made for the second.
 */
export class Seats {
  #name: RoomName | undefined;
  #seat: Seat | undefined;
  #more: Map<RoomName, Seat> | undefined;

  get size(): number {
    return this.#more?.size ?? (this.#seat ? 1 : 0);
  }

  get(room: RoomName): Seat | undefined {
    if (this.#more) return this.#more.get(room);
    return room === this.#name ? this.#seat : undefined;
  }

  set(room: RoomName, seat: Seat): void {
    if (!this.#more) {
      if (!this.#seat || room === this.#name) {
        this.#name = room;
        this.#seat = seat;
        return;
      }
      this.#more = new Map(this.entries());
      this.#name = this.#seat = undefined;
    }
    this.#more.set(room, seat);
  }

  delete(room: RoomName): void {
    if (this.#more) this.#more.delete(room);
    else if (room === this.#name) this.clear();
  }

  clear(): void {
    this.#name = this.#seat = this.#more = undefined;
  }

  /** Every room with its seat, as of now: the seats may be given up meanwhile. */
  entries(): [RoomName, Seat][] {
    if (this.#more) return [...this.#more];
    return this.#name !== undefined && this.#seat ? [[this.#name, this.#seat]] : [];
  }
}
