import { afterEach, expect, test, vi } from "vitest";
import { memoryStorage, safeStorage } from "../src/storage.ts";

afterEach(() => vi.unstubAllGlobals());

test("what a storage cannot hold is held in memory, and what it can hold again is not", () => {
  const disk = new Map<string, string>();
  let isFull = true;
  const storage = safeStorage({
    get: (key) => disk.get(key),
    set(key, value) {
      if (isFull) throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
      disk.set(key, value);
    },
    remove: (key) => void disk.delete(key),
  });
  disk.set("a", "old");
  storage.set("a", "new");
  expect(storage.get("a")).toBe("new");
  isFull = false;
  storage.set("a", "newer");
  expect([storage.get("a"), disk.get("a")]).toEqual(["newer", "newer"]);
  storage.remove("a");
  expect(storage.get("a")).toBeUndefined();
});

test("without a storage it is the browser's, and memory where there is none or it may not be used", () => {
  const values = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  });
  const storage = safeStorage();
  storage.set("a", "1");
  expect([values.get("a"), storage.get("a"), storage.get("b")]).toEqual(["1", "1", null]);
  vi.stubGlobal("localStorage", undefined);
  storage.set("a", "2");
  expect(storage.get("a")).toBe("2");
  const memory = memoryStorage();
  memory.set("x", "y");
  memory.remove("x");
  expect(memory.get("x")).toBeUndefined();
});
