import type { Member } from "@natter/sdk/protocol";
import type { RoomItem, RoomKey } from "../../../relay/src/engine/engine.ts";
import type { VirtualTime } from "../virtual-time.ts";

/** How long a relay's word that somebody is here holds. */
const LEASE_MS = 9000;

const SWEEP_MS = 1000;

type News = Extract<RoomItem, { type: "presence" }>;

/** By relay: what somebody is called there, and until when that holds. */
type Leases = Map<string, { member: Member; until: number }>;

/** Who is where, as relays have said it lately. Somebody is gone when no relay's word holds any more. */
export class SharedPresence {
  readonly #time: VirtualTime;
  readonly #tell: (room: RoomKey, item: News) => void;
  readonly #rooms = new Map<RoomKey, Map<string, Leases>>();

  constructor(time: VirtualTime, tell: (room: RoomKey, item: News) => void) {
    this.#time = time;
    this.#tell = tell;
    this.#sweep();
  }

  enter(room: RoomKey, relay: string, member: Member): void {
    const users = this.#rooms.get(room) ?? new Map<string, Leases>();
    this.#rooms.set(room, users);
    const leases: Leases = users.get(member.id) ?? new Map();
    users.set(member.id, leases);
    leases.set(relay, { member, until: this.#time.now + LEASE_MS });
  }

  leave(room: RoomKey, relay: string, userId: string): void {
    const leases = this.#rooms.get(room)?.get(userId);
    if (leases?.delete(relay) && leases.size === 0) this.#gone(room, userId);
  }

  list(room: RoomKey): Member[] {
    const users = [...(this.#rooms.get(room)?.values() ?? [])];
    return users.flatMap((leases) => [...leases.values()].at(-1)?.member ?? []);
  }

  /** All is forgotten, and nobody is told. */
  clear(): void {
    this.#rooms.clear();
  }

  #sweep(): void {
    for (const [room, users] of this.#rooms) {
      for (const [userId, leases] of users) {
        for (const [relay, { until }] of leases) if (until <= this.#time.now) leases.delete(relay);
        if (leases.size === 0) this.#gone(room, userId);
      }
    }
    this.#time.after(SWEEP_MS, () => this.#sweep());
  }

  #gone(room: RoomKey, userId: string): void {
    this.#rooms.get(room)?.delete(userId);
    this.#tell(room, { type: "presence", joined: [], left: [userId] });
  }
}
