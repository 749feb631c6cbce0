// Runs what was asked for and tells what came of it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { CORES } from "../lib/server.mjs";
import { newFolder, tokenFor } from "../lib/relay.mjs";
import { aligned } from "../lib/table.mjs";
import { comparisonTable, judgeComparison, runComparison } from "./comparison.mjs";
import { PEERS } from "./peers.mjs";
import { QUICK, scenariosOf, USUAL } from "./scenarios.mjs";

/** @typedef {import("./comparison.mjs").Context} Context */
/** @typedef {import("./comparison.mjs").Judgement} Judgement */
/** @typedef {import("./run-once.mjs").Result} Result */

/**
 * @typedef {object} Options
 * @property {string[]} scenarios none: all
 * @property {string[]} peers none: all
 * @property {number} rounds
 * @property {boolean} isQuick
 * @property {string} out the file for all figures
 * @property {string | undefined} profileTo
 */

/** As many as the largest crowd has members. */
const TOKENS = 10_000;

/** @param {Options} options @returns {Promise<boolean>} whether every run was right */
export async function main({ scenarios, peers, rounds, isQuick, out, profileTo }) {
  const known = scenariosOf(isQuick ? QUICK : USUAL);
  checkNames("scenario", scenarios, Object.keys(known));
  checkNames("peer", peers, Object.keys(PEERS));
  const folder = newFolder();
  const tokens = join(folder, "tokens.json");
  writeFileSync(tokens, JSON.stringify(Array.from({ length: TOKENS }, (_, at) => tokenFor(`user-${at}`))));
  /** @type {Context} */
  const context = {
    rounds,
    tokens,
    profileTo,
    wants: (peer) => peers.length === 0 || peers.includes(peer),
    say: (text) => process.stderr.write(`${text}\n`),
  };
  if (CORES.server === undefined)
    context.say("Server and load share their cores: taskset or a second core is missing.");
  /** @type {Result[]} */
  const results = [];
  /** @type {Judgement[]} */
  const judgements = [];
  for (const [name, scenario] of Object.entries(known)) {
    if (scenarios.length > 0 && !scenarios.includes(name)) continue;
    const own = await runComparison(name, scenario, context);
    results.push(...own);
    judgements.push(...judgeComparison(name, scenario, own));
    console.log(`\n${name.toUpperCase()}: ${scenario.title}\n\n${comparisonTable(scenario, own)}\n`);
  }
  rmSync(folder, { recursive: true });
  console.log(judgementTable(judgements));
  const failed = results.filter((result) => result.error !== undefined);
  for (const { scenario, peer, round, error } of failed)
    console.log(`FAILED ${scenario} ${peer} ${round + 1}: ${error}`);
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(out, JSON.stringify({ machine: machine(), judgements, results }, undefined, 2));
  console.log(`\nAll figures are in ${out}.`);
  return failed.length === 0;
}

/** @param {Judgement[]} judgements */
function judgementTable(judgements) {
  const rows = judgements.map(({ scenario, peer, what, wanted, got, isMet }) => {
    return [scenario, peer, what, wanted, got, isMet ? "met" : "missed"];
  });
  return aligned(["goal", "peer", "what", "wanted", "got", ""], rows);
}

function machine() {
  const [cpu] = cpus();
  return { cpu: cpu?.model, cores: cpus().length, node: process.version, at: new Date().toISOString() };
}

/** @param {string} what @param {string[]} names @param {string[]} known */
function checkNames(what, names, known) {
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length === 0) return;
  throw new Error(`There is no ${what} ${wrong.join(", ")}; there are ${known.join(", ")}.`);
}
