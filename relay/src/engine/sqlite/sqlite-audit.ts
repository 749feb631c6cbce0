import type { Clock } from "../../clock.ts";
import type { Audit, AuditEntry, AuditRecord } from "../engine.ts";
import type { AsyncStore } from "./store-port.ts";

/** The audit in a file. */
export class SqliteAudit implements Audit {
  readonly #store: AsyncStore;
  readonly #clock: Clock;

  constructor(store: AsyncStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  record(app: string, record: AuditRecord): Promise<void> {
    return this.#store.record(app, record, this.#clock.now());
  }

  page(app: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<AuditEntry[]> {
    return this.#store.audit(app, limit, before, this.#clock.now());
  }
}
