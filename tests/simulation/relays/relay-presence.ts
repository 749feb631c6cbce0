import type { Member } from "@natter/sdk/protocol";
import type { Bus, Presence, Present, RoomItem, RoomKey } from "../../../relay/src/engine/engine.ts";
import type { ProcessTime } from "../virtual-time.ts";
import type { StoreLine } from "./store-line.ts";
import type { SharedStore } from "./store.ts";

/** How often a relay says again who is here by way of it, and hears who is anywhere. */
const BEAT_MS = 3000;

/** What a relay's presence is made of. */
export interface RelayPresenceParts {
  store: SharedStore;
  line: StoreLine;
  process: ProcessTime;
  relay: string;
  bus: Bus;
  /** Tells the rooms of this relay alone. */
  tellHere: (room: RoomKey, item: RoomItem) => void;
  /** The rooms that somebody of this relay listens to. */
  rooms: () => Iterable<RoomKey>;
}

/** Presence as one relay reaches it: what it says holds for a lease, and what it is told may be lost until the next beat. */
export class RelayPresence implements Presence {
  readonly #parts: RelayPresenceParts;
  readonly #here = new Map<RoomKey, Map<string, Member>>();
  /** Whom the rooms were told to be here. */
  readonly #told = new Map<RoomKey, Set<string>>();

  constructor(parts: RelayPresenceParts) {
    this.#parts = parts;
    this.#schedule();
    parts.line.watch((isUp) => {
      if (isUp) void this.#beat();
    });
  }

  enter(room: RoomKey, member: Member): void {
    const { line, store, relay, bus } = this.#parts;
    this.#here.set(room, (this.#here.get(room) ?? new Map<string, Member>()).set(member.id, member));
    line.call(() => store.presence.enter(room, relay, member)).catch(() => {});
    bus.publish(room, { type: "presence", joined: [member], left: [] });
  }

  leave(room: RoomKey, userId: string): void {
    const { line, store, relay } = this.#parts;
    this.#here.get(room)?.delete(userId);
    line.call(() => store.presence.leave(room, relay, userId)).catch(() => {});
  }

  async list(room: RoomKey): Promise<Member[]> {
    const { line, store } = this.#parts;
    const all = await line.call(() => store.presence.list(room));
    this.onItem(room, { type: "presence", joined: all, left: [] });
    return all;
  }

  async look(room: RoomKey): Promise<Present> {
    const members = await this.list(room);
    return { count: members.length, members };
  }

  /** Nobody asks here. */
  watch(): () => void {
    return () => {};
  }

  /** Takes in what a room is told, so that it is known what to take back. */
  onItem(room: RoomKey, item: RoomItem): void {
    if (item.type !== "presence") return;
    const told = this.#told.get(room) ?? new Set();
    this.#told.set(room, told);
    for (const { id } of item.joined) told.add(id);
    for (const id of item.left) told.delete(id);
  }

  #schedule(): void {
    this.#parts.process.after(BEAT_MS, () => {
      void this.#beat();
      this.#schedule();
    });
  }

  async #beat(): Promise<void> {
    const { line, store, relay } = this.#parts;
    for (const room of this.#parts.rooms()) {
      const here = [...(this.#here.get(room)?.values() ?? [])];
      try {
        const all = await line.call(() => {
          for (const member of here) store.presence.enter(room, relay, member);
          return store.presence.list(room);
        });
        const ids = new Set([...all.map(({ id }) => id), ...(this.#here.get(room)?.keys() ?? [])]);
        const left = [...(this.#told.get(room) ?? [])].filter((id) => !ids.has(id));
        this.#parts.tellHere(room, { type: "presence", joined: all, left });
      } catch {
        return;
      }
    }
  }
}
