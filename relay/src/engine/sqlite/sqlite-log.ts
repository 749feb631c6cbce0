import type { Clock } from "../../clock.ts";
import type { Appended, Bus, Draft, Head, Page, Replay, RoomKey, RoomLog } from "../engine.ts";
import type { AsyncStore } from "./store-port.ts";

/** Drafts that one transaction takes, unless one caller alone brings more: some ten milliseconds of work. */
const MAX_DRAFTS = 1000;

interface Batch {
  drafts: readonly Draft[];
  resolve: (results: Appended[]) => void;
  reject: (error: unknown) => void;
}

/**
 * Logs in a file, with group commit: one commit is under way while the next gathers, so that a slow disk makes
 * fuller commits. Nobody is told of an event, its author included, before the fsync that covers it has returned.
 */
export class SqliteLog implements RoomLog {
  readonly #store: AsyncStore;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #onFault: (fault: Error) => void;
  readonly #waiting: Batch[] = [];
  #isCommitting = false;

  /** @param onFault told when a draft was refused for a fault of ours */
  constructor(store: AsyncStore, bus: Bus, clock: Clock, onFault: (fault: Error) => void) {
    this.#store = store;
    this.#bus = bus;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  append(drafts: readonly Draft[]): Promise<Appended[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ drafts, resolve, reject });
      if (!this.#isCommitting) void this.#commitAll();
    });
  }

  head(room: RoomKey): Promise<Head> {
    return this.#store.head(room);
  }

  after(room: RoomKey, epoch: string, seq: number, limit: number, first = limit): Promise<Replay> {
    return this.#store.after(room, epoch, seq, limit, this.#clock.now(), first);
  }

  page(room: RoomKey, limit: number, before?: number): Promise<Page> {
    return this.#store.page(room, limit, before, this.#clock.now());
  }

  find(room: RoomKey, userId: string, id: string): Promise<Appended | undefined> {
    return this.#store.find(room, userId, id, this.#clock.now());
  }

  /** Resolves when everything handed in has been stored or refused. */
  async close(): Promise<void> {
    await this.append([]).catch(() => undefined);
  }

  async #commitAll(): Promise<void> {
    this.#isCommitting = true;
    while (this.#waiting.length > 0) await this.#commit(this.#takeGroup());
    this.#isCommitting = false;
  }

  #takeGroup(): Batch[] {
    let drafts = 0;
    const end = this.#waiting.findIndex((batch, at) => {
      drafts += batch.drafts.length;
      return at > 0 && drafts > MAX_DRAFTS;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #commit(group: readonly Batch[]): Promise<void> {
    try {
      const drafts = group.flatMap((batch) => batch.drafts);
      const stored = await this.#store.append(drafts, this.#clock.now());
      for (const [at, { result, event, fault }] of stored.entries()) {
        if (fault) this.#onFault(fault);
        if (!event || !result.ok) continue;
        this.#bus.publish((drafts[at] as Draft).room, { type: "event", epoch: result.epoch, event });
      }
      let next = 0;
      for (const { drafts, resolve } of group) {
        resolve(stored.slice(next, (next += drafts.length)).map(({ result }) => result));
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
