import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openOutboxStore, type OutboxStore } from "../../src/room/outbox-store.ts";
import type { Draft } from "../../src/room/outbox.ts";
import { memoryStorage, type ChatStorage } from "../../src/storage.ts";

const draft = (id: string): Draft => ({ writing: { type: "post", id, text: id }, at: 1 });
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A tab: what it has of its own, and what it was given of another's. */
class Tab {
  readonly drafts: Draft[] = [];
  /** What it held when it had looked for what others left. */
  found: string[] | undefined;
  readonly store: OutboxStore;

  constructor(storage: ChatStorage) {
    const save = (): void => this.store?.save(this.drafts);
    const adopt = (adopted: Draft[]): void => {
      this.drafts.unshift(...adopted);
      save();
    };
    this.store = openOutboxStore(storage, "outbox", adopt, () => (this.found = this.ids));
    save();
  }

  write(id: string): void {
    this.drafts.push(draft(id));
    this.store.save(this.drafts);
  }

  get ids(): string[] {
    return this.drafts.map(({ writing }) => writing.id);
  }
}

/** Web Locks as the standard has them: one holder a name, those who wait in a queue. */
function fakeLocks(): LockManager {
  const queues = new Map<string, Promise<unknown>>();
  const request = (
    name: string,
    { signal }: { signal: AbortSignal },
    run: () => unknown,
  ): Promise<unknown> => {
    const before = queues.get(name) ?? Promise.resolve();
    const mine = before.then(() => {
      if (signal.aborted) throw new DOMException("Aborted.", "AbortError");
      return run();
    });
    queues.set(
      name,
      mine.catch(() => {}),
    );
    return mine;
  };
  return { request } as unknown as LockManager;
}

let storage: ChatStorage;

beforeEach(() => {
  storage = memoryStorage();
});
afterEach(() => vi.unstubAllGlobals());

test("without locks, the next page takes over what this one left", () => {
  vi.stubGlobal("navigator", undefined);
  const tab = new Tab(storage);
  tab.write("a");
  tab.store.close();
  const next = new Tab(storage);
  expect([next.ids, next.found]).toEqual([["a"], ["a"]]);
  next.store.save([]);
  next.store.close();
  expect(new Tab(storage).ids).toEqual([]);
});

test("[SDK1] with locks, a tab's drafts are its own as long as it lives, and another's when it is gone", async () => {
  vi.stubGlobal("navigator", { locks: fakeLocks() });
  const one = new Tab(storage);
  await turn();
  one.write("a");
  const two = new Tab(storage);
  await turn();
  two.write("b");
  expect([one.ids, two.ids]).toEqual([["a"], ["b"]]);
  one.store.close();
  await turn();
  expect(two.ids).toEqual(["a", "b"]);
  two.store.close();
  await turn();
  const three = new Tab(storage);
  await turn();
  expect(three.ids.sort()).toEqual(["a", "b"]);
});

test("[SDK1] a tab is told when it has all that is free, and waits for none of the tabs that live", async () => {
  vi.stubGlobal("navigator", { locks: fakeLocks() });
  const living = Array.from({ length: 7 }, () => new Tab(storage));
  await turn();
  const gone = new Tab(storage);
  await turn();
  gone.write("a");
  gone.store.close();
  await turn();
  const next = new Tab(storage);
  expect(next.found).toBeUndefined();
  await turn();
  expect(next.found).toEqual(["a"]);
  const ninth = new Tab(storage);
  await turn();
  expect([living[0]?.found, ninth.found]).toEqual([[], []]);
});

test("[SDK1] a reload takes over, also when the old page's lock falls free a moment later", async () => {
  vi.stubGlobal("navigator", { locks: fakeLocks() });
  const before = new Tab(storage);
  await turn();
  before.write("a");
  const after = new Tab(storage);
  await turn();
  expect(after.ids).toEqual([]);
  before.store.close();
  await turn();
  expect(after.ids).toEqual(["a"]);
  after.store.save([]);
  after.store.close();
  await turn();
  const last = new Tab(storage);
  await turn();
  expect(last.ids).toEqual([]);
});

test("what is written before a slot is free is kept as soon as one is", async () => {
  vi.stubGlobal("navigator", { locks: fakeLocks() });
  const tabs = Array.from({ length: 9 }, () => new Tab(storage));
  await turn();
  tabs.forEach((tab, n) => tab.write(`${n}`));
  tabs[0]?.store.save([]);
  tabs[0]?.store.close();
  await turn();
  for (const tab of tabs.slice(1)) tab.store.close();
  await turn();
  const next = new Tab(storage);
  await turn();
  expect(next.ids.sort()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
});

test("where locks are refused, the drafts are kept without them", async () => {
  const request = (): Promise<never> => Promise.reject(new DOMException("Opaque origin.", "SecurityError"));
  vi.stubGlobal("navigator", { locks: { request } });
  const tab = new Tab(storage);
  await turn();
  tab.write("a");
  tab.store.close();
  vi.stubGlobal("navigator", { locks: { request } });
  const next = new Tab(storage);
  await turn();
  expect([next.ids, next.found]).toEqual([["a"], ["a"]]);
});
