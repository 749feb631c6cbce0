import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";

/** How long the operator is not told again of the same page. */
const QUIET_MS = 60 * 60_000;

/** Pages that are told of in that time; anybody can make up more. */
const MAX_TOLD = 100;

/** Tells the operator which pages knock in vain: often that is the customer whose new site is not on the list. */
export class OriginNotes {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #told = new Set<string>();
  #since = -Infinity;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Tells of a page, unless it was told of lately. */
  note(origin: string, message: string): void {
    const now = this.#clock.monotonic();
    if (now - this.#since >= QUIET_MS) {
      this.#told.clear();
      this.#since = now;
    }
    const shown = origin.slice(0, 200);
    if (this.#told.size >= MAX_TOLD || this.#told.has(shown)) return;
    this.#told.add(shown);
    this.#log.warn({ origin: shown }, message);
  }
}
