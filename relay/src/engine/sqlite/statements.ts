import type { Revocation } from "../engine.ts";
import type { Connection } from "./driver.ts";

/** A row of `rooms`. */
export interface RoomRow {
  id: number;
  epoch: string;
  seq: number;
  at: number;
  message: number;
  first: number;
  firstAt: number;
  settings: string;
  pins: string;
}

/** An event as it is kept. */
export interface EventRow {
  seq: number;
  at: number;
  prev: number;
  sum: number;
  body: string;
}

/** A message event, with what later events have made of it. */
export interface MessageRow extends EventRow {
  fold: string | null;
  foldSum: number | null;
  edits: string | null;
}

/** Somebody who is being forgotten: the rooms before `room` are done, and in that the events up to `seq`. */
export interface ForgettingRow {
  id: number;
  app: string;
  user: string;
  /** Who stands in their place, as JSON. */
  author: string;
  /** Who the deletions are by, and who has asked for it, as JSON. */
  by: string;
  actor: string;
  room: number;
  seq: number;
  messages: number;
}

// Numbers arrive as floating-point; the bit operators make whole ones of them.
const PLACE = "((?1 << 32) | ?2)";
const SEQ = "(place & 4294967295)";

/** Every statement of the storage, prepared once. In each, `?1` is the room where there is one. */
export function prepareStatements(database: Connection) {
  const one = database.prepare.bind(database);
  return {
    begin: one("BEGIN IMMEDIATE"),
    commit: one("COMMIT"),
    rollback: one("ROLLBACK"),

    fileEpoch: one<{ epoch: string }>("SELECT epoch FROM file"),
    renewFile: one("UPDATE file SET epoch = lower(hex(randomblob(6)))"),
    renewRooms: one("UPDATE rooms SET epoch = lower(hex(randomblob(6)))"),

    room: one<RoomRow>(
      `SELECT id, epoch, seq, at, message, first, first_at AS firstAt, settings, pins
       FROM rooms WHERE app = ?1 AND name = ?2`,
    ),
    roomById: one<{ epoch: string; seq: number }>("SELECT epoch, seq FROM rooms WHERE id = ?1"),
    addRoom: one(
      `INSERT INTO rooms (app, name, epoch, seq, at, message, first, first_at, settings)
       VALUES (?1, ?2, ?3, 0, 0, 0, 1, 0, '{}')`,
    ),
    saveRoom: one(
      "UPDATE rooms SET seq = ?2, at = ?3, message = ?4, first = ?5, first_at = ?6, settings = ?7, pins = ?8 WHERE id = ?1",
    ),
    /** The next rooms in a range of ids with more events than `?3`, or with one from before `?4`. */
    roomsToTrim: one<{ id: number; app: string; name: string }>(
      `SELECT id, app, name FROM rooms
       WHERE id > ?1 AND id <= ?2 AND seq >= first AND (seq - first >= ?3 OR first_at < ?4) ORDER BY id LIMIT ?5`,
    ),
    lastRoom: one<{ id: number | null }>("SELECT max(id) AS id FROM rooms"),

    addEvent: one(`INSERT INTO events (place, at, prev, sum, body) VALUES (${PLACE}, ?3, ?4, ?5, ?6)`),
    event: one<EventRow>(`SELECT ${SEQ} AS seq, at, prev, sum, body FROM events WHERE place = ${PLACE}`),
    at: one<{ at: number }>(`SELECT at FROM events WHERE place = ${PLACE}`),
    eventsBetween: one<EventRow>(
      `SELECT ${SEQ} AS seq, at, prev, sum, body FROM events
       WHERE place BETWEEN ${PLACE} AND ((?1 << 32) | ?3) ORDER BY place`,
    ),
    rewriteEvent: one(`UPDATE events SET sum = ?3, body = ?4 WHERE place = ${PLACE}`),
    dropEvents: one(`DELETE FROM events WHERE place BETWEEN ${PLACE} AND ((?1 << 32) | ?3)`),

    message: one<MessageRow>(
      `SELECT ${SEQ} AS seq, at, prev, events.sum, body, message AS fold, folds.sum AS foldSum, edits
       FROM events LEFT JOIN folds USING (place) WHERE place = ${PLACE}`,
    ),
    putFold: one(`INSERT OR REPLACE INTO folds (place, sum, message, edits) VALUES (${PLACE}, ?3, ?4, ?5)`),
    dropFolds: one(`DELETE FROM folds WHERE place BETWEEN ${PLACE} AND ((?1 << 32) | ?3)`),
    /** The message at `?2` and those before it down to `?3`, `?4` at most, newest first. */
    messages: one<MessageRow>(
      `WITH RECURSIVE chain (place, prev, nth) AS (
         SELECT place, prev, 1 FROM events WHERE place = ${PLACE}
         UNION ALL
         SELECT events.place, events.prev, nth + 1 FROM chain
         JOIN events ON events.place = ((?1 << 32) | chain.prev)
         WHERE chain.prev >= ?3 AND nth < ?4
       )
       SELECT ${SEQ} AS seq, events.at, events.prev, events.sum, events.body,
         folds.message AS fold, folds.sum AS foldSum, folds.edits
       FROM chain JOIN events USING (place) LEFT JOIN folds USING (place) ORDER BY nth`,
    ),

    claimId: one("INSERT INTO ids (room, id, user, seq) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"),
    placeOfId: one<{ seq: number; at: number }>(
      `SELECT ids.seq, events.at FROM ids JOIN events ON events.place = ((?1 << 32) | ids.seq)
       WHERE room = ?1 AND id = ?2 AND user = ?3`,
    ),
    reclaimId: one("INSERT OR REPLACE INTO ids (room, id, user, seq) VALUES (?1, ?2, ?3, ?4)"),
    /** Not when the id has come to stand for a later event. */
    freeId: one("DELETE FROM ids WHERE room = ?1 AND id = ?2 AND user = ?3 AND seq = ?4"),
    keepTrimmedId: one(
      "INSERT OR REPLACE INTO trimmed_ids (room, id, user, seq, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    ),
    trimmedId: one<{ seq: number; at: number }>(
      "SELECT seq, at FROM trimmed_ids WHERE room = ?1 AND id = ?2 AND user = ?3 AND at >= ?4",
    ),
    oldestTrimmedId: one<{ at: number }>("SELECT at FROM trimmed_ids ORDER BY at LIMIT 1"),
    forgetTrimmedIds: one(
      `DELETE FROM trimmed_ids WHERE (id, room, user) IN
       (SELECT id, room, user FROM trimmed_ids WHERE at < ?1 ORDER BY at LIMIT ?2)`,
    ),

    restrictions: one<{ user: string; kinds: string }>(
      "SELECT user, kinds FROM restrictions WHERE room = ?1",
    ),
    restriction: one<{ kinds: string }>("SELECT kinds FROM restrictions WHERE room = ?1 AND user = ?2"),
    putRestriction: one("INSERT OR REPLACE INTO restrictions (room, user, kinds) VALUES (?1, ?2, ?3)"),
    dropRestriction: one("DELETE FROM restrictions WHERE room = ?1 AND user = ?2"),

    marker: one<{ seq: number }>("SELECT seq FROM markers WHERE room = ?1 AND user = ?2"),
    moveMarker: one(
      `INSERT INTO markers (room, user, seq) VALUES (?1, ?2, ?3)
       ON CONFLICT (room, user) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > markers.seq`,
    ),

    revoke: one(
      `INSERT INTO revocations (app, kind, id, at, until) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (app, kind, id) DO UPDATE SET at = max(at, excluded.at), until = max(until, excluded.until)`,
    ),
    revocations: one<Revocation>("SELECT app, kind, id, at, until FROM revocations WHERE until >= ?1"),
    endedRevocation: one<{ until: number }>("SELECT until FROM revocations WHERE until < ?1 LIMIT 1"),
    forgetRevocations: one("DELETE FROM revocations WHERE until < ?1"),

    addParcel: one("INSERT INTO outbox (receiver, room, seq, note) VALUES (?1, ?2, ?3, ?4)"),
    parcels: one<{ id: number; name: string }>(
      `SELECT outbox.id, rooms.name FROM outbox JOIN rooms ON rooms.id = outbox.room
       WHERE receiver = ?1 AND outbox.id > ?2 ORDER BY outbox.id LIMIT ?3`,
    ),
    parcel: one<{ id: number; room: number; seq: number; note: string | null; name: string; epoch: string }>(
      `SELECT outbox.id, outbox.room, outbox.seq, note, rooms.name, epoch
       FROM outbox JOIN rooms ON rooms.id = outbox.room WHERE outbox.id = ?1`,
    ),
    settleParcel: one("DELETE FROM outbox WHERE id = ?1"),
    countParcels: one<{ waiting: number }>("SELECT count(*) AS waiting FROM outbox WHERE receiver = ?1"),
    dropOldestParcel: one(
      "DELETE FROM outbox WHERE id = (SELECT id FROM outbox WHERE receiver = ?1 ORDER BY id LIMIT 1)",
    ),
    receivers: one<{ receiver: string }>("SELECT DISTINCT receiver FROM outbox"),
    dropReceiver: one("DELETE FROM outbox WHERE receiver = ?1"),
    dropParcelsOfRoom: one("DELETE FROM outbox WHERE room = ?1"),

    addAudit: one("INSERT INTO audit (app, at, record) VALUES (?1, ?2, ?3)"),
    audit: one<{ id: number; at: number; record: string }>(
      "SELECT id, at, record FROM audit WHERE app = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
    ),
    oldestAudit: one<{ at: number }>("SELECT at FROM audit ORDER BY id LIMIT 1"),
    trimAudit: one("DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 ORDER BY id LIMIT ?2)"),

    roomsOfApp: one<Pick<RoomRow, "epoch" | "seq" | "at" | "settings"> & { name: string }>(
      `SELECT name, epoch, seq, at, settings FROM rooms
       WHERE app = ?1 AND name > ?2 AND seq > 0 ORDER BY name LIMIT ?3`,
    ),
    /** The next room of an app by its number; the sign keeps SQLite from sorting all rooms of the app. */
    roomFrom: one<{ id: number; name: string }>(
      "SELECT id, name FROM rooms WHERE id >= ?2 AND +app = ?1 AND seq > 0 ORDER BY id LIMIT 1",
    ),
    renameRoom: one("UPDATE rooms SET app = '', name = CAST(id AS TEXT) WHERE id = ?1"),
    beginRoom: one(
      `INSERT INTO rooms (app, name, epoch, seq, at, message, first, first_at, settings)
       VALUES (?1, ?2, lower(hex(randomblob(6))), 0, 0, 0, 1, 0, '{}')`,
    ),
    dropRoom: one("DELETE FROM rooms WHERE id = ?1"),
    noteDropped: one("INSERT INTO dropped_rooms (room) VALUES (?1)"),
    droppedRoom: one<{ room: number }>("SELECT room FROM dropped_rooms LIMIT 1"),
    isDropped: one("DELETE FROM dropped_rooms WHERE room = ?1"),
    /** The first `?2` events that are there. */
    someEvents: one<EventRow>(
      `SELECT ${SEQ} AS seq, at, prev, sum, body FROM events
       WHERE place BETWEEN (?1 << 32) AND ((?1 << 32) | 4294967295) ORDER BY place LIMIT ?2`,
    ),
    dropRestrictions: one("DELETE FROM restrictions WHERE room = ?1"),
    dropMarkers: one("DELETE FROM markers WHERE room = ?1"),
    dropTrimmedIds: one("DELETE FROM trimmed_ids WHERE room = ?1"),

    addForgetting: one(
      `INSERT INTO forgettings (app, user, author, by, actor, room, seq, messages)
       VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0) ON CONFLICT DO NOTHING`,
    ),
    forgetting: one<ForgettingRow>("SELECT * FROM forgettings ORDER BY id LIMIT 1"),
    moveForgetting: one("UPDATE forgettings SET room = ?2, seq = ?3, messages = ?4 WHERE id = ?1"),
    endForgetting: one("DELETE FROM forgettings WHERE id = ?1"),
    foldsBetween: one<{ seq: number }>(
      `SELECT ${SEQ} AS seq FROM folds WHERE place BETWEEN ${PLACE} AND ((?1 << 32) | ?3)`,
    ),
    dropMarkersOf: one(
      "DELETE FROM markers WHERE user = ?2 AND room IN (SELECT id FROM rooms WHERE app = ?1)",
    ),
    dropTrimmedIdsOf: one(
      "DELETE FROM trimmed_ids WHERE user = ?2 AND room IN (SELECT id FROM rooms WHERE app = ?1)",
    ),

    pageCount: one<{ page_count: number }>("PRAGMA page_count"),
    pages: one<{ pgno: number; data: ArrayBuffer }>(
      "SELECT pgno, data FROM sqlite_dbpage WHERE pgno BETWEEN ?1 AND ?2",
    ),
    rewritePage: one("UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1"),
    truncateWal: one<{ busy: number }>("PRAGMA wal_checkpoint(TRUNCATE)"),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
