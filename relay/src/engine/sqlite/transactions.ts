import type { Connection } from "./driver.ts";
import type { Statements } from "./statements.ts";
import { StorageError } from "./storage-error.ts";

/**
 * Runs work that is committed whole or not at all, and has been synced when it returns.
 *
 * After an error of the disk nothing is known about what stands in the write-ahead log: an fsync that failed may
 * not fail again though its pages never reached the disk, and a commit that we reported as lost may be whole
 * there and would come back when the file is opened next. So before anything else is written, everything that
 * was committed is moved to the database, with syncs of its own, and the log is cut to nothing. Until that
 * succeeds every write is refused.
 */
export class Transactions {
  readonly #database: Connection;
  readonly #statements: Statements;
  readonly #onUndone: () => void;
  #isDoubtful = false;

  /** @param onUndone called when a transaction did not hold */
  constructor(database: Connection, statements: Statements, onUndone: () => void) {
    this.#database = database;
    this.#statements = statements;
    this.#onUndone = onUndone;
  }

  /** @throws StorageError when nothing of the work was stored */
  run<T>(work: () => T): T {
    if (this.#isDoubtful) this.#clearDoubt();
    this.#statements.begin.run();
    try {
      const result = work();
      this.#statements.commit.run();
      return result;
    } catch (error) {
      this.#isDoubtful = error instanceof StorageError && error.trouble === "io";
      this.#undo();
      throw error;
    }
  }

  #clearDoubt(): void {
    if (this.#statements.truncateWal.get()?.busy !== 0) {
      throw new StorageError("busy", "The write-ahead log is being read and cannot be cut.");
    }
    this.#isDoubtful = false;
  }

  #undo(): void {
    this.#onUndone();
    try {
      // SQLite has done it by itself after most errors that matter here.
      if (this.#database.isInTransaction) this.#statements.rollback.run();
    } catch {
      this.#isDoubtful = true;
    }
  }
}
