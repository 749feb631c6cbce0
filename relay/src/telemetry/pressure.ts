/** What a machine has to bear, as it was measured last. */
export interface LoadSample {
  /** Bytes of memory of the whole process. */
  residentBytes: number;
  /** Bytes of JavaScript's heap in use, without what was made just now and may be gone in a moment. */
  heapBytes: number;
  /** Bytes that it may have; past them the process dies. */
  heapLimitBytes: number;
  /** How late the event loop came to what was due, on average in the last full second. */
  loopDelayMs: number;
}

/** From where on nobody new is let in. */
export interface Marks {
  residentBytes: number;
  /** Share of the heap's limit, from 0 to 1. */
  heapShare: number;
  loopDelayMs: number;
}

/** Why nobody new is let in. */
export type Strain = "memory" | "heap" | "event-loop";

/**
 * - `calm`: everybody is let in. `overSince` is when a mark was first passed, without a break since;
 * - `shedding`: nobody new is, because of `strain`. `underSince` is since when all marks were kept well.
 *
 * Times are of the monotonic clock, in ms.
 */
export type Pressure =
  { state: "calm"; overSince?: number } | { state: "shedding"; strain: Strain; underSince?: number };

export const CALM: Pressure = { state: "calm" };

/**
 * How long a mark must have been passed. Memory that is gone is gone; a slow second of the loop is a wave that
 * passes, and three (of which the first is over when it is measured) are more than there is room for.
 */
const SHED_AFTER_MS: Readonly<Record<Strain, number>> = { memory: 0, heap: 0, "event-loop": 2000 };

/** Long enough that those who wait outside do not push it over the mark again at once. */
const CALM_AFTER_MS = 3000;

/** Well below a mark is this share of it: at the mark itself doors would open and close with every sample. */
const RELIEF = 0.85;

/**
 * What a sample makes of it: shedding begins when a mark was passed for long enough, and ends when all of them were
 * kept well for a while. Pure.
 *
 * @param now of the monotonic clock, in ms
 */
export function pressureAfter(before: Pressure, sample: LoadSample, marks: Marks, now: number): Pressure {
  if (before.state === "calm") {
    const strain = strainOf(sample, marks, 1);
    if (!strain) return CALM;
    const { overSince = now } = before;
    const isLong = now - overSince >= SHED_AFTER_MS[strain];
    return isLong ? { state: "shedding", strain } : { state: "calm", overSince };
  }
  const strain = strainOf(sample, marks, RELIEF);
  if (strain) return { state: "shedding", strain };
  const { underSince = now } = before;
  return now - underSince >= CALM_AFTER_MS ? CALM : { ...before, underSince };
}

/** The first mark of which more than so large a share is reached. */
function strainOf(sample: LoadSample, marks: Marks, share: number): Strain | undefined {
  if (sample.heapBytes > sample.heapLimitBytes * marks.heapShare * share) return "heap";
  if (sample.residentBytes > marks.residentBytes * share) return "memory";
  if (sample.loopDelayMs > marks.loopDelayMs * share) return "event-loop";
  return undefined;
}
