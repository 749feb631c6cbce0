// Medians and ratios of what was measured in several rounds.

/** @typedef {import("./run-once.mjs").Result} Result */
/** @typedef {(result: Result) => number | undefined} Take */

/** @param {readonly number[]} values @returns {number} NaN if there are none */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * A peer's figure, as the median of its rounds.
 *
 * @param {readonly Result[]} results of one scenario
 * @param {string} peer
 * @param {Take} take
 */
export function figureOf(results, peer, take) {
  return median(roundsOf(results, peer, take).map(([, value]) => value));
}

/**
 * How many times another's a peer's figure is: taken in each round, where the machine was the same for both, and
 * of these the median.
 *
 * @param {readonly Result[]} results of one scenario
 * @param {string} peer
 * @param {string} other
 * @param {Take} take
 */
export function ratioOf(results, peer, other, take) {
  const others = new Map(roundsOf(results, other, take));
  const ratios = roundsOf(results, peer, take).map(
    ([round, value]) => value / (others.get(round) ?? Number.NaN),
  );
  return median(ratios.filter((ratio) => Number.isFinite(ratio)));
}

/**
 * Runs that failed count for nothing.
 *
 * @param {readonly Result[]} results
 * @param {string} peer
 * @param {Take} take
 * @returns {[round: number, value: number][]}
 */
function roundsOf(results, peer, take) {
  return results
    .filter((result) => result.peer === peer && result.error === undefined)
    .map((result) => [result.round, take(result) ?? Number.NaN]);
}
