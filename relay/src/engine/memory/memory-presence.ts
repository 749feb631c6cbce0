import type { Member } from "@natter/sdk/protocol";
import type { Bus, Presence, Present, RoomKey } from "../engine.ts";

/** Presence in one process. It needs no leases: when the process goes, its list goes with it. */
export class MemoryPresence implements Presence {
  readonly #rooms = new Map<RoomKey, Map<string, Member>>();
  readonly #watchers = new Set<(room: RoomKey, isOccupied: boolean) => void>();
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  enter(room: RoomKey, member: Member): void {
    const members = this.#rooms.get(room) ?? new Map<string, Member>();
    this.#rooms.set(room, members);
    if (members.size === 0) this.#turn(room, true);
    members.set(member.id, member);
    this.#bus.publish(room, { type: "presence", joined: [member], left: [] });
  }

  leave(room: RoomKey, userId: string): void {
    const members = this.#rooms.get(room);
    if (!members?.delete(userId)) return;
    if (members.size === 0) {
      this.#rooms.delete(room);
      this.#turn(room, false);
    }
    this.#bus.publish(room, { type: "presence", joined: [], left: [userId] });
  }

  list(room: RoomKey): Promise<Member[]> {
    const members = [...(this.#rooms.get(room)?.values() ?? [])];
    return Promise.resolve(members.sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  async look(room: RoomKey): Promise<Present> {
    const members = await this.list(room);
    return { count: members.length, members };
  }

  watch(listener: (room: RoomKey, isOccupied: boolean) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  #turn(room: RoomKey, isOccupied: boolean): void {
    for (const watcher of this.#watchers) watcher(room, isOccupied);
  }
}
