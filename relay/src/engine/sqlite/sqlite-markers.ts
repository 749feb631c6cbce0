import type { Clock } from "../../clock.ts";
import type { Bus, Markers, RoomKey } from "../engine.ts";
import type { AsyncStore } from "./store-port.ts";
import type { Mark } from "./store.ts";

/** How long markers gather before they are written together: whole rooms read on at every message. */
const GATHER_MS = 100;

/** How long to wait after markers could not be written. */
const RETRY_MS = 5000;

/** Read markers in a file. */
export class SqliteMarkers implements Markers {
  readonly #store: AsyncStore;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;
  #waiting = new Map<string, Mark>();
  #writing = new Map<string, Mark>();
  #written: Promise<void> = Promise.resolve();
  #cancel: (() => void) | undefined;

  constructor(store: AsyncStore, bus: Bus, clock: Clock, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#bus = bus;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  async read(room: RoomKey, userId: string): Promise<number | undefined> {
    const before = this.#unwritten(room, userId);
    const stored = (await this.#store.marker(room, userId)) ?? 0;
    // Asked again: it may have been set, or stored and not yet told, while the store was looking.
    return Math.max(before, stored, this.#unwritten(room, userId)) || undefined;
  }

  mark(room: RoomKey, userId: string, seq: number): void {
    if (this.#unwritten(room, userId) >= seq) return;
    this.#waiting.set(markKey(room, userId), { room, user: userId, seq });
    this.#schedule(GATHER_MS);
  }

  /** Forgets what is not written yet of a room, or of one user in the rooms of an app. */
  forget(isMeant: (room: RoomKey, userId: string) => boolean): void {
    for (const marks of [this.#waiting, this.#writing]) {
      for (const [key, { room, user }] of marks) if (isMeant(room, user)) marks.delete(key);
    }
  }

  /** Writes what has gathered. */
  async close(): Promise<void> {
    await this.#written;
    this.#cancel?.();
    await this.#write();
    this.#cancel?.();
  }

  #unwritten(room: RoomKey, userId: string): number {
    const key = markKey(room, userId);
    return this.#waiting.get(key)?.seq ?? this.#writing.get(key)?.seq ?? 0;
  }

  #schedule(ms: number): void {
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = undefined;
      this.#written = this.#written.then(() => this.#write());
    });
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0) return;
    this.#writing = this.#waiting;
    this.#waiting = new Map();
    try {
      const marks = [...this.#writing.values()];
      const moved = await this.#store.mark(marks);
      for (const [at, { room, user, seq }] of marks.entries()) {
        if (moved[at]) this.#bus.publish(room, { type: "read", user, seq });
      }
    } catch (error) {
      this.#onFault(error);
      this.#waiting = new Map([...this.#writing, ...this.#waiting]);
      this.#schedule(RETRY_MS);
    }
    this.#writing = new Map();
  }
}

function markKey(room: RoomKey, userId: string): string {
  return `${room}\n${userId}`;
}
