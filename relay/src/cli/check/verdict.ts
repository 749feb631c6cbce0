/** How one thing that was looked at stands: `WARN` works, and probably not as meant; `FAIL` does not. */
export type Grade = "OK" | "WARN" | "FAIL";

/** One line of a check. */
export interface Verdict {
  grade: Grade;
  /** What was looked at. */
  about: string;
  /** What was found, and where that is not well what to do, as a sentence. */
  found: string;
}

export function fine(about: string, found: string): Verdict {
  return { grade: "OK", about, found };
}

export function warn(about: string, found: string): Verdict {
  return { grade: "WARN", about, found };
}

export function fail(about: string, found: string): Verdict {
  return { grade: "FAIL", about, found };
}
