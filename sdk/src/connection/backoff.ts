const BASE_MS = 1_000;
const CAP_MS = 20_000;

/**
 * Full jitter: anywhere between nothing and 1 s, 2 s, 4 s … at most 20 s. Spreading over the whole span is what
 * keeps ten thousand clients that lost the same relay from coming back in the same second.
 *
 * @param attempt Tries that failed before this wait, from 0.
 * @param random A number from 0 to 1.
 * @returns How long to wait, in ms.
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.floor(random * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 10)));
}
