import type {
  Appended,
  Draft,
  Head,
  Page,
  Replay,
  RoomKey,
  RoomLog,
} from "../../../relay/src/engine/engine.ts";
import type { FollowedLog, RedisBus } from "../../../relay/src/engine/redis/redis-bus.ts";
import type { Record } from "../record.ts";
import type { ProcessTime } from "../virtual-time.ts";
import type { Knew } from "./knowledge.ts";
import type { StoreLine } from "./store-line.ts";
import type { Place, SharedStore, Stored } from "./store.ts";

/** What a relay's log is made of. */
export interface StoreLogParts {
  store: SharedStore;
  line: StoreLine;
  process: ProcessTime;
  record: Record;
  relay: string;
  /** Called before a batch is handed in: what the relay knew of rulings when it let it through. */
  knowing: () => (room: RoomKey) => Knew;
  /** Called when the answers to a batch are there. */
  answered: () => void;
}

/** The logs as one relay reaches them: a step a room. */
export class StoreLog implements RoomLog, FollowedLog {
  readonly #parts: StoreLogParts;
  /** Hears of what was stored; known when the bus is there. */
  bus: Pick<RedisBus, "onStored"> | undefined;

  constructor(parts: StoreLogParts) {
    this.#parts = parts;
  }

  async append(drafts: readonly Draft[]): Promise<Appended[]> {
    const rooms = new Map<RoomKey, Draft[]>();
    for (const draft of drafts) rooms.set(draft.room, [...(rooms.get(draft.room) ?? []), draft]);
    const knowing = this.#parts.knowing();
    const stored = await Promise.allSettled(
      [...rooms].map(([room, some]) => this.#append(room, some, knowing(room))),
    );
    this.#parts.answered();
    if (stored.every(({ status }) => status === "rejected")) throw new Error("The store is away.");
    const answers = new Map<Draft, Appended>();
    for (const [at, some] of [...rooms.values()].entries()) {
      const found = stored[at];
      if (found?.status !== "fulfilled") continue;
      for (const [each, draft] of some.entries())
        answers.set(draft, found.value.results[each] ?? UNAVAILABLE);
    }
    return drafts.map((draft) => answers.get(draft) ?? UNAVAILABLE);
  }

  head(room: RoomKey): Promise<Head> {
    return this.#ask((store) => store.head(room));
  }

  position(room: RoomKey): Promise<Place> {
    return this.#ask((store) => store.position(room));
  }

  renew(room: RoomKey, epoch: string): Promise<Place> {
    return this.#ask((store) => store.renew(room, epoch));
  }

  after(room: RoomKey, epoch: string, seq: number, limit: number, first?: number): Promise<Replay> {
    return this.#ask((store) => store.after(room, epoch, seq, limit, first));
  }

  page(room: RoomKey, limit: number, before?: number): Promise<Page> {
    return this.#ask((store) => store.page(room, limit, before));
  }

  async find(room: RoomKey, userId: string, id: string): Promise<Appended | undefined> {
    const { record, relay } = this.#parts;
    return this.#ask(async (store) => {
      const found = await store.find(room, userId, id);
      if (!found) record.notFound(id, relay);
      return found;
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #append(room: RoomKey, drafts: readonly Draft[], knew: Knew): Promise<Stored> {
    const at = this.#parts.process.now();
    const stored = await this.#ask((store) => store.append(room, drafts, at, knew));
    if (stored.events.length > 0) this.bus?.onStored(room, stored.epoch, stored.events);
    return stored;
  }

  #ask<T>(step: (store: SharedStore) => T | Promise<T>): Promise<T> {
    const { line, store } = this.#parts;
    return line.call(() => step(store));
  }
}

const UNAVAILABLE: Appended = {
  ok: false,
  code: "unavailable",
  message: "The store is away; nothing is known to be stored.",
};
