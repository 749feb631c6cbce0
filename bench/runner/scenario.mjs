// What a scenario is.

/** @typedef {import("../load/main.mjs").Job} Job */
/** @typedef {Omit<Job, "tokens" | "pid" | "crowd"> & { crowd: Omit<Job["crowd"], "port" | "dialect"> }} Plan */

/**
 * What is run, and is a row in the scenario's table: usually a peer, sometimes the relay in one of several situations.
 *
 * @typedef {object} Entrant
 * @property {string} name
 * @property {string} title
 * @property {string} peer
 * @property {Plan} plan
 * @property {NodeJS.ProcessEnv} [env] the relay's settings instead of raised limits
 * @property {(round: number) => Promise<string>} [prepare] makes the relay's folder; the run takes it away afterwards
 */

/**
 * A promise about one figure of Natter's, or about its ratio to another entrant's in the same round.
 *
 * @typedef {object} Goal
 * @property {string[]} [by] the entrants held to it; if not said, each that is Natter and no yardstick
 * @property {string} figure a name of figures.mjs
 * @property {string} [to] the entrant it is divided by
 * @property {number} [atLeast]
 * @property {number} [atMost]
 */

/**
 * @typedef {object} Scenario
 * @property {string} title
 * @property {Entrant[]} entrants
 * @property {string[]} figures what its table shows
 * @property {string} ratioOf the figure whose ratios the table shows
 * @property {string[]} yardsticks the entrants to whom all others are compared
 * @property {Goal[]} goals
 * @property {boolean} [isApart] it takes long, and is run only when it is asked for
 * @property {boolean} [mayFallBehind] who does not keep up is shown as such, and has not failed
 * @property {boolean} [watchesLoop]
 */

/** How long things take, in ms. */
export const USUAL = { warmUpMs: 1500, measureMs: 4000, latencyMs: 6000, settleMs: 500, restMs: 5000 };
export const QUICK = { warmUpMs: 500, measureMs: 1500, latencyMs: 3000, settleMs: 300, restMs: 1500 };

const TEXT_BYTES = 100;

/**
 * A plan with everything that is not said as it usually is.
 *
 * @param {Partial<Plan["crowd"]>} crowd
 * @param {Job["shape"]} shape
 * @param {Partial<Plan>} [rest]
 * @returns {Plan}
 */
export function planOf(crowd, shape, rest = {}) {
  return {
    crowd: { rooms: 1, members: 1, senders: 1, atOnce: 128, timeEvery: 1, alsoJoin: 0, ...crowd },
    shape,
    textBytes: TEXT_BYTES,
    lazyMs: 0,
    spins: false,
    settleMs: USUAL.settleMs,
    drainMs: 10_000,
    ...rest,
  };
}
