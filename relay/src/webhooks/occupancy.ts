import type { Bus, RoomKey } from "../engine/engine.ts";

/** How many users are in rooms, as presence tells it: who is there by which id. */
export class Occupancy {
  readonly #rooms = new Map<RoomKey, Set<string>>();
  readonly #stop: () => void;

  /** @param onChange told when the first user comes into a room, and when the last has left it */
  constructor(bus: Bus, onChange: (room: RoomKey, isOccupied: boolean) => void) {
    this.#stop = bus.tap((room, item) => {
      if (item.type !== "presence") return;
      const before = this.#rooms.get(room);
      const users = before ?? new Set<string>();
      for (const { id } of item.joined) users.add(id);
      for (const id of item.left) users.delete(id);
      if (users.size === 0) this.#rooms.delete(room);
      else this.#rooms.set(room, users);
      if (!before && users.size > 0) onChange(room, true);
      if (before && users.size === 0) onChange(room, false);
    });
  }

  close(): void {
    this.#stop();
    this.#rooms.clear();
  }
}
