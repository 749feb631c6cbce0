import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { openDatabase } from "./driver.ts";
import { StorageError } from "./storage-error.ts";

/** The files of a data folder. */
export interface DataFolder {
  folder: string;
  /** The rooms. */
  database: string;
  /** SQLite's write-ahead log: what was committed last stands here and not yet in the database. */
  wal: string;
  /** The index of that log, shared between processes. */
  shm: string;
  /** Held locked by the relay that uses the folder. */
  lock: string;
  /** Says how far the log was when it was last written to; see {@link Witness}. */
  witness: string;
}

/** Names the files of a data folder. */
export function dataFolder(path: string): DataFolder {
  const folder = resolve(path);
  return {
    folder,
    database: join(folder, "natter.db"),
    wal: join(folder, "natter.db-wal"),
    shm: join(folder, "natter.db-shm"),
    lock: join(folder, "natter.lock"),
    witness: join(folder, "natter.witness"),
  };
}

/**
 * Makes the folder if it is not there, for its owner alone. Its parent must be: a folder on a disk that is not
 * mounted would be made in the wrong place, and found empty.
 *
 * @throws StorageError when it cannot be had, with a sentence that names it
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
    syncFolder(dirname(folder));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && isFolder(folder)) return;
    throw new StorageError("refused", whyNoFolder(folder, code), { cause: error });
  }
}

function whyNoFolder(folder: string, code: string | undefined): string {
  switch (code) {
    case "EEXIST":
      return `${folder} is a file and cannot hold the relay's data; name a folder with --data.`;
    case "ENOENT":
      return `${dirname(folder)} does not exist; make it, or name another data folder with --data.`;
    case "ENOTDIR":
      return `${dirname(folder)} is no folder; name another data folder with --data.`;
    default:
      return mayNotWrite(folder);
  }
}

function mayNotWrite(folder: string): string {
  return `The relay may not write to ${folder}; give its user the right, or name another data folder with --data.`;
}

/** Makes an empty file for its owner alone, if there is none. Tells whether it was made. */
export function makeFile(path: string): boolean {
  try {
    // Never opened when it is there: closing it would drop the locks that this process may hold on it.
    closeSync(openSync(path, "wx", 0o600));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code === "ENOSPC") {
      throw new StorageError("full", `${path} cannot be made: the disk is full.`, { cause: error });
    }
    const mayNot = code === "EACCES" || code === "EROFS" || code === "EPERM";
    const why = mayNot ? mayNotWrite(dirname(path)) : `${path} cannot be made (${code ?? "unknown error"}).`;
    throw new StorageError("refused", why, { cause: error });
  }
}

/** Keeps a file, if it is there, from everybody but its owner. */
export function keepPrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // Not there, somebody else's, or without modes: whether it can be used is found out by using it.
  }
}

/** Makes the names of a folder's files last: a file whose name is lost is lost. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows has no such thing.
  }
}

/**
 * Takes the folder for this process, until the returned function is called or the process ends, however it
 * ends: the lock is the system's, and not a file that can be left behind.
 *
 * @throws StorageError when another relay has it
 */
export function lockFolder({ folder, lock }: DataFolder): () => void {
  makeFile(lock);
  const connection = openDatabase(lock);
  try {
    // Nothing is ever written to it, so it needs no journal beside it.
    connection.exec("PRAGMA journal_mode = MEMORY");
    connection.exec("BEGIN EXCLUSIVE");
    return () => {
      connection.exec("ROLLBACK");
      connection.close();
    };
  } catch (error) {
    connection.close();
    if (!(error instanceof StorageError) || error.trouble !== "busy") throw error;
    throw new StorageError(
      "refused",
      `The data folder ${folder} is in use by another relay: stop that one, or name another folder with --data.`,
      { cause: error },
    );
  }
}

/** The size of a file in bytes, or undefined when it is not there. */
export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
