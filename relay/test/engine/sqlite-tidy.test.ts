import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MIN_ID_AGE_MS, roomKeyOf, type Draft, type RoomKey } from "../../src/engine/engine.ts";
import { openDatabase } from "../../src/engine/sqlite/driver.ts";
import type { Store } from "../../src/engine/sqlite/store.ts";
import { draft, LOBBY, says } from "../contracts/harness.ts";
import { roomName } from "../doubles/events.ts";
import { DataFolders, occurrences } from "./data-folders.ts";

const folders = new DataFolders();
const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

/** Has everything done that can wait; tells in how many steps. */
function tidyAll(store: Store, now: number): number {
  let steps = 0;
  while (store.tidy(now)) steps++;
  return steps;
}

/** What stands in the file, whoever may see it. */
function rowsOf(folder: string, table: string): number {
  const database = openDatabase(join(folder, "natter.db"));
  const row = database.prepare<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).get();
  database.close();
  return row?.count ?? 0;
}

describe("[P5] what was deleted is in no file of the folder after compaction", () => {
  const data = { note: "ERASED-DATA" };
  const secrets: Draft[] = [
    draft({ kind: "message", text: "ERASED-TEXT", data }, "ann", { id: "secret" }),
    draft({ kind: "edit", target: 1, text: "ERASED-EDIT" }),
    draft({ kind: "edit", target: 1, text: "ERASED-EDIT again" }),
    draft({ kind: "reaction", target: 1, emoji: "👍", on: true }, "bob"),
  ];

  function secretive(): { folder: string; store: Store; close: () => void } {
    const folder = folders.make();
    const opened = folders.open(folder);
    opened.store.append(secrets, NOW);
    opened.store.append([says("KEPT"), draft({ kind: "edit", target: 5, text: "KEPT too" })], NOW);
    expect(occurrences(folder, "ERASED")).toBeGreaterThan(3);
    opened.store.append([draft({ kind: "delete", target: 1 })], NOW);
    return { folder, ...opened };
  }

  test("while the relay goes on, a minute later", () => {
    const { folder, store } = secretive();
    tidyAll(store, NOW);
    expect(occurrences(folder, "ERASED")).toBeGreaterThan(0);
    tidyAll(store, NOW + MINUTE);
    expect(occurrences(folder, "ERASED")).toBe(0);
    expect(occurrences(folder, "KEPT")).toBeGreaterThan(1);
  });

  test("when the relay ends", () => {
    const { folder, close } = secretive();
    close();
    expect(occurrences(folder, "ERASED")).toBe(0);
    expect(occurrences(folder, "KEPT")).toBeGreaterThan(1);
  });

  test("when a relay was killed first, after the next has started", () => {
    const { folder } = secretive();
    const left = folders.killed(folder);
    expect(occurrences(left, "ERASED")).toBeGreaterThan(0);
    const { store } = folders.open(left);
    tidyAll(store, NOW);
    expect(occurrences(left, "ERASED")).toBe(0);
  });

  test("while a backup reads, as soon as it is done", () => {
    const { folder, store } = secretive();
    const reader = openDatabase(join(folder, "natter.db"));
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM events").get();
    tidyAll(store, NOW + MINUTE);
    expect(occurrences(folder, "ERASED")).toBeGreaterThan(0);
    reader.exec("COMMIT");
    tidyAll(store, NOW + MINUTE);
    expect(occurrences(folder, "ERASED")).toBe(0);
  });

  test("also where SQLite has moved it about before", () => {
    const folder = folders.make();
    const { store } = folders.open(folder);
    const rooms = Array.from({ length: 20 }, (_, at) => roomKeyOf("default", roomName(`room ${at}`)));
    const seqs = new Map<RoomKey, number>();
    for (let round = 0; round < 60; round++) {
      // Rooms in changing order and texts of changing length, so that pages fill and divide in every way.
      const drafts = rooms
        .filter((_, at) => (at * 7 + round * 3) % 5 < 3)
        .flatMap((room, at) =>
          Array.from({ length: 3 }, () =>
            says(`ERASED ${"x".repeat((round * 31 + at * 17) % 300)}`, "ann", { room }),
          ),
        );
      store.append(drafts, NOW);
      for (const { room } of drafts) seqs.set(room, (seqs.get(room) ?? 0) + 1);
    }
    for (const [room, count] of seqs) {
      const all = Array.from({ length: count }, (_, at) =>
        draft({ kind: "delete", target: at + 1 }, "ann", { room }),
      );
      store.append(all, NOW);
    }
    tidyAll(store, NOW + MINUTE);
    expect(occurrences(folder, "ERASED")).toBe(0);
    expect(checked(folder)).toBe("ok");
    expect(store.page(LOBBY, 10, undefined, NOW).messages).toEqual([]);
    expect(store.head(rooms[0] ?? LOBBY).seq).toBe(2 * (seqs.get(rooms[0] ?? LOBBY) ?? 0));
  });

  function checked(folder: string): unknown {
    const database = openDatabase(join(folder, "natter.db"));
    const [row] = database.prepare<{ integrity_check: string }>("PRAGMA integrity_check").all();
    database.close();
    return row?.integrity_check;
  }

  test("and a new compaction does not begin right after one", () => {
    const { store } = secretive();
    expect(tidyAll(store, NOW + MINUTE)).toBeGreaterThan(0);
    store.append([draft({ kind: "delete", target: 5 })], NOW + MINUTE);
    expect(tidyAll(store, NOW + MINUTE + 1000)).toBe(0);
    expect(tidyAll(store, NOW + 2 * MINUTE)).toBeGreaterThan(0);
  });
});

describe("retention", () => {
  function fill(store: Store, count: number, now = NOW): void {
    for (let left = count; left > 0; left -= 500) {
      store.append(
        Array.from({ length: Math.min(500, left) }, () => says("TRIMMED")),
        now,
      );
    }
  }

  test("by count takes events, ids and folds out of the file, step by step", () => {
    const folder = folders.make();
    const { store } = folders.open(folder, { retention: { count: 100, ageMs: 1e12 } });
    store.append(
      [says("first"), draft({ kind: "edit", target: 1, text: "edited" })],
      NOW - 2 * MIN_ID_AGE_MS,
    );
    fill(store, 1600, NOW - 2 * MIN_ID_AGE_MS);
    expect(rowsOf(folder, "events")).toBe(1602);
    expect(tidyAll(store, NOW)).toBeGreaterThan(3);
    expect([rowsOf(folder, "events"), rowsOf(folder, "ids"), rowsOf(folder, "folds")]).toEqual([100, 100, 0]);
    expect(rowsOf(folder, "trimmed_ids")).toBe(0);
    fill(store, 50);
    tidyAll(store, NOW);
    expect([rowsOf(folder, "events"), rowsOf(folder, "ids")]).toEqual([100, 100]);
    expect(store.page(LOBBY, 200, undefined, NOW).messages).toHaveLength(100);
  });

  test("by age takes them out of the file, and their texts with them", () => {
    const folder = folders.make();
    const { store } = folders.open(folder, { retention: { count: 1e6, ageMs: MINUTE } });
    fill(store, 600);
    store.append([says("KEPT")], NOW + MINUTE);
    tidyAll(store, NOW + MINUTE + 1);
    expect(rowsOf(folder, "events")).toBe(1);
    tidyAll(store, NOW + 3 * MINUTE);
    expect(occurrences(folder, "TRIMMED")).toBe(0);
    expect(occurrences(folder, "KEPT")).toBe(0);
    expect(store.head(LOBBY).seq).toBe(601);
    store.append([says("again")], NOW + 3 * MINUTE);
    expect(store.page(LOBBY, 10, undefined, NOW + 3 * MINUTE)).toMatchObject({
      messages: [{ seq: 602, text: "again" }],
      more: false,
    });
  });

  test("[LOG8] keeps the ids of what is younger than a day, and lets them go then", () => {
    const folder = folders.make();
    const { store } = folders.open(folder, { retention: { count: 100, ageMs: 1e12 } });
    const first = says("first", "ann", { id: "first" });
    store.append([first], NOW);
    fill(store, 700);
    tidyAll(store, NOW);
    expect(rowsOf(folder, "trimmed_ids")).toBe(601);
    expect(store.find(LOBBY, "ann", "first", NOW)).toMatchObject({ seq: 1, duplicate: true });
    expect(store.append([first], NOW)).toMatchObject([{ result: { seq: 1, duplicate: true } }]);
    const next = NOW + MIN_ID_AGE_MS + 1;
    tidyAll(store, next);
    expect(rowsOf(folder, "trimmed_ids")).toBe(0);
    expect(store.append([first], next)).toMatchObject([{ result: { seq: 702, duplicate: false } }]);
  });

  test("is of every room, and of those only that need it", () => {
    const folder = folders.make();
    const { store } = folders.open(folder, { retention: { count: 10, ageMs: 1e12 } });
    const rooms = Array.from({ length: 30 }, (_, at) => roomKeyOf("default", roomName(`room ${at}`)));
    for (const [at, room] of rooms.entries()) {
      store.append(
        Array.from({ length: at }, () => says("hi", "ann", { room })),
        NOW,
      );
    }
    tidyAll(store, NOW);
    expect(rowsOf(folder, "events")).toBe(45 + 20 * 10);
  });

  test("does not keep compaction from its turn, however busy a room is", () => {
    const folder = folders.make();
    const { store } = folders.open(folder, { retention: { count: 100, ageMs: 1e12 } });
    fill(store, 200);
    store.append([says("ERASED-TEXT"), draft({ kind: "delete", target: 201 })], NOW);
    tidyAll(store, NOW);
    for (let round = 0; round < 30; round++) {
      fill(store, 250, NOW + MINUTE);
      store.tidy(NOW + MINUTE);
    }
    expect(occurrences(folder, "ERASED-TEXT")).toBe(0);
  });
});

test("[P7] an app that keeps little has its file trimmed, and its neighbour that keeps much has not", () => {
  const folder = folders.make();
  const retention = { count: 1000, ageMs: 1e12, apps: { default: { count: 3, ageMs: 1e12 } } };
  const { store, close } = folders.open(folder, { retention });
  for (let room = 0; room < 120; room++) {
    const theirs = roomKeyOf("other", roomName(`room ${room}`));
    store.append(
      Array.from({ length: 5 }, () => says("theirs", "ann", { room: theirs })),
      NOW,
    );
  }
  store.append(
    Array.from({ length: 5 }, () => says("ours", "ann", { room: LOBBY })),
    NOW,
  );
  tidyAll(store, NOW);
  expect(rowsOf(folder, "events")).toBe(120 * 5 + 3);
  store.retain({ count: 1, ageMs: 1e12 });
  tidyAll(store, NOW);
  expect(rowsOf(folder, "events")).toBe(121);
  close();
});

test("a revocation that has ended is removed from the file", () => {
  const folder = folders.make();
  const { store, close } = folders.open(folder);
  store.revoke({ app: "default", kind: "user", id: "ann", at: NOW, until: NOW + MINUTE });
  store.revoke({ app: "default", kind: "user", id: "bob", at: NOW, until: NOW + 3 * MINUTE });
  tidyAll(store, NOW);
  expect(rowsOf(folder, "revocations")).toBe(2);
  tidyAll(store, NOW + 2 * MINUTE);
  expect(rowsOf(folder, "revocations")).toBe(1);
  close();
});
