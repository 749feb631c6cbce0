import type { Clock } from "../clock.ts";
import type { Log } from "./log.ts";

/** How long equal complaints are gathered. */
const SECOND_MS = 1000;

/** One complaint of the last second. */
interface Gathered {
  level: "warn" | "error";
  message: string;
  /** Those of the last one. */
  fields: object;
  /** How often it came after it was written. */
  times: number;
}

/** A log that does not flood, and what writes down at once what it still holds. */
export interface CalmLog extends Log {
  flush(): void;
}

/**
 * Sums up equal warnings and errors: the first is written at once, those that follow within a second as one line
 * that says how many there were. What bears an `incident` is always written, because somebody was told to look
 * for it.
 */
export function calmLog(log: Log, clock: Clock): CalmLog {
  const gathered = new Map<string, Gathered>();
  let stop: (() => void) | undefined;

  function complain(level: "warn" | "error", fields: object, message: string): void {
    if ("incident" in fields) return log[level](fields, message);
    const known = gathered.get(level + message);
    if (known) {
      known.times++;
      known.fields = fields;
      return;
    }
    gathered.set(level + message, { level, message, fields, times: 0 });
    stop ??= clock.after(SECOND_MS, flush);
    log[level](fields, message);
  }

  function flush(): void {
    stop?.();
    stop = undefined;
    const due = [...gathered.values()];
    gathered.clear();
    for (const { level, message, fields, times } of due) {
      if (times > 0) log[level]({ ...fields, times }, message);
    }
  }

  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => complain("warn", fields, message),
    error: (fields, message) => complain("error", fields, message),
    flush,
  };
}
