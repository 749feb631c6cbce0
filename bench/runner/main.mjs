// Runs what was asked for and tells what came of it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { CORES } from "../lib/server.mjs";
import { newFolder, tokenFor } from "../lib/relay.mjs";
import { aligned } from "../lib/table.mjs";
import { barsOf, judge, runScenario, tableOf } from "./comparison.mjs";
import { writeTables } from "./document.mjs";
import { PEERS } from "./peers.mjs";
import { plotOf } from "./plot.mjs";
import { summaryOf } from "./profile.mjs";
import { QUICK, USUAL } from "./scenario.mjs";
import { scenariosOf } from "./scenarios.mjs";

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
 * @property {string | undefined} plotTo a folder for plots
 * @property {string | undefined} profileTo a folder for CPU profiles of the relay
 * @property {string | undefined} document a Markdown file whose tables are written anew
 * @property {string[]} from files of earlier figures, to be told again instead of measured; the last one that has a
 *   scenario decides about it
 */

/** As many as the largest crowd has members. */
const TOKENS = 10_000;

/** @param {Options} options @returns {Promise<boolean>} whether every run was right */
export async function main({ scenarios, peers, rounds, isQuick, out, plotTo, profileTo, document, from }) {
  const known = scenariosOf(isQuick ? QUICK : USUAL);
  checkNames("scenario", scenarios, ["s7", ...Object.keys(known)]);
  checkNames("peer", peers, Object.keys(PEERS));
  const missing = missingPeers(peers);
  const folder = newFolder();
  const tokens = join(folder, "tokens.json");
  writeFileSync(tokens, JSON.stringify(Array.from({ length: TOKENS }, (_, at) => tokenFor(`user-${at}`))));
  /** @type {Context} */
  const context = {
    rounds,
    tokens,
    profileTo,
    wants: (peer) => (peers.length === 0 || peers.includes(peer)) && !missing.has(peer),
    say: (text) => process.stderr.write(`${text}\n`),
  };
  if (CORES.server === undefined)
    context.say("Server and load share their cores: taskset or a second core is missing.");
  const earlier = from.length > 0 ? readEarlier(from) : undefined;
  /** @type {Result[]} */
  const results = [];
  /** @type {Judgement[]} */
  const judgements = [];
  /** @type {import("./document.mjs").Section[]} */
  const sections = [];
  for (const [name, scenario] of Object.entries(known)) {
    if (!(earlier ? earlier.results.has(name) : isChosen(name, scenario, scenarios))) continue;
    const own = earlier?.results.get(name) ?? (await runScenario(name, scenario, context));
    results.push(...own);
    judgements.push(...judge(name, scenario, own));
    const section = { name, title: scenario.title, table: tableOf(scenario, own) };
    sections.push(section);
    console.log(`\n${name}: ${section.title}\n\n${section.table}\n`);
    if (plotTo !== undefined) plot(plotTo, name, scenario, own);
  }
  rmSync(folder, { recursive: true });
  const goals = judgementTable(judgements);
  console.log(goals);
  if (profileTo !== undefined) console.log(`\n${summaryOf(profileTo)}`);
  if (document !== undefined)
    writeTables(document, {
      machine: machineInWords(earlier?.machine ?? machine(), rounds),
      sections,
      goals,
    });
  const failed = results.filter((result) => result.error !== undefined);
  for (const { scenario, entrant, round, error } of failed) {
    console.log(`FAILED: ${scenario}, ${entrant}, round ${round + 1}: ${error}`);
  }
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(out, JSON.stringify({ machine: machine(), judgements, results }, undefined, 2));
  console.log(`\nAll figures are in ${out}.`);
  return failed.length === 0;
}

/** @param {Judgement[]} judgements */
function judgementTable(judgements) {
  const rows = judgements.map(({ scenario, entrant, what, wanted, got, isMet }) => {
    return [scenario, entrant, what, wanted, got, isMet ? "met" : "missed"];
  });
  return aligned(["goal", "of", "what", "wanted", "got", ""], rows);
}

/** @param {string} name @param {import("./scenario.mjs").Scenario} scenario @param {string[]} chosen */
function isChosen(name, { isApart = false }, chosen) {
  if (chosen.length === 0) return !isApart;
  return chosen.some((one) => name === one || name.startsWith(`${one}-`));
}

/** Those who cannot run here; says why. @param {string[]} chosen */
function missingPeers(chosen) {
  const missing = new Set();
  for (const [name, peer] of Object.entries(PEERS)) {
    const why = peer.missing?.();
    if (why === undefined) continue;
    missing.add(name);
    if (chosen.length === 0 || chosen.includes(name)) console.error(`${peer.title} is left out: ${why}.`);
  }
  return missing;
}

/** @param {string[]} files @returns {{ machine: ReturnType<typeof machine>, results: Map<string, Result[]> }} */
function readEarlier(files) {
  const read = files.map((file) => JSON.parse(readFileSync(file, "utf8")));
  /** @type {Map<string, Result[]>} */
  const results = new Map();
  for (const { results: own } of read) {
    for (const name of new Set(own.map((/** @type {Result} */ { scenario }) => scenario))) {
      results.set(
        name,
        own.filter((/** @type {Result} */ { scenario }) => scenario === name),
      );
    }
  }
  return { machine: read.at(-1).machine, results };
}

function machine() {
  const [cpu] = cpus();
  return { cpu: cpu?.model ?? "", cores: cpus().length, node: process.version, at: new Date().toISOString() };
}

/** @param {ReturnType<typeof machine>} measuredOn @param {number} rounds */
function machineInWords({ cpu, cores, node, at }, rounds) {
  return `${cores} cores of ${cpu}, Node ${node.slice(1)}, ${at.slice(0, 10)}; medians of ${rounds} rounds`;
}

/** @param {string} folder @param {string} name @param {import("./scenario.mjs").Scenario} scenario @param {Result[]} results */
function plot(folder, name, scenario, results) {
  mkdirSync(folder, { recursive: true });
  const { unit, bars } = barsOf(scenario, results);
  writeFileSync(join(folder, `${name}.svg`), plotOf(`${name}: ${scenario.title}`, unit, bars));
}

/** @param {string} what @param {string[]} names @param {string[]} known */
function checkNames(what, names, known) {
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length === 0) return;
  throw new Error(`There is no ${what} ${wrong.join(", ")}; there are ${known.join(", ")}.`);
}
