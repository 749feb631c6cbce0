import { closeSync, openSync, readSync } from "node:fs";
import { sizeOf, type DataFolder } from "./data-folder.ts";
import { BACKUP_FILE, LIVE_FILE } from "./schema.ts";
import { StorageError } from "./storage-error.ts";
import type { Testimony } from "./witness.ts";

/** What lies in the place of the database: nothing that counts, a relay's rooms, or a backup of some. */
export type Found = "new" | "live" | "backup";

/**
 * Looks at a file before SQLite does: an empty one it would take for new, whatever was in it.
 *
 * @throws StorageError when it is damaged
 */
export function inspect(files: DataFolder, testimony: Testimony | undefined): Found {
  const size = sizeOf(files.database);
  if (size === undefined) return "new";
  if (size === 0) {
    if (testimony?.last) throw damaged(files, "it is empty, though rooms were kept in it");
    return "new";
  }
  const header = readHeader(files.database);
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\0")
    throw damaged(files, "its header is not ours");
  const id = header.readUInt32BE(68);
  if (id === LIVE_FILE) return "live";
  if (id === BACKUP_FILE) return "backup";
  // Killed while it was being made: its first pages stand in the log only.
  if (id === 0 && !testimony) return "new";
  throw damaged(files, "its header is not ours");
}

function readHeader(path: string): Buffer {
  const header = Buffer.alloc(100);
  try {
    const file = openSync(path, "r");
    readSync(file, header, 0, header.length, 0);
    closeSync(file);
    return header;
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new StorageError("refused", `${path} cannot be read (${code}).`, { cause: error });
  }
}

/** The refusal of a file that no relay has left like this. */
export function damaged({ database }: DataFolder, why: string, cause?: unknown): StorageError {
  return new StorageError(
    "damaged",
    `${database} is damaged and was not opened: ${why}. Put a backup in its place, or move it away to begin with empty rooms.`,
    { cause },
  );
}
