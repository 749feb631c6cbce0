// A scenario's runs, its table, and whether its goals were met.
import { aligned } from "../lib/table.mjs";
import { FIGURES, short } from "./figures.mjs";
import { PEERS } from "./peers.mjs";
import { runOnce } from "./run-once.mjs";
import { figureOf, ratioOf } from "./summary.mjs";

/** @typedef {import("./run-once.mjs").Result} Result */
/** @typedef {import("./scenario.mjs").Scenario} Scenario */
/** @typedef {import("./scenario.mjs").Goal} Goal */
/** @typedef {import("./figures.mjs").Figure} Figure */

/**
 * What is wanted of all scenarios.
 *
 * @typedef {object} Context
 * @property {number} rounds
 * @property {string} tokens a file with the clients' tokens
 * @property {(peer: string) => boolean} wants whether a peer was asked for
 * @property {(text: string) => void} say tells how far things are
 * @property {string | undefined} profileTo
 */

/** @typedef {{ scenario: string, entrant: string, what: string, wanted: string, got: string, isMet: boolean }} Judgement */

/**
 * Runs every entrant once a round, each round beginning with another.
 *
 * @param {string} name
 * @param {Scenario} scenario
 * @param {Context} context
 */
export async function runScenario(name, scenario, { rounds, tokens, wants, say, profileTo }) {
  const entrants = scenario.entrants.filter(({ peer }) => wants(peer));
  /** @type {Result[]} */
  const results = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % Math.max(1, entrants.length);
    for (const entrant of [...entrants.slice(first), ...entrants.slice(0, first)]) {
      const result = await runOnce(name, scenario, entrant, { round, tokens, profileTo });
      results.push(result);
      say(`${name} ${round + 1}/${rounds} ${entrant.name}: ${inShort(scenario, result)}`);
    }
  }
  return results;
}

/** @param {Scenario} scenario @param {readonly Result[]} results */
export function tableOf(scenario, results) {
  const entrants = scenario.entrants.filter(({ name }) => hasRun(results, name));
  const figures = scenario.figures.map(figureNamed);
  const yardsticks = scenario.yardsticks.filter((name) => hasRun(results, name));
  const { of: ratioTake } = figureNamed(scenario.ratioOf);
  const heads = [...figures.map(({ title }) => title), ...yardsticks.map((name) => `× ${name}`)];
  const rows = entrants.map(({ name, title }) => [
    title,
    ...figures.map(({ of, write }) => written(figureOf(results, name, of), write)),
    ...yardsticks.map((other) => written(ratioOf(results, name, other, ratioTake), short)),
  ]);
  return aligned(["", ...heads], rows);
}

/**
 * The scenario's main figure, as bars.
 *
 * @param {Scenario} scenario
 * @param {readonly Result[]} results
 * @returns {{ unit: string, bars: import("./plot.mjs").Bar[] }}
 */
export function barsOf(scenario, results) {
  const { title, of, write } = figureNamed(scenario.ratioOf);
  const bars = scenario.entrants.map(({ name, title: label, peer }) => {
    const value = figureOf(results, name, of);
    return { label, value, text: written(value, write), isOurs: PEERS[peer]?.isNatter === true };
  });
  return { unit: title, bars };
}

/**
 * Holds the relay to the scenario's goals, as far as those that it is compared with did run.
 *
 * @param {string} name
 * @param {Scenario} scenario
 * @param {readonly Result[]} results
 * @returns {Judgement[]}
 */
export function judge(name, scenario, results) {
  const natters = scenario.entrants
    .filter((entrant) => PEERS[entrant.peer]?.isNatter && !scenario.yardsticks.includes(entrant.name))
    .map((entrant) => entrant.name);
  return scenario.goals.flatMap((goal) =>
    (goal.by ?? natters)
      .filter((entrant) => hasRun(results, entrant) && (goal.to === undefined || hasRun(results, goal.to)))
      .map((entrant) => judgeOne(name, goal, entrant, results)),
  );
}

/** @param {string} scenario @param {Goal} goal @param {string} entrant @param {readonly Result[]} results */
function judgeOne(scenario, { figure, to, atLeast, atMost }, entrant, results) {
  const { title, of, write } = figureNamed(figure);
  const got = to === undefined ? figureOf(results, entrant, of) : ratioOf(results, entrant, to, of);
  const inWords = to === undefined ? write : (/** @type {number} */ value) => `${short(value)} ×`;
  const bound = atLeast ?? atMost ?? Number.NaN;
  return {
    scenario,
    entrant,
    what: to === undefined ? title : `${title}, compared with ${to}`,
    wanted: `${atLeast === undefined ? "≤" : "≥"} ${inWords(bound)}`,
    got: written(got, inWords),
    isMet: atLeast === undefined ? got <= bound : got >= bound,
  };
}

/** @param {readonly Result[]} results @param {string} entrant */
function hasRun(results, entrant) {
  return results.some((result) => result.entrant === entrant);
}

/** @param {Scenario} scenario @param {Result} result */
function inShort(scenario, result) {
  if (result.error !== undefined) return `FAILED: ${result.error}`;
  const figures = scenario.figures.map(figureNamed);
  return figures.map(({ title, of, write }) => `${title} ${written(of(result), write)}`).join(", ");
}

/** @param {string} name @returns {Figure} */
function figureNamed(name) {
  return /** @type {Figure} */ (FIGURES[name]);
}

/** @param {number | undefined} value @param {(value: number) => string} write */
function written(value, write) {
  return value !== undefined && Number.isFinite(value) ? write(value) : "–";
}
