/**
 * What came of one rule: it holds, it refuses, it could not be looked at from here, or it refuses nobody and is
 * only told.
 */
export type Outcome = "ok" | "refused" | "unknown" | "info";

/** One rule that a relay goes by, and what it made of a token. */
export interface Finding {
  rule: string;
  outcome: Outcome;
  /** What was found, as a sentence. */
  found: string;
  /** What to change, where something refuses. */
  advice?: string;
}

export function ok(rule: string, found: string): Finding {
  return { rule, outcome: "ok", found };
}

export function info(rule: string, found: string): Finding {
  return { rule, outcome: "info", found };
}

export function unknown(rule: string, found: string): Finding {
  return { rule, outcome: "unknown", found };
}

export function refused(rule: string, found: string, advice: string): Finding {
  return { rule, outcome: "refused", found, advice };
}

/** Characters of somebody's words that are repeated. */
const MAX_SHOWN = 80;

/** A value out of a token, such that a terminal shows it and does nothing else with it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return cut.replaceAll(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

const STEPS = [
  [86_400_000, "days"],
  [3_600_000, "hours"],
  [60_000, "minutes"],
  [1000, "seconds"],
] as const;

/** A time with how far it is from now: `2027-01-01 12:00:00 UTC, in 59 minutes`. */
export function moment(at: number, now: number): string {
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) return "no time at all";
  const distance = Math.abs(at - now);
  const [size, unit] = STEPS.find(([step]) => distance >= 2 * step) ?? STEPS[3];
  const length = `${Math.floor(distance / size)} ${unit}`;
  const written = new Date(at).toISOString().slice(0, 19).replace("T", " ");
  return `${written} UTC, ${at >= now ? `in ${length}` : `${length} ago`}`;
}
