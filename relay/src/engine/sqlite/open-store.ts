import { rmSync } from "node:fs";
import type { Retention } from "../retention.ts";
import {
  dataFolder,
  keepPrivate,
  lockFolder,
  makeFile,
  makeFolder,
  sizeOf,
  syncFolder,
  type DataFolder,
} from "./data-folder.ts";
import { openDatabase, type Connection } from "./driver.ts";
import { damaged, inspect, type Found } from "./found-file.ts";
import { LIVE_FILE, migrate } from "./schema.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { StorageError } from "./storage-error.ts";
import { Store } from "./store.ts";
import { doubtOf, readTestimony, systemBoot, Witness, type Durability, type Testimony } from "./witness.ts";

/** How a store is opened. */
export interface StoreSettings {
  /** The data folder. */
  folder: string;
  retention: Retention;
  durability: Durability;
  /** How long the audit is kept, in ms; for ever without. */
  auditAgeMs?: number;
}

/** An open store, and what its operator should know about how it was found. */
export interface OpenedStore {
  store: Store;
  notes: string[];
}

/** Sizes up to which a file is read through before it is used: a moment, or when it was not closed well a few. */
const CHECKED_BYTES = { closed: 64 * 1024 * 1024, open: 512 * 1024 * 1024 };

/**
 * Opens the data folder and takes it for this process.
 *
 * What is found is never taken on trust. A header that is not ours, or a file that fails SQLite's check, is
 * refused; nothing is repaired. A file that is whole but may not be the one that was last written to here (a
 * backup, an older copy, one whose newest part is gone) begins a new life: every room gets a new epoch, so that
 * clients start again from what is there and are told so.
 *
 * @throws StorageError with a sentence for the operator
 */
export function openStore(settings: StoreSettings): OpenedStore {
  const files = dataFolder(settings.folder);
  makeFolder(files.folder);
  const unlock = lockFolder(files);
  try {
    return openLocked(settings, files, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function openLocked(settings: StoreSettings, files: DataFolder, unlock: () => void): OpenedStore {
  const notes: string[] = [];
  const testimony = readTestimony(files.witness);
  const found = inspect(files, testimony);
  if (found === "new" && testimony?.last) notes.push(goneNote(files));
  // What was witnessed is of the file that was here before.
  const before = found === "live" ? testimony : undefined;
  // What stands in a log beside a backup belongs to the database that it replaced.
  if (found === "backup") for (const path of [files.wal, files.shm]) rmSync(path, { force: true });
  if (makeFile(files.database)) syncFolder(files.folder);
  for (const path of [files.database, files.wal, files.shm, files.lock, files.witness]) keepPrivate(path);
  const database = openDatabase(files.database);
  try {
    configure(database, settings.durability);
    checkWhole(database, files, before?.state ?? "open");
    migrate(database, files.database);
    const statements = prepareStatements(database);
    const doubt = found === "new" ? undefined : whyRenew(found, before, statements);
    if (doubt !== undefined) {
      renew(statements);
      notes.push(renewedNote(files, doubt));
    }
    if (found !== "live") adopt(database, statements, files);
    makeFile(files.witness);
    const isCompacted = found === "new" || (before?.compacted === true && doubt === undefined);
    const last = doubt === undefined ? before?.last : undefined;
    const witness = new Witness(files.witness, testify(settings, isCompacted, last));
    const parts = {
      path: files.database,
      database,
      statements,
      witness,
      retention: settings.retention,
      auditAgeMs: settings.auditAgeMs ?? Infinity,
      unlock,
    };
    return { store: new Store({ ...parts, isCompacted }), notes };
  } catch (error) {
    database.close();
    throw isDamage(error) ? damaged(files, "SQLite cannot read it", error) : error;
  }
}

function configure(database: Connection, durability: Durability): void {
  const settings = [
    "busy_timeout = 1000",
    "journal_mode = WAL",
    `synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`,
    // On macOS a plain fsync leaves the data in the drive's cache.
    "fullfsync = ON",
    "checkpoint_fullfsync = ON",
    "secure_delete = ON",
    "cache_size = -32000",
    "wal_autocheckpoint = 2000",
    "trusted_schema = OFF",
  ];
  for (const setting of settings) database.exec(`PRAGMA ${setting}`);
}

/** Reads the whole file, if that is a matter of a moment; a larger one is found out row by row, as it is read. */
function checkWhole(database: Connection, files: DataFolder, state: Testimony["state"]): void {
  if ((sizeOf(files.database) ?? 0) > CHECKED_BYTES[state]) return;
  const [first] = database.prepare<{ quick_check: string }>("PRAGMA quick_check(1)").all();
  if (first?.quick_check !== "ok") throw damaged(files, "it does not pass SQLite's check");
}

function whyRenew(
  found: Found,
  testimony: Testimony | undefined,
  statements: Statements,
): string | undefined {
  if (found === "backup") return "it is a backup that was put in place";
  return doubtOf(testimony, (room) => statements.roomById.get(room), systemBoot());
}

function renew(statements: Statements): void {
  statements.begin.run();
  statements.renewFile.run();
  statements.renewRooms.run();
  statements.commit.run();
}

/**
 * Marks the file as one that is lived in. The mark must stand in the file itself and not only in the log: the
 * next start takes the log beside a backup for somebody else's.
 */
function adopt(database: Connection, statements: Statements, files: DataFolder): void {
  database.exec(`PRAGMA application_id = ${LIVE_FILE}`);
  if (statements.truncateWal.get()?.busy === 0) return;
  throw new StorageError(
    "busy",
    `${files.database} is being read by another program; try again when it is done.`,
  );
}

function testify({ durability }: StoreSettings, compacted: boolean, last: Testimony["last"]): Testimony {
  const boot = systemBoot();
  return { state: "open", durability, compacted, ...(boot !== undefined && { boot }), ...(last && { last }) };
}

function renewedNote({ database }: DataFolder, why: string): string {
  return `Every room of ${database} begins a new epoch, and clients start again from what it holds: ${why}.`;
}

function goneNote({ database }: DataFolder): string {
  return `${database} is not there any more: every room begins anew, and clients are told so.`;
}

function isDamage(error: unknown): boolean {
  return error instanceof StorageError && error.trouble === "damaged" && error.cause !== undefined;
}
