import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../src/engine/sqlite/driver.ts";
import { MIGRATIONS, migrate } from "../../src/engine/sqlite/schema.ts";
import type { Store } from "../../src/engine/sqlite/store.ts";
import { draft, GARDEN, LOBBY, says } from "../contracts/harness.ts";
import { DataFolders } from "./data-folders.ts";

const folders = new DataFolders();
const NOW = 1_800_000_000_000;

function fill(store: Store, count: number, text = "message"): void {
  for (let at = 0; at < count; at++) store.append([says(`${text} ${at}`)], NOW);
}

/** A folder with some messages in it, closed well. */
function filled(count = 50): string {
  const folder = folders.make();
  const { store, close } = folders.open(folder);
  fill(store, count);
  close();
  return folder;
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe("a data folder", () => {
  test("is made for its owner alone, and so are its files", () => {
    const folder = join(folders.make(), "natter-data");
    const { store } = folders.open(folder);
    fill(store, 1);
    expect(modeOf(folder)).toBe("700");
    const modes = readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]);
    expect(Object.fromEntries(modes)).toEqual({
      "natter.db": "600",
      "natter.db-shm": "600",
      "natter.db-wal": "600",
      "natter.lock": "600",
      "natter.witness": "600",
    });
  });

  test("that was opened to others is closed to them", () => {
    const folder = filled();
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    folders.open(folder);
    expect(readdirSync(folder).map((name) => modeOf(join(folder, name)))).not.toContain("644");
  });

  test("is one relay's: a second is refused until the first has closed it", () => {
    const folder = folders.make();
    const { close } = folders.open(folder);
    expect(() => folders.open(folder)).toThrow(
      `The data folder ${folder} is in use by another relay: stop that one, or name another folder with --data.`,
    );
    close();
    folders.open(folder);
  });

  test("under a folder that is not there is refused", () => {
    const parent = join(folders.make(), "not-mounted");
    expect(() => folders.open(join(parent, "data"))).toThrow(
      `${parent} does not exist; make it, or name another data folder with --data.`,
    );
  });

  test("cannot be a file, nor under one", () => {
    const file = join(folders.make(), "file");
    writeFileSync(file, "");
    expect(() => folders.open(file)).toThrow(
      `${file} is a file and cannot hold the relay's data; name a folder with --data.`,
    );
    expect(() => folders.open(join(file, "data"))).toThrow(
      `${file} is no folder; name another data folder with --data.`,
    );
  });

  test("whose database is a folder is refused", () => {
    const folder = folders.make();
    mkdirSync(join(folder, "natter.db"));
    expect(() => folders.open(folder)).toThrow(/natter\.db .*\.$/);
  });
});

describe("the schema", () => {
  const table = (name: string): string => `CREATE TABLE ${name} (a INTEGER)`;

  function versionOf(path: string): unknown {
    const database = openDatabase(path);
    const row = database.prepare("PRAGMA user_version").all()[0];
    database.close();
    return row;
  }

  function migrated(path: string, steps: readonly string[]): void {
    const database = openDatabase(path);
    try {
      migrate(database, path, steps);
    } finally {
      database.close();
    }
  }

  function tables(path: string): unknown[] {
    const database = openDatabase(path);
    const rows = database.prepare<{ name: string }>("SELECT name FROM sqlite_master ORDER BY name").all();
    database.close();
    return rows.map(({ name }) => name);
  }

  test("goes from any version to the newest, by the steps that are missing", () => {
    const path = join(folders.make(), "x.db");
    migrated(path, [table("one")]);
    expect(versionOf(path)).toEqual({ user_version: 1 });
    migrated(path, [table("one"), table("two"), table("three")]);
    expect(versionOf(path)).toEqual({ user_version: 3 });
    expect(tables(path)).toEqual(["one", "three", "two"]);
    migrated(path, [table("one"), table("two"), table("three")]);
  });

  test("takes all the missing steps, or none", () => {
    const path = join(folders.make(), "x.db");
    migrated(path, [table("one")]);
    expect(() => migrated(path, [table("one"), table("two"), "CREATE NONSENSE"])).toThrow(/NONSENSE/);
    expect(versionOf(path)).toEqual({ user_version: 1 });
    expect(tables(path)).toEqual(["one"]);
  });

  test("[LOG10] knows what was pinned before there was a place for it, and passes over what cannot be read", () => {
    const path = join(folders.make(), "x.db");
    const step = MIGRATIONS.findIndex((sql) => sql.includes("ADD COLUMN pins"));
    migrated(path, MIGRATIONS.slice(0, step));
    const database = openDatabase(path);
    const fold = (room: number, seq: number, message: string): void =>
      database.exec(
        `INSERT INTO folds VALUES (${room} * 4294967296 + ${seq}, 0, '${message}', '[]');
         INSERT OR IGNORE INTO rooms VALUES (${room}, 'default', 'room ${room}', 'e', 9, 0, 9, 1, 0, '{}');`,
      );
    fold(1, 3, '{"pinned":true}');
    fold(1, 4, '{"data":{"pinned":true}}');
    fold(1, 7, '{"pinned":true}');
    fold(1, 8, '{"pinned":true');
    fold(2, 5, '{"text":"no pin"}');
    database.close();
    migrated(path, MIGRATIONS);
    const again = openDatabase(path);
    const rows = again.prepare<{ pins: string }>("SELECT pins FROM rooms ORDER BY id").all();
    again.close();
    expect(rows.map(({ pins }) => pins)).toEqual(["[3,7]", "[]"]);
  });

  test("of a newer relay is refused in one sentence", () => {
    const folder = filled();
    const path = join(folder, "natter.db");
    const database = openDatabase(path);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    database.close();
    expect(() => folders.open(folder)).toThrow(
      `${path} was written by a newer Natter (its schema is ${MIGRATIONS.length + 1}, this relay knows ${MIGRATIONS.length}): update this relay, or restore a backup of before.`,
    );
  });
});

describe("what is found", () => {
  const texts = (store: Store): string[] =>
    store.page(LOBBY, 1000, undefined, NOW).messages.map(({ text }) => text);

  /** Opens a folder and tells whether its rooms have a new epoch, and what the operator was told. */
  function reopened(folder: string, before: string) {
    const { store, notes } = folders.open(folder);
    const { epoch, seq } = store.head(LOBBY);
    return { isRenewed: epoch !== before, seq, notes, store };
  }

  /** A folder as it is left by a process that was killed, and the epoch of its rooms. */
  function abandoned(settings: Parameters<DataFolders["open"]>[1] = {}) {
    const folder = folders.make();
    const { store } = folders.open(folder, settings);
    fill(store, 50);
    return { folder: folders.killed(folder), epoch: store.head(LOBBY).epoch };
  }

  test("[P1] [JOIN9] after a good end goes on as it was", () => {
    const folder = folders.make();
    const { store, close } = folders.open(folder);
    fill(store, 50);
    store.mark([{ room: LOBBY, user: "ann", seq: 7 }]);
    const { epoch } = store.head(LOBBY);
    close();
    const again = reopened(folder, epoch);
    expect(again).toMatchObject({ isRenewed: false, seq: 50, notes: [] });
    expect(texts(again.store)).toHaveLength(50);
    expect(again.store.marker(LOBBY, "ann")).toBe(7);
  });

  test("[P1] [JOIN9] after a sudden death goes on as it was", () => {
    const { folder, epoch } = abandoned();
    const again = reopened(folder, epoch);
    expect(again).toMatchObject({ isRenewed: false, seq: 50, notes: [] });
    expect(texts(again.store)).toHaveLength(50);
  });

  test("[P1] after a death while it was being made can be made again", () => {
    const folder = folders.make();
    writeFileSync(join(folder, "natter.db"), "");
    folders.open(folder).close();
    const other = folders.make();
    const database = openDatabase(join(other, "natter.db"));
    database.prepare("PRAGMA journal_mode = WAL").all();
    database.close();
    folders.open(other);
  });

  test.each([0, 20, 5000, 100_000])("[P3] with its log cut to %i bytes begins a new epoch", (bytes) => {
    const { folder, epoch } = abandoned();
    truncateSync(join(folder, "natter.db-wal"), bytes);
    const again = reopened(folder, epoch);
    expect(again.isRenewed).toBe(true);
    expect(again.seq).toBeLessThan(50);
    expect(texts(again.store)).toHaveLength(again.seq);
    expect(again.notes).toEqual([
      `Every room of ${join(folder, "natter.db")} begins a new epoch, and clients start again from what it holds: it lacks what was stored last: a part of it is lost, or it is an older copy.`,
    ]);
  });

  test("[P3] with a damaged log begins a new epoch", () => {
    const { folder, epoch } = abandoned();
    const wal = readFileSync(join(folder, "natter.db-wal"));
    wal.fill(0xff, wal.length - 6000, wal.length - 5900);
    writeFileSync(join(folder, "natter.db-wal"), wal);
    expect(reopened(folder, epoch).isRenewed).toBe(true);
  });

  test("[P3] with an older copy of the database in its place begins a new epoch", () => {
    const folder = filled(10);
    copyFileSync(join(folder, "natter.db"), join(folder, "copy.db"));
    const { store, close } = folders.open(folder);
    fill(store, 1);
    const { epoch } = store.head(LOBBY);
    close();
    copyFileSync(join(folder, "copy.db"), join(folder, "natter.db"));
    const again = reopened(folder, epoch);
    expect(again).toMatchObject({ isRenewed: true, seq: 10 });
  });

  test("with a copy of the database that nothing was stored after goes on", () => {
    const folder = filled(10);
    copyFileSync(join(folder, "natter.db"), join(folder, "copy.db"));
    const { store, close } = folders.open(folder);
    const { epoch } = store.head(LOBBY);
    close();
    copyFileSync(join(folder, "copy.db"), join(folder, "natter.db"));
    expect(reopened(folder, epoch)).toMatchObject({ isRenewed: false, seq: 10 });
  });

  test("[P3] without its witness begins a new epoch, once", () => {
    const folder = filled(10);
    const before = folders.open(folder);
    const { epoch } = before.store.head(LOBBY);
    before.close();
    rmSync(join(folder, "natter.witness"));
    const again = folders.open(folder);
    const renewed = again.store.head(LOBBY).epoch;
    expect(renewed).not.toBe(epoch);
    expect(again.notes).toHaveLength(1);
    again.close();
    expect(reopened(folder, renewed)).toMatchObject({ isRenewed: false, notes: [] });
  });

  test("[P3] where the database is gone begins anew, and says so once", () => {
    const folder = filled(10);
    const before = folders.open(folder);
    const { epoch } = before.store.head(LOBBY);
    before.close();
    rmSync(join(folder, "natter.db"));
    const again = folders.open(folder);
    expect(again.store.head(LOBBY)).toMatchObject({ seq: 0 });
    expect(again.store.head(LOBBY).epoch).not.toBe(epoch);
    expect(again.notes).toEqual([
      `${join(folder, "natter.db")} is not there any more: every room begins anew, and clients are told so.`,
    ]);
    const renewed = again.store.head(LOBBY).epoch;
    again.close();
    expect(reopened(folder, renewed)).toMatchObject({ isRenewed: false, notes: [] });
  });

  describe("after the machine went down", () => {
    /** Makes the witness one of another start of the system. */
    function otherBoot(folder: string): void {
      const path = join(folder, "natter.witness");
      const witness = JSON.parse(readFileSync(path, "utf8")) as object;
      writeFileSync(path, JSON.stringify({ ...witness, boot: "another" }));
    }

    test("[P1] goes on as it was, where every commit was synced", () => {
      const { folder, epoch } = abandoned();
      otherBoot(folder);
      expect(reopened(folder, epoch).isRenewed).toBe(false);
    });

    test("[P3] begins a new epoch, where they were not", () => {
      const { folder, epoch } = abandoned({ durability: "relaxed" });
      const other = folders.killed(folder);
      otherBoot(other);
      expect(reopened(folder, epoch).isRenewed).toBe(false);
      expect(reopened(other, epoch)).toMatchObject({ isRenewed: true, seq: 50 });
    });

    test("goes on where the relay had ended well before", () => {
      const folder = folders.make();
      const { store, close } = folders.open(folder, { durability: "relaxed" });
      fill(store, 5);
      const { epoch } = store.head(LOBBY);
      close();
      otherBoot(folder);
      expect(reopened(folder, epoch).isRenewed).toBe(false);
    });
  });

  describe("damaged", () => {
    const refusal = (folder: string, why: string): string =>
      `${join(folder, "natter.db")} is damaged and was not opened: ${why}. Put a backup in its place, or move it away to begin with empty rooms.`;

    test("is refused when it is empty", () => {
      const folder = filled();
      truncateSync(join(folder, "natter.db"), 0);
      expect(() => folders.open(folder)).toThrow(
        refusal(folder, "it is empty, though rooms were kept in it"),
      );
    });

    test("is refused when it is all zeros", () => {
      const folder = filled();
      writeFileSync(join(folder, "natter.db"), Buffer.alloc(100_000));
      expect(() => folders.open(folder)).toThrow(refusal(folder, "its header is not ours"));
    });

    test("is refused when its header is damaged, or somebody else's", () => {
      const folder = filled();
      const path = join(folder, "natter.db");
      const good = readFileSync(path);
      for (const [from, to] of [
        [0, 16],
        [68, 72],
        [16, 24],
      ] as const) {
        const bad = Buffer.from(good);
        bad.fill(0x41, from, to);
        writeFileSync(path, bad);
        expect(() => folders.open(folder)).toThrow(/natter\.db is damaged and was not opened: .*\.$/);
      }
    });

    test("is refused when its pages are", () => {
      const folder = filled(500);
      const path = join(folder, "natter.db");
      const bytes = readFileSync(path);
      // Some in the middle, which nobody reads before somebody wants what is in them.
      for (let page = 16 * 4096; page < bytes.length; page += 4096) bytes.fill(0x5a, page, page + 8);
      writeFileSync(path, bytes);
      expect(() => folders.open(folder)).toThrow(/is damaged and was not opened/);
    });

    test("is refused when a part of it is missing", () => {
      const folder = filled(500);
      truncateSync(join(folder, "natter.db"), 12_288);
      expect(() => folders.open(folder)).toThrow(/is damaged and was not opened/);
    });

    test("in one text only, keeps that text and tells the others", () => {
      const folder = folders.make();
      const { store, close } = folders.open(folder);
      store.append([says("one"), says("two SPOILED"), says("three")], NOW);
      store.append([draft({ kind: "edit", target: 3, text: "three edited" })], NOW);
      close();
      execFileSync("sed", ["-i", "s/SPOILED/SPOILEd/g", join(folder, "natter.db")]);
      const again = folders.open(folder).store;
      expect(again.head(LOBBY).seq).toBe(4);
      expect(() => again.page(LOBBY, 10, undefined, NOW)).toThrow(
        "A row of the database is not what was written there; it is not told.",
      );
      expect(again.page(LOBBY, 10, 2, NOW).messages).toMatchObject([{ text: "one" }]);
      expect(again.page(LOBBY, 1, undefined, NOW).messages).toMatchObject([{ text: "three edited" }]);
      const results = again.append(
        [says("four"), draft({ kind: "pin", target: 2, on: true }), says("five")],
        NOW,
      );
      expect(results.map(({ result }) => (result.ok ? result.seq : result.code))).toEqual([5, "internal", 6]);
    });

    test("is never quoted in an error", () => {
      const folder = folders.make();
      const { store, close } = folders.open(folder);
      store.append([draft({ kind: "settings", change: { title: "SPOILED" } })], NOW);
      close();
      execFileSync("sed", ["-i", `s/{"title":"SPOILED"}/{"title":"SPOILED"x/`, join(folder, "natter.db")]);
      const again = folders.open(folder).store;
      expect(() => again.head(LOBBY)).toThrow(/^A row of the database is not what was written there/);
      const garden = says("elsewhere", "ann", { room: GARDEN });
      const results = again.append([says("here"), garden], NOW);
      expect(results.map(({ result }) => result.ok)).toEqual([false, true]);
    });

    test("while it is used, is told no more", () => {
      const folder = folders.make();
      const { store } = folders.open(folder);
      fill(store, 2000);
      const path = join(folder, "natter.db");
      const vandal = openDatabase(path);
      vandal.exec("UPDATE sqlite_dbpage SET data = randomblob(4096) WHERE pgno > 12");
      vandal.close();
      const sentence = `${path} is damaged and is not used any more: put a backup in its place, and start the relay again.`;
      expect(() => store.page(LOBBY, 50, 1000, NOW)).toThrow(sentence);
      expect(() => store.head(LOBBY)).toThrow(sentence);
      expect(() => store.append([says("more")], NOW)).toThrow(sentence);
    });
  });
});
