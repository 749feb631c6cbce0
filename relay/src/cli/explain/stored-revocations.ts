import { accessSync, constants } from "node:fs";
import { retentionOf } from "../../apps/plan.ts";
import { systemClock } from "../../clock.ts";
import type { Config } from "../../config.ts";
import type { Revocation } from "../../engine/engine.ts";
import { openEngine } from "../../engine/open-engine.ts";
import { dataFolder, lockFolder, sizeOf } from "../../engine/sqlite/data-folder.ts";
import { openDatabase } from "../../engine/sqlite/driver.ts";
import { silentLog } from "../../telemetry/log.ts";

/** What is stored of tokens that count no more, or why that cannot be told from here. */
export type Stored = { ok: true; revocations: Revocation[] } | { ok: false; why: string };

/** The step of the schema since which revocations are stored. */
const SINCE_SCHEMA = 2;

/**
 * Reads the revocations of a data folder that no relay uses. Nothing is made there, and nothing changed.
 *
 * @param now revocations whose tokens have run out by then are left out
 */
export function storedRevocations(folder: string, now: number): Stored {
  const files = dataFolder(folder);
  if (!sizeOf(files.database)) return { ok: true, revocations: [] };
  try {
    // SQLite needs to write beside a file that it reads, and must not leave files of another user there.
    accessSync(files.folder, constants.R_OK | constants.W_OK);
    accessSync(files.database, constants.R_OK | constants.W_OK);
  } catch {
    return { ok: false, why: `${files.folder} may not be read by this user` };
  }
  let unlock = (): void => {};
  try {
    if (sizeOf(files.lock) !== undefined) unlock = lockFolder(files);
  } catch {
    return { ok: false, why: `a running relay has ${files.folder}; stop it, or ask it with a connection` };
  }
  try {
    return { ok: true, revocations: read(files.database, now) };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  } finally {
    unlock();
  }
}

/** The same from the Redis of a configuration, which any relay may use at the same time. */
export async function sharedRevocations(config: Config, now: number): Promise<Stored> {
  try {
    const engine = await openEngine(config, retentionOf(config), systemClock, silentLog);
    try {
      return { ok: true, revocations: await engine.revocations.list(now) };
    } finally {
      await engine.close();
    }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message.replace(/\.$/, "") : String(error) };
  }
}

function read(path: string, now: number): Revocation[] {
  const database = openDatabase(path);
  try {
    const version =
      database.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
    if (version < SINCE_SCHEMA) return [];
    return database
      .prepare<Revocation>("SELECT app, kind, id, at, until FROM revocations WHERE until >= ?1")
      .all(now);
  } finally {
    database.close();
  }
}
