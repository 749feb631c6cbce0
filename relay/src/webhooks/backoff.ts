/** Waits after the first failures; the last holds from then on. */
const STEPS_MS = [1000, 5000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000] as const;

/** The longest wait that an endpoint may ask for. */
const MAX_ASKED_MS = 3_600_000;

/**
 * How long to wait before the next attempt. Pure.
 *
 * @param failures attempts that have failed in a row, from 1
 * @param chance from 0 to 1: spreads those who failed together over half of the step
 * @param askedMs what the endpoint has asked for (`Retry-After`)
 */
export function retryAfterMs(failures: number, chance: number, askedMs = 0): number {
  const step = STEPS_MS[Math.min(failures, STEPS_MS.length) - 1] ?? STEPS_MS[0];
  return Math.max(step * (0.75 + chance / 2), Math.min(askedMs, MAX_ASKED_MS));
}
