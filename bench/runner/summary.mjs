// Medians and ratios of what was measured in several rounds.

/** @typedef {Pick<import("./run-once.mjs").Result, "entrant" | "round" | "error">} Round */

/** @param {readonly number[]} values @returns {number} NaN if there are none */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * An entrant's figure: the median of its rounds.
 *
 * @template {Round} R
 * @param {readonly R[]} results of one scenario
 * @param {string} entrant
 * @param {(result: R) => number | undefined} take
 */
export function figureOf(results, entrant, take) {
  return median(roundsOf(results, entrant, take).map(([, value]) => value));
}

/**
 * How many times another's an entrant's figure is: taken in each round, where the machine was the same for both, and
 * of these the median.
 *
 * @template {Round} R
 * @param {readonly R[]} results of one scenario
 * @param {string} entrant
 * @param {string} other
 * @param {(result: R) => number | undefined} take
 */
export function ratioOf(results, entrant, other, take) {
  const others = new Map(roundsOf(results, other, take));
  const ratios = roundsOf(results, entrant, take).map(
    ([round, value]) => value / (others.get(round) ?? Number.NaN),
  );
  return median(ratios.filter((ratio) => Number.isFinite(ratio)));
}

/**
 * Runs that failed count for nothing.
 *
 * @template {Round} R
 * @param {readonly R[]} results
 * @param {string} entrant
 * @param {(result: R) => number | undefined} take
 * @returns {[round: number, value: number][]}
 */
function roundsOf(results, entrant, take) {
  return results
    .filter((result) => result.entrant === entrant && result.error === undefined)
    .map((result) => [result.round, take(result) ?? Number.NaN]);
}
