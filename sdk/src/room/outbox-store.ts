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
 * key, and what a living tab has written is neither sent nor shown by another. A new page asks for the locks of
 * all slots. The first that it is given is its own; of any other it takes what a tab that is gone has left, and
 * gives the lock back. A lock that a living tab holds is given when that tab goes, as it does in a reload.
 *
 * Without Web Locks (Node, old browsers) there is one slot. Two pages may then both send what it holds; the
 * relay stores it once, because the id is the same.
 *
 * @param key Names relay, user and room.
 * @param adopt Takes what an earlier page left, and saves what it takes; without locks, before this returns.
 * @param looked Told when all that no living tab holds has been adopted; without locks, before this returns.
 */
export function openOutboxStore(
  storage: ChatStorage,
  key: string,
  adopt: (drafts: Draft[]) => void,
  looked: () => void,
): OutboxStore {
  const ended = new AbortController();
  const { signal } = ended;
  let slot: string | undefined;
  let unsaved: readonly Draft[] = [];

  const save = (drafts: readonly Draft[]): void => {
    unsaved = drafts;
    if (!slot) return;
    if (drafts.length > 0) storage.set(slot, JSON.stringify(drafts));
    else storage.remove(slot);
  };
  /** Takes over a slot; for good, if there was none yet. */
  const take = (name: string): Promise<void> | undefined => {
    if (signal.aborted) return undefined;
    const left = readDrafts(storage.get(name));
    const isOwn = slot === undefined;
    slot ??= name;
    if (!isOwn) storage.remove(name);
    save(unsaved);
    if (left.length > 0) adopt(left);
    return isOwn ? new Promise((free) => signal.addEventListener("abort", () => free())) : undefined;
  };

  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  for (let n = 0; n < (locks ? SLOTS : 1); n++) {
    const name = `${key}:${n}`;
    // A frame without an origin of its own has neither locks nor a storage that needs guarding.
    if (locks) locks.request(name, { signal }, () => take(name)).catch(() => void take(name));
    else void take(name);
  }
  // Locks are given in the order of asking: when this one comes, which all share, so have those that were free.
  const tell = (): void => {
    if (!signal.aborted) looked();
  };
  if (locks) locks.request(key, { signal, mode: "shared" }, tell).catch(tell);
  else tell();
  return {
    save,
    close() {
      ended.abort();
      slot = undefined;
    },
  };
}

/** What is in storage may have been put there by anybody. */
function readDrafts(json: string | null | undefined): Draft[] {
  try {
    const drafts = JSON.parse(json ?? "[]") as Draft[];
    return drafts.filter(({ writing, at }) => typeof writing.id === "string" && at > 0);
  } catch {
    return [];
  }
}
