import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { dataFolder, makeFile, sizeOf, syncFolder } from "./data-folder.ts";
import { openDatabase, type Connection } from "./driver.ts";
import { BACKUP_FILE, MIGRATIONS } from "./schema.ts";
import { StorageError } from "./storage-error.ts";

/** What a backup holds. */
export interface BackupReport {
  rooms: number;
  events: number;
  bytes: number;
}

/**
 * Copies the rooms of a data folder to a new file, as they stand at one moment, whether a relay runs there or
 * not. The copy is read through before it counts as one, and holds nothing that was erased.
 *
 * It is marked as a backup: a relay that finds it in the place of its database begins a new epoch in every room,
 * since clients may have seen more than it holds.
 *
 * @throws StorageError with a sentence, and then there is no file
 */
export function backUp(folder: string, file: string): BackupReport {
  const { database } = dataFolder(folder);
  const target = resolve(file);
  if (!sizeOf(database)) throw new StorageError("refused", `There are no rooms in ${dirname(database)}.`);
  if (!sizeOf(dirname(target))) throw new StorageError("refused", `${dirname(target)} does not exist.`);
  if (!makeFile(target)) {
    throw new StorageError("refused", `${target} exists already; name a file that does not.`);
  }
  try {
    copy(database, target);
    const report = finish(target);
    sync(target);
    return report;
  } catch (error) {
    rmSync(target, { force: true });
    rmSync(`${target}-journal`, { force: true });
    throw error;
  }
}

function copy(from: string, to: string): void {
  const source = openDatabase(from);
  try {
    source.exec("PRAGMA busy_timeout = 10000");
    const version = source.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
    if (version < 1 || version > MIGRATIONS.length) {
      throw new StorageError("refused", `${from} is of another version of Natter: back it up with that one.`);
    }
    source.prepare("VACUUM INTO ?1").run(to);
  } finally {
    source.close();
  }
}

function finish(target: string): BackupReport {
  const database = openDatabase(target);
  try {
    const [first] = database.prepare<{ quick_check: string }>("PRAGMA quick_check(1)").all();
    if (first?.quick_check !== "ok") {
      throw new StorageError("damaged", `The copy ${target} is damaged, and was removed.`);
    }
    removeDropped(database);
    database.exec(`PRAGMA application_id = ${BACKUP_FILE}`);
    const rooms = count(database, "SELECT count(*) AS count FROM rooms WHERE seq > 0");
    const events = count(database, "SELECT count(*) AS count FROM events");
    return { rooms, events, bytes: sizeOf(target) ?? 0 };
  } finally {
    database.close();
  }
}

/** What is left of deleted rooms is removed from the file in its own time; a copy is not to have it at all. */
function removeDropped(database: Connection): void {
  const table = "SELECT count(*) AS count FROM sqlite_schema WHERE name = 'dropped_rooms'";
  if (count(database, table) === 0 || count(database, "SELECT count(*) AS count FROM dropped_rooms") === 0)
    return;
  database.exec("PRAGMA secure_delete = ON");
  database.exec("BEGIN");
  for (const table of ["events", "folds"]) {
    database.exec(`DELETE FROM ${table} WHERE place >> 32 IN (SELECT room FROM dropped_rooms)`);
  }
  for (const table of ["ids", "trimmed_ids", "restrictions", "markers"]) {
    database.exec(`DELETE FROM ${table} WHERE room IN (SELECT room FROM dropped_rooms)`);
  }
  database.exec("DELETE FROM dropped_rooms");
  database.exec("COMMIT");
  database.exec("VACUUM");
}

function count(database: Connection, sql: string): number {
  return database.prepare<{ count: number }>(sql).get()?.count ?? 0;
}

/** The copy lasts when its content and its name do. */
function sync(target: string): void {
  const file = openSync(target, "r+");
  fsyncSync(file);
  closeSync(file);
  syncFolder(dirname(target));
}
