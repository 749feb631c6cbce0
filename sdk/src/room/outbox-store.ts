import type { ChatStorage } from "../storage.ts";
import type { Draft } from "./outbox.ts";

/** Tabs of one user that can keep unsent messages of a room at the same time; further ones keep them in memory. */
const SLOTS = 8;

/**
 * Where this page keeps a user's unsent messages of one room, so that a reload does not lose them.
 *
 * Each tab has a slot of its own, held by a Web Lock for as long as the tab lives: no two tabs write the same
 * key, and what a living tab has written is neither sent nor shown by another. A tab that goes leaves its slot
 * behind; the lock falls free, and the next page that comes to the room takes the slot over, or waits for its
 * lock if the tab is still going (as it is for a moment during a reload).
 *
 * Without Web Locks (Node, old browsers) there is one slot. Two pages may then both send what it holds; the
 * relay stores it once, because the id is the same.
 */
export class OutboxStore {
  readonly #storage: ChatStorage;
  readonly #key: string;
  readonly #adopt: (drafts: Draft[]) => void;
  readonly #ended = new AbortController();
  #slot: string | undefined;
  #drafts: readonly Draft[] = [];

  /**
   * @param key Names relay, user and room.
   * @param adopt Takes what an earlier page left; what it takes it must `save`.
   */
  constructor(storage: ChatStorage, key: string, adopt: (drafts: Draft[]) => void) {
    this.#storage = storage;
    this.#key = key;
    this.#adopt = adopt;
    void this.#claim();
  }

  /** Writes what is unsent now. */
  save(drafts: readonly Draft[]): void {
    this.#drafts = drafts;
    if (this.#slot === undefined) return;
    if (drafts.length > 0) this.#storage.set(this.#slot, JSON.stringify(drafts));
    else this.#storage.remove(this.#slot);
  }

  /** Leaves the slot, and what is in it, to the next page. */
  close(): void {
    this.#ended.abort();
    this.#slot = undefined;
  }

  async #claim(): Promise<void> {
    const locks = (globalThis.navigator as Navigator | undefined)?.locks;
    if (!locks) return this.#take(`${this.#key}:0`);
    const names = Array.from({ length: SLOTS }, (_, n) => `${this.#key}:${n}`);
    for (const name of names) if (!this.#slot && (await this.#hold(locks, name))) this.#take(name);
    for (const name of names) if (name !== this.#slot && this.#read(name).length > 0) this.#inherit(locks, name);
  }

  /** Takes a lock until this store is closed; false when another tab has it. */
  #hold(locks: LockManager, name: string): Promise<boolean> {
    return new Promise((resolve) => {
      locks
        .request(name, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          return lock && this.#untilClosed();
        })
        // A frame without an origin has neither locks nor a storage to guard.
        .catch(() => resolve(true));
    });
  }

  /** Waits for another tab to go, and takes over what it left. */
  #inherit(locks: LockManager, name: string): void {
    const { signal } = this.#ended;
    locks
      .request(name, { signal }, () => {
        if (signal.aborted) return;
        const drafts = this.#read(name);
        this.#storage.remove(name);
        if (drafts.length > 0) this.#adopt(drafts);
      })
      .catch(() => {});
  }

  #take(name: string): void {
    if (this.#ended.signal.aborted) return;
    this.#slot = name;
    const drafts = this.#read(name);
    this.save(this.#drafts);
    if (drafts.length > 0) this.#adopt(drafts);
  }

  #read(name: string): Draft[] {
    try {
      const drafts = JSON.parse(this.#storage.get(name) ?? "[]") as unknown;
      return Array.isArray(drafts) ? drafts.filter(isDraft) : [];
    } catch {
      return [];
    }
  }

  #untilClosed(): Promise<void> {
    return new Promise((resolve) => this.#ended.signal.addEventListener("abort", () => resolve()));
  }
}

function isDraft(value: unknown): value is Draft {
  const draft = value as Partial<Draft> | null;
  return typeof draft?.id === "string" && typeof draft.text === "string" && typeof draft.at === "number";
}
