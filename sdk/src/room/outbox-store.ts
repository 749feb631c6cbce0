import type { ChatStorage } from "../storage.ts";
import type { Draft } from "./outbox.ts";

/** Where a page keeps a user's unsent writings of one room, so that a reload does not lose them. */
export interface OutboxStore {
  /** Writes what is unsent now. */
  save(drafts: readonly Draft[]): void;
  /** Leaves what is kept to the next page. */
  close(): void;
}

/** Tabs of one user that can keep writings of a room at the same time; further ones keep them in memory. */
const SLOTS = 8;

/**
 * Opens the place that is this page's.
 *
 * Each tab has a slot of its own, held by a Web Lock for as long as the tab lives: no two tabs write the same
 * key, and what a living tab has written is neither sent nor shown by another. A tab that goes leaves its slot
 * behind; the lock falls free, and the next page that comes to the room takes the slot over, or waits for its
 * lock if the tab is still going (as it is for a moment during a reload).
 *
 * Without Web Locks (Node, old browsers) there is one slot. Two pages may then both send what it holds; the
 * relay stores it once, because the id is the same.
 *
 * @param key Names relay, user and room.
 * @param adopt Takes what an earlier page left, and saves what it takes.
 */
export function openOutboxStore(
  storage: ChatStorage,
  key: string,
  adopt: (drafts: Draft[]) => void,
): OutboxStore {
  const ended = new AbortController();
  const { signal } = ended;
  const slots = Array.from({ length: SLOTS }, (_, n) => `${key}:${n}`);
  let slot: string | undefined;
  let unsaved: readonly Draft[] = [];

  const save = (drafts: readonly Draft[]): void => {
    unsaved = drafts;
    if (!slot) return;
    if (drafts.length > 0) storage.set(slot, JSON.stringify(drafts));
    else storage.remove(slot);
  };
  const read = (name: string): Draft[] => {
    try {
      const drafts = JSON.parse(storage.get(name) ?? "[]") as Draft[];
      return drafts.filter(({ writing, at }) => typeof writing.id === "string" && at > 0);
    } catch {
      return [];
    }
  };
  const take = (name: string): void => {
    if (signal.aborted) return;
    const left = read(name);
    if (slot) storage.remove(name);
    else slot = name;
    save(unsaved);
    if (left.length > 0) adopt(left);
  };
  const claim = async (locks: LockManager): Promise<void> => {
    for (const name of slots) {
      if (slot) break;
      await new Promise<void>((tried, failed) => {
        const hold = (lock: Lock | null): Promise<void> | undefined => {
          if (lock) take(name);
          tried();
          return lock
            ? new Promise((released) => signal.addEventListener("abort", () => released()))
            : undefined;
        };
        locks.request(name, { ifAvailable: true }, hold).catch(failed);
      });
    }
    for (const name of slots) {
      if (name === slot || read(name).length === 0) continue;
      locks.request(name, { signal }, () => take(name)).catch(() => {});
    }
  };

  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  const first = slots[0] ?? key;
  // A frame without an origin of its own has neither locks nor a storage that needs guarding.
  if (locks) claim(locks).catch(() => take(first));
  else take(first);
  return {
    save,
    close() {
      ended.abort();
      slot = undefined;
    },
  };
}
