import { partsOfKey, type Bus, type Markers, type RoomKey } from "../engine.ts";

/** Read markers in memory. */
export class MemoryMarkers implements Markers {
  readonly #rooms = new Map<RoomKey, Map<string, number>>();
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  read(room: RoomKey, userId: string): Promise<number | undefined> {
    return Promise.resolve(this.#rooms.get(room)?.get(userId));
  }

  mark(room: RoomKey, userId: string, seq: number): void {
    const markers = this.#rooms.get(room) ?? new Map<string, number>();
    if ((markers.get(userId) ?? 0) >= seq) return;
    this.#rooms.set(room, markers.set(userId, seq));
    this.#bus.publish(room, { type: "read", user: userId, seq });
  }

  /** Forgets all markers of a room. */
  dropRoom(room: RoomKey): void {
    this.#rooms.delete(room);
  }

  /** Forgets all markers of a user of an app. */
  dropUser(app: string, userId: string): void {
    for (const [room, markers] of this.#rooms) if (partsOfKey(room).app === app) markers.delete(userId);
  }
}
