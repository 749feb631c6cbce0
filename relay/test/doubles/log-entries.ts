import type { Log } from "../../src/telemetry/log.ts";

/** A log that a test can read; what is only for finding faults is left out. */
export class MemoryEntries implements Log {
  readonly entries: { level: string; fields: object; message: string }[] = [];

  debug = (): void => {};
  info = this.#at("info");
  warn = this.#at("warn");
  error = this.#at("error");

  #at(level: string): (fields: object, message: string) => void {
    return (fields, message) => void this.entries.push({ level, fields, message });
  }
}
