import type { Clock } from "../../clock.ts";
import type { Audit, AuditEntry, AuditRecord } from "../engine.ts";

/** Entries kept, over all apps: memory is for trying things out. */
const MAX_ENTRIES = 10_000;

/** An audit in memory. */
export class MemoryAudit implements Audit {
  readonly #clock: Clock;
  readonly #retentionMs: number;
  #entries: (AuditEntry & { app: string })[] = [];
  #lastId = 0;

  /** @param retentionMs how long entries are kept */
  constructor(clock: Clock, retentionMs: number) {
    this.#clock = clock;
    this.#retentionMs = retentionMs;
  }

  /** Adds a record at once. */
  add(app: string, record: AuditRecord): void {
    this.#entries.push({ id: ++this.#lastId, at: this.#clock.now(), ...record, app });
    // An eighth at a time, so that one record does not move them all.
    if (this.#entries.length > MAX_ENTRIES * 1.125) this.#entries = this.#entries.slice(-MAX_ENTRIES);
  }

  record(app: string, record: AuditRecord): Promise<void> {
    this.add(app, record);
    return Promise.resolve();
  }

  page(app: string, limit: number, before = Infinity): Promise<AuditEntry[]> {
    const oldest = this.#clock.now() - this.#retentionMs;
    const found = this.#entries.filter((entry) => {
      return entry.app === app && entry.id < before && entry.at >= oldest;
    });
    const page = found.reverse().slice(0, limit);
    return Promise.resolve(page.map(withoutApp));
  }
}

function withoutApp(kept: AuditEntry & { app: string }): AuditEntry {
  const { app: _, ...entry } = kept;
  return entry;
}
