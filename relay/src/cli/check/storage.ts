import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { dataFolder, lockFolder, sizeOf, type DataFolder } from "../../engine/sqlite/data-folder.ts";
import { openDatabase } from "../../engine/sqlite/driver.ts";
import { inspect } from "../../engine/sqlite/found-file.ts";
import { MIGRATIONS } from "../../engine/sqlite/schema.ts";
import { readTestimony } from "../../engine/sqlite/witness.ts";
import { fail, fine, warn, type Verdict } from "./verdict.ts";

/** Below this a disk is called full soon. */
const LITTLE_SPACE = 512 * 1024 * 1024;

/** An fsync that takes longer makes every message wait, in ms. */
const SLOW_FSYNC_MS = 50;

/**
 * Looks at a data folder without changing what is in it.
 *
 * @param isServed true where a relay answers at the address already, which then is likely to have the folder
 */
export function storageVerdicts(path: string, isServed: boolean): Verdict[] {
  const files = dataFolder(path);
  const state = statSync(files.folder, { throwIfNoEntry: false });
  if (!state) return [absentVerdict(files)];
  if (!state.isDirectory())
    return [fail("data folder", `${files.folder} is a file; name a folder with --data.`)];
  const disk = diskVerdicts(files.folder);
  if (disk.some(({ grade }) => grade === "FAIL")) return disk;
  return [...disk, contentVerdict(files, isServed)];
}

function absentVerdict({ folder }: DataFolder): Verdict {
  const parent = dirname(folder);
  if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory())
    return fail("data folder", `${parent} does not exist; make it, or name another data folder with --data.`);
  const why = whyNotWritable(parent);
  if (why !== undefined) return fail("data folder", `${folder} is not there, and cannot be made: ${why}`);
  return fine("data folder", `${folder} is not there yet, and will be made.`);
}

function diskVerdicts(folder: string): Verdict[] {
  const begin = performance.now();
  const why = whyNotWritable(folder);
  const tookMs = performance.now() - begin;
  if (why !== undefined) return [fail("data folder", why)];
  const written = `${folder} can be written to`;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const mib = Math.round(free / 1024 / 1024);
  return [
    fine("data folder", `${written}.`),
    free < LITTLE_SPACE
      ? warn("disk space", `${mib} MiB are free: a full disk refuses messages.`)
      : fine("disk space", `${mib} MiB are free.`),
    tookMs > SLOW_FSYNC_MS
      ? warn("disk speed", `Writing and syncing took ${Math.round(tookMs)} ms: every message waits as long.`)
      : fine("disk speed", `Writing and syncing took ${tookMs.toFixed(1)} ms.`),
  ];
}

/** Writes a file of its own, syncs and removes it. */
function whyNotWritable(folder: string): string | undefined {
  const probe = join(folder, `natter-check-${randomUUID()}`);
  try {
    const file = openSync(probe, "wx", 0o600);
    try {
      writeSync(file, Buffer.alloc(4096, 1));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return undefined;
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC") return `The disk of ${folder} is full.`;
    return `This user may not write to ${folder} (${code}); give it the right, or name another with --data.`;
  } finally {
    rmSync(probe, { force: true });
  }
}

function contentVerdict(files: DataFolder, isServed: boolean): Verdict {
  const about = "rooms";
  try {
    const found = inspect(files, readTestimony(files.witness));
    if (found === "new") return fine(about, "None are stored yet.");
    const unlock = sizeOf(files.lock) === undefined ? (): void => {} : lockFolder(files);
    try {
      return schemaVerdict(about, files.database);
    } finally {
      unlock();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (isServed && why.includes("in use by another relay"))
      return fine(about, "The relay that answers at the address has them.");
    return fail(about, why);
  }
}

function schemaVerdict(about: string, path: string): Verdict {
  const database = openDatabase(path);
  try {
    const version =
      database.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
    const known = MIGRATIONS.length;
    if (version > known)
      return fail(
        about,
        `${path} was written by a newer Natter (schema ${version}, this one knows ${known}): update this relay.`,
      );
    if (version < known)
      return warn(
        about,
        `${path} has the older schema ${version} and will be brought to ${known} at the start: back it up first.`,
      );
    const { count } = database
      .prepare<{ count: number }>("SELECT count(*) AS count FROM rooms WHERE seq > 0")
      .get() ?? { count: 0 };
    return fine(about, `${count} stored, schema ${version}.`);
  } finally {
    database.close();
  }
}
