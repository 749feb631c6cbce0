import Libsql from "libsql";
import { StorageError, type Trouble } from "./storage-error.ts";

/** What a column can hold here. */
export type Value = string | number | null | Uint8Array;

/** A prepared statement. Rows come as objects, by the names of their columns. */
export interface Statement<Row> {
  /** Runs it; tells how many rows it changed. */
  run(...values: Value[]): number;
  get(...values: Value[]): Row | undefined;
  all(...values: Value[]): Row[];
}

/** A connection to one database file. Everything is done when the call returns. */
export interface Connection {
  prepare<Row = unknown>(sql: string): Statement<Row>;
  exec(sql: string): void;
  /** True between BEGIN and COMMIT; SQLite itself rolls back after some errors. */
  readonly isInTransaction: boolean;
  close(): void;
}

/**
 * Opens a database file, making it if it is not there. All that is known of the SQLite library stands in this
 * file: `node:sqlite` has the same calls, and can take its place when Node 20 is no longer served.
 *
 * @throws StorageError as every call on the connection does
 */
export function openDatabase(path: string): Connection {
  const database = guarded(path, () => new Libsql(path));
  return {
    get isInTransaction() {
      return database.inTransaction;
    },
    prepare: <Row>(sql: string) => {
      const statement = guarded(path, () => database.prepare<Value[][]>(sql));
      // An array as the only argument is bound as it is; single values are copied first, and a lone null is refused.
      return {
        run: (...values) => guarded(path, () => statement.run(values).changes),
        get: (...values) => guarded(path, () => statement.get(values) as Row | undefined),
        all: (...values) => guarded(path, () => statement.all(values) as Row[]),
      };
    },
    exec: (sql) => void guarded(path, () => database.exec(sql)),
    close: () => void database.close(),
  };
}

function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw translated(path, error);
  }
}

/** SQLite's result codes, by how their names begin. */
const TROUBLES: readonly (readonly [code: string, trouble: Trouble, what: string])[] = [
  ["SQLITE_FULL", "full", "cannot grow: the disk is full"],
  ["SQLITE_IOERR", "io", "cannot be read or written"],
  ["SQLITE_CORRUPT", "damaged", "is damaged"],
  ["SQLITE_NOTADB", "damaged", "is no database"],
  ["SQLITE_BUSY", "busy", "is held by another program"],
  ["SQLITE_LOCKED", "busy", "is held by another program"],
  ["SQLITE_READONLY", "refused", "may not be written to"],
  ["SQLITE_CANTOPEN", "refused", "cannot be opened"],
  ["SQLITE_PERM", "refused", "may not be opened"],
];

/** Messages of SQLite name tables and columns, never what is in them. */
function translated(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const known = TROUBLES.find(([prefix]) => code.startsWith(prefix));
  if (known) return new StorageError(known[1], `${path} ${known[2]} (${code}).`, { cause });
  // Opening fails without a code of its own; 14 is SQLITE_CANTOPEN.
  if (/\b14\b/.test(cause.message)) {
    return new StorageError("refused", `${path} cannot be opened.`, { cause });
  }
  return cause;
}
