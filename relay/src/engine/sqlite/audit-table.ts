import type { AuditEntry, AuditRecord } from "../engine.ts";
import { valueOf } from "./event-row.ts";
import type { Statements } from "./statements.ts";

/** Entries that one step removes. */
const STEP = 200;

/** Who did what, in a table that is only added to, and trimmed by age. */
export class AuditTable {
  readonly #statements: Statements;
  readonly #retentionMs: number;

  /** @param retentionMs how long entries are kept */
  constructor(statements: Statements, retentionMs: number) {
    this.#statements = statements;
    this.#retentionMs = retentionMs;
  }

  /** Adds a record; in a transaction of somebody else's. */
  add(app: string, record: AuditRecord, now: number): void {
    this.#statements.addAudit.run(app, now, JSON.stringify(record));
  }

  /** Newest first. */
  page(app: string, limit: number, before: number, now: number): AuditEntry[] {
    const rows = this.#statements.audit.all(app, before, limit);
    return rows
      .filter(({ at }) => at >= now - this.#retentionMs)
      .map(({ id, at, record }) => ({ id, at, ...(valueOf(record) as AuditRecord) }));
  }

  /** True when some entries are older than they may be. */
  hasOld(now: number): boolean {
    return (this.#statements.oldestAudit.get()?.at ?? Infinity) < now - this.#retentionMs;
  }

  /** Removes some old entries. */
  trim(now: number): void {
    this.#statements.trimAudit.run(now - this.#retentionMs, STEP);
  }
}
