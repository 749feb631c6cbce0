import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { backUp } from "../../src/engine/sqlite/backup.ts";
import type { Store } from "../../src/engine/sqlite/store.ts";
import { draft, GARDEN, LOBBY, says } from "../contracts/harness.ts";
import { DataFolders, occurrences } from "./data-folders.ts";

const folders = new DataFolders();
const NOW = 1_800_000_000_000;

function fill(store: Store, count: number): void {
  store.append(
    Array.from({ length: count }, () => says("message")),
    NOW,
  );
}

describe("a backup", () => {
  test("is made while the relay writes, for its owner alone", () => {
    const folder = folders.make();
    const { store } = folders.open(folder);
    fill(store, 20);
    store.append([says("in the garden", "ann", { room: GARDEN })], NOW);
    store.mark([{ room: LOBBY, user: "ann", seq: 1 }]);
    const file = join(folders.make(), "backup.db");
    const report = backUp(folder, file);
    expect(report).toEqual({ rooms: 2, events: 21, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    fill(store, 20);
    expect(store.head(LOBBY).seq).toBe(40);
  });

  test("is made of what a killed relay has left", () => {
    const folder = folders.make();
    const { store } = folders.open(folder);
    fill(store, 20);
    const left = folders.killed(folder);
    expect(backUp(left, join(folders.make(), "backup.db"))).toMatchObject({ events: 20 });
  });

  test("[P5] holds nothing that was erased before", () => {
    const folder = folders.make();
    const { store } = folders.open(folder);
    store.append([says("ERASED"), says("KEPT"), draft({ kind: "delete", target: 1 })], NOW);
    const target = folders.make();
    backUp(folder, join(target, "backup.db"));
    expect([occurrences(target, "ERASED"), occurrences(target, "KEPT")]).toEqual([0, 1]);
  });

  test.each([
    ["no data", "There are no rooms in"],
    ["a file that is there", "exists already; name a file that does not."],
    ["a folder that is not there", "does not exist."],
  ])("is refused with %s", (what, why) => {
    const folder = folders.make();
    if (what !== "no data") fill(folders.open(folder).store, 1);
    const file = join(folders.make(), what === "a folder that is not there" ? "nowhere/b.db" : "b.db");
    if (what === "a file that is there") writeFileSync(file, "precious", { mode: 0o644 });
    expect(() => backUp(folder, file)).toThrow(why);
    if (what === "a file that is there") expect(statSync(file)).toMatchObject({ size: 8, mode: 0o100644 });
    else expect(existsSync(file)).toBe(false);
  });

  test("of a damaged database is no backup, and leaves no file", () => {
    const folder = folders.make();
    const { store, close } = folders.open(folder);
    fill(store, 500);
    close();
    const file = join(folder, "natter.db");
    writeFileSync(file, Buffer.alloc(statSync(file).size, "x"));
    const target = join(folders.make(), "b.db");
    expect(() => backUp(folder, target)).toThrow(/natter\.db is no database/);
    expect(existsSync(target)).toBe(false);
  });
});

describe("restored", () => {
  /** A folder with 10 messages, their backup, and 5 more after it. */
  function backedUp(): { folder: string; file: string; epoch: string; store: Store; close: () => void } {
    const folder = folders.make();
    const opened = folders.open(folder);
    fill(opened.store, 10);
    const file = join(folders.make(), "backup.db");
    backUp(folder, file);
    fill(opened.store, 5);
    return { folder, file, epoch: opened.store.head(LOBBY).epoch, ...opened };
  }

  test("[P3] into its own folder, every room begins a new epoch, and goes on from there", () => {
    const { folder, file, epoch, close } = backedUp();
    close();
    // As a new file: in this process, the old one is held until its statements are collected.
    rmSync(join(folder, "natter.db"));
    copyFileSync(file, join(folder, "natter.db"));
    const { store, notes, close: closeAgain } = folders.open(folder);
    const head = store.head(LOBBY);
    expect(head.seq).toBe(10);
    expect(head.epoch).not.toBe(epoch);
    expect(store.head(GARDEN).epoch).not.toBe(epoch);
    expect(store.after(LOBBY, epoch, 10, 100, NOW)).toEqual({ ok: false });
    expect(notes).toEqual([
      `Every room of ${join(folder, "natter.db")} begins a new epoch, and clients start again from what it holds: it is a backup that was put in place.`,
    ]);
    fill(store, 1);
    closeAgain();
    const again = folders.open(folder);
    expect(again.store.head(LOBBY)).toMatchObject({ epoch: head.epoch, seq: 11 });
    expect(again.notes).toEqual([]);
  });

  test("[P3] beside the log of a killed relay, nothing of that log is taken for its own", () => {
    const { folder, file, epoch } = backedUp();
    const left = folders.killed(folder);
    copyFileSync(file, join(left, "natter.db"));
    const { store } = folders.open(left);
    expect(store.head(LOBBY)).toMatchObject({ seq: 10 });
    expect(store.head(LOBBY).epoch).not.toBe(epoch);
    fill(store, 1);
    const { epoch: renewed } = store.head(LOBBY);
    const killed = folders.killed(left);
    expect(folders.open(killed).store.head(LOBBY)).toMatchObject({ epoch: renewed, seq: 11 });
  });

  test("into a new folder, it is a relay's data", () => {
    const { file, epoch } = backedUp();
    const folder = join(folders.make(), "data");
    mkdirSync(folder);
    copyFileSync(file, join(folder, "natter.db"));
    const { store } = folders.open(folder);
    expect(store.page(LOBBY, 100, undefined, NOW).messages).toHaveLength(10);
    expect(store.head(LOBBY).epoch).not.toBe(epoch);
  });
});
