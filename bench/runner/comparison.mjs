// A scenario that is run with one peer after the other: its runs, its table, and what Natter is held to.
import { aligned } from "../lib/table.mjs";
import { FIGURES, short } from "./figures.mjs";
import { PEERS } from "./peers.mjs";
import { runOnce } from "./run-once.mjs";
import { figureOf, ratioOf } from "./summary.mjs";

/** @typedef {import("./run-once.mjs").Result} Result */
/** @typedef {import("./scenarios.mjs").Scenario} Scenario */
/** @typedef {import("./figures.mjs").Figure} Figure */

/** Those to whom all others are compared. */
const YARDSTICKS = ["ws-naive", "socketio"];

/**
 * What a run of the whole is about.
 *
 * @typedef {object} Context
 * @property {number} rounds
 * @property {string} tokens a file with the clients' tokens
 * @property {(peer: string) => boolean} wants whether a peer was asked for
 * @property {(text: string) => void} say tells how far things are
 * @property {string | undefined} profileTo
 */

/** @typedef {{ scenario: string, peer: string, what: string, wanted: string, got: string, isMet: boolean }} Judgement */

/**
 * Runs every peer once a round, each round beginning with another.
 *
 * @param {string} name
 * @param {Scenario} scenario
 * @param {Context} context
 */
export async function runComparison(name, scenario, { rounds, tokens, wants, say, profileTo }) {
  const peers = scenario.peers.filter(wants);
  /** @type {Result[]} */
  const results = [];
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < peers.length; turn++) {
      const peer = peers[(turn + round) % peers.length] ?? "";
      const result = await runOnce(name, scenario, peer, { round, tokens, profileTo });
      results.push(result);
      say(`${name} ${round + 1}/${rounds} ${peer}: ${inShort(scenario, result)}`);
    }
  }
  return results;
}

/** @param {Scenario} scenario @param {Result[]} results */
export function comparisonTable(scenario, results) {
  const peers = scenario.peers.filter((peer) => results.some((result) => result.peer === peer));
  const figures = scenario.figures.map(figure);
  const yardsticks = YARDSTICKS.filter((peer) => peers.includes(peer));
  const measure = figure(scenario.ratioOf);
  const heads = [...figures.map(({ title }) => title), ...yardsticks.map((peer) => `× ${peer}`)];
  const rows = peers.map((peer) => [
    PEERS[peer]?.title ?? peer,
    ...figures.map(({ of, write }) => written(figureOf(results, peer, of), write)),
    ...yardsticks.map((other) => written(ratioOf(results, peer, other, measure.of), short)),
  ]);
  return aligned(["server", ...heads], rows);
}

/**
 * Holds each Natter that ran to the scenario's goals; a peer that did not run cannot be compared with.
 *
 * @param {string} name
 * @param {Scenario} scenario
 * @param {Result[]} results
 * @returns {Judgement[]}
 */
export function judgeComparison(name, scenario, results) {
  const natters = scenario.peers.filter(
    (peer) => PEERS[peer]?.isNatter && results.some((one) => one.peer === peer),
  );
  return natters.flatMap((peer) =>
    scenario.goals
      .filter(({ to }) => to === undefined || results.some((one) => one.peer === to))
      .map((goal) => judge(name, goal, peer, results)),
  );
}

/** @param {string} scenario @param {import("./scenarios.mjs").Goal} goal @param {string} peer @param {Result[]} results */
function judge(scenario, { figure: name, to, atLeast, atMost }, peer, results) {
  const { title, of, write } = figure(name);
  const got = to === undefined ? figureOf(results, peer, of) : ratioOf(results, peer, to, of);
  const inWords = to === undefined ? write : (/** @type {number} */ value) => `${short(value)} ×`;
  const bound = atLeast ?? atMost ?? Number.NaN;
  return {
    scenario,
    peer,
    what: to === undefined ? title : `${title}, times that of ${to}`,
    wanted: `${atLeast === undefined ? "≤" : "≥"} ${inWords(bound)}`,
    got: written(got, inWords),
    isMet: atLeast === undefined ? got <= bound : got >= bound,
  };
}

/** @param {Scenario} scenario @param {Result} result */
function inShort(scenario, result) {
  if (result.error !== undefined) return `FAILED: ${result.error}`;
  return scenario.figures
    .map(figure)
    .map(({ title, of, write }) => `${title} ${written(of(result), write)}`)
    .join(", ");
}

/** @param {string} name @returns {Figure} */
function figure(name) {
  return /** @type {Figure} */ (FIGURES[name]);
}

/** @param {number | undefined} value @param {(value: number) => string} write */
function written(value, write) {
  return value !== undefined && Number.isFinite(value) ? write(value) : "–";
}
