import type { Statements } from "./statements.ts";
import { MAX_SCRUBBED_PAGES, scrubPages } from "./scrub.ts";
import type { Witness } from "./witness.ts";

/** Pages that are looked at in one step: a few milliseconds of work. */
const STEP = 100;

/** How long erased texts may stand in the file before they are looked for. */
const DELAY_MS = 60_000;

/** What a pass over the file costs may be this part of the time; a large file is compacted less often. */
const REST_FACTOR = 20;

/** Pages up to which a relay that stops compacts before it is gone: about 100 MB, a second or two. */
const PAGES_AT_CLOSE = 25_000;

/**
 * Takes erased texts out of the file. Deleted rows are overwritten at once (`secure_delete`), but a text can
 * also stand in copies of rows that SQLite has moved, and in the write-ahead log. A pass overwrites the first,
 * page by page, then moves the log's content to the database and cuts the log to nothing. After it, nothing
 * that was erased before the pass began is in any file of the folder.
 */
export class Compactor {
  readonly #statements: Statements;
  readonly #witness: Witness;
  readonly #write: (work: () => void) => void;
  #isDue: boolean;
  #dueAt = 0;
  /** The next page of a pass under way. */
  #pass: { page: number; began: number } | undefined;

  /**
   * @param isCompacted false when something that was erased may stand in the file already
   * @param write runs work in a transaction
   */
  constructor(
    statements: Statements,
    witness: Witness,
    isCompacted: boolean,
    write: (work: () => void) => void,
  ) {
    this.#statements = statements;
    this.#witness = witness;
    this.#write = write;
    this.#isDue = !isCompacted;
  }

  /** Something was erased. */
  noteErased(now: number): void {
    if (!this.#isDue && !this.#pass) this.#dueAt = Math.max(this.#dueAt, now + DELAY_MS);
    this.#isDue = true;
    this.#witness.noteCompacted(false);
  }

  /** Takes the next step, if there is one. Tells whether another is to follow. */
  step(now: number): boolean {
    this.#pass ??= this.#begin(now);
    if (!this.#pass) return false;
    const pages = this.#scrubbedPages();
    if (this.#pass.page <= pages) {
      this.#scrub(this.#pass, pages);
      return true;
    }
    return this.#end(this.#pass, now);
  }

  /** Compacts what can be compacted in a moment. Tells whether the log's content is all in the database. */
  finish(): boolean {
    const pages = this.#scrubbedPages();
    const isShort = pages <= PAGES_AT_CLOSE;
    if (isShort && (this.#isDue || this.#pass)) {
      this.#isDue = false;
      this.#write(() => void scrubPages(this.#statements, 1, pages));
    }
    if (!this.#isLogCut()) return false;
    this.#witness.noteCompacted(!this.#isDue && (isShort || !this.#pass));
    return true;
  }

  #begin(now: number): { page: number; began: number } | undefined {
    // A clock that was set back must not put it off for long.
    const isEarly = now < this.#dueAt && this.#dueAt - now < DELAY_MS * REST_FACTOR;
    if (!this.#isDue || isEarly) return undefined;
    this.#isDue = false;
    return { page: 1, began: now };
  }

  #scrub(pass: { page: number }, pages: number): void {
    const until = Math.min(pass.page + STEP - 1, pages);
    this.#write(() => void scrubPages(this.#statements, pass.page, until));
    pass.page = until + 1;
  }

  /** While a backup reads, the log cannot be cut: tried again later. */
  #end(pass: { began: number }, now: number): boolean {
    if (!this.#isLogCut()) return false;
    this.#pass = undefined;
    this.#dueAt = now + Math.max(DELAY_MS, REST_FACTOR * (now - pass.began));
    if (!this.#isDue) this.#witness.noteCompacted(true);
    return false;
  }

  #isLogCut(): boolean {
    return this.#statements.truncateWal.get()?.busy === 0;
  }

  #scrubbedPages(): number {
    const pages = this.#statements.pageCount.get()?.page_count ?? 0;
    return pages > MAX_SCRUBBED_PAGES ? 0 : pages;
  }
}
