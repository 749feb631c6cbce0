import type { Connection } from "./driver.ts";
import { StorageError } from "./storage-error.ts";

/** `application_id` of a file that a relay lives in: "Nttr". */
export const LIVE_FILE = 0x4e_74_74_72;
/** `application_id` of a backup. Put in the place of a live file, it begins a new life: see openStore. */
export const BACKUP_FILE = 0x4e_74_74_62;

/**
 * The steps from an empty file to today's, in order; `user_version` counts those that were taken. A step that
 * was released is never changed: a new one is added after it.
 *
 * A place is a room and a `seq` in one number, `room << 32 | seq`. As the key of a table it keeps the events of
 * a room side by side, and finds each without a second index.
 *
 * - `rooms`: where each log stands, and what its events have made of the room. `message` is the place of the newest message; `first` and `first_at` are of
 *   the oldest event that is still in the file.
 * - `events`: the body is the event without what the place and `at` say already. `prev` is the place of the last
 *   message before it, so that a page costs its messages and not what lies between them. `sum` is a checksum of
 *   the body: SQLite notices damage to its own structures, not to what stands in them.
 * - `folds`: messages that later events have changed, and the edits to be erased with them.
 * - `ids`: idempotency, as long as the event is there. Ids that clients make in the order of time (UUIDv7) go
 *   to the end of it, whatever the room.
 * - `trimmed_ids`: those of younger events that retention has taken.
 * - `revocations`: tokens that count no more, until they would have run out by themselves.
 * - `dropped_rooms`: numbers of rooms that were deleted, and whose rows are still to be removed.
 * - `outbox`: what is still to be told to those outside: places of events, and notes of what is no event.
 * - `forgettings`: users whose words are being erased, and how far that has come.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE file (epoch TEXT NOT NULL);
   INSERT INTO file VALUES (lower(hex(randomblob(6))));
   CREATE TABLE rooms (
     id INTEGER PRIMARY KEY, app TEXT NOT NULL, name TEXT NOT NULL, epoch TEXT NOT NULL,
     seq INTEGER NOT NULL, at INTEGER NOT NULL, message INTEGER NOT NULL,
     first INTEGER NOT NULL, first_at INTEGER NOT NULL, settings TEXT NOT NULL,
     UNIQUE (app, name)
   );
   CREATE TABLE events (
     place INTEGER PRIMARY KEY, at INTEGER NOT NULL, prev INTEGER NOT NULL,
     sum INTEGER NOT NULL, body TEXT NOT NULL
   );
   CREATE TABLE folds (
     place INTEGER PRIMARY KEY, sum INTEGER NOT NULL, message TEXT NOT NULL, edits TEXT NOT NULL
   );
   CREATE TABLE ids (
     id TEXT NOT NULL, room INTEGER NOT NULL, user TEXT NOT NULL, seq INTEGER NOT NULL,
     PRIMARY KEY (id, room, user)
   ) WITHOUT ROWID;
   CREATE TABLE trimmed_ids (
     id TEXT NOT NULL, room INTEGER NOT NULL, user TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (id, room, user)
   ) WITHOUT ROWID;
   CREATE INDEX trimmed_ids_by_age ON trimmed_ids (at);
   CREATE TABLE restrictions (
     room INTEGER NOT NULL, user TEXT NOT NULL, kinds TEXT NOT NULL, PRIMARY KEY (room, user)
   ) WITHOUT ROWID;
   CREATE TABLE markers (
     room INTEGER NOT NULL, user TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (room, user)
   ) WITHOUT ROWID;`,
  `CREATE TABLE revocations (
     app TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL,
     PRIMARY KEY (app, kind, id)
   ) WITHOUT ROWID;
   CREATE INDEX revocations_by_end ON revocations (until);`,
  // What was pinned before this step is counted in the order of the messages.
  `ALTER TABLE rooms ADD COLUMN pins TEXT NOT NULL DEFAULT '[]';
   UPDATE rooms SET pins = (
     SELECT json_group_array(place & 4294967295) FROM folds
     WHERE place BETWEEN (rooms.id << 32) AND (rooms.id << 32 | 4294967295)
       AND CASE WHEN json_valid(message) THEN json_extract(message, '$.pinned') END
   );`,
  `CREATE TABLE audit (
     id INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, at INTEGER NOT NULL, record TEXT NOT NULL
   );
   CREATE INDEX audit_by_app ON audit (app, id);
   CREATE TABLE dropped_rooms (room INTEGER PRIMARY KEY);
   CREATE TABLE forgettings (
     id INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, user TEXT NOT NULL,
     author TEXT NOT NULL, by TEXT NOT NULL, actor TEXT NOT NULL,
     room INTEGER NOT NULL, seq INTEGER NOT NULL, messages INTEGER NOT NULL,
     UNIQUE (app, user)
   );`,
  `CREATE TABLE outbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL, room INTEGER NOT NULL,
     seq INTEGER NOT NULL, note TEXT
   );
   CREATE INDEX outbox_by_receiver ON outbox (receiver, id);`,
];

/**
 * Takes the steps that a file has not taken yet, all of them or none.
 *
 * @throws StorageError when the file is of a newer relay
 */
export function migrate(database: Connection, path: string, steps: readonly string[] = MIGRATIONS): void {
  const version = database.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
  if (version > steps.length) {
    throw new StorageError(
      "refused",
      `${path} was written by a newer Natter (its schema is ${version}, this relay knows ${steps.length}): update this relay, or restore a backup of before.`,
    );
  }
  if (version === steps.length) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const step of steps.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${steps.length}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isInTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
