// One run: a fresh server, a fresh load, one result.
import { loadavg } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { removeFolder } from "../lib/relay.mjs";
import { CORES, pinned, start } from "../lib/server.mjs";
import { PEERS } from "./peers.mjs";

/** @typedef {import("../load/main.mjs").Seen} Seen */
/** @typedef {import("./scenario.mjs").Scenario} Scenario */
/** @typedef {import("./scenario.mjs").Entrant} Entrant */

/**
 * Whose run it was, and what the load saw, unless there is an `error`.
 *
 * @typedef {Partial<Seen> & Run} Result
 * @typedef {object} Run
 * @property {string} scenario
 * @property {string} entrant
 * @property {number} round
 * @property {number} machineLoad how many processes wanted the machine just before
 * @property {number} [longestTurn] of the relay's loop, in ms
 */

const LOAD = fileURLToPath(new URL("../load/main.mjs", import.meta.url));
/** No run takes as long as this; what does hangs. */
const PATIENCE_MS = 180_000;

/**
 * @param {string} name of the scenario
 * @param {Scenario} scenario
 * @param {Entrant} entrant
 * @param {{ round: number, tokens: string, profileTo?: string | undefined }} context `tokens` is a file
 * @returns {Promise<Result>}
 */
export async function runOnce(name, scenario, entrant, { round, tokens, profileTo }) {
  const run = { scenario: name, entrant: entrant.name, round, machineLoad: loadavg()[0] ?? Number.NaN };
  try {
    return { ...run, ...(await measure(scenario, entrant, round, tokens, profileTo)) };
  } catch (error) {
    return { ...run, error: /** @type {Error} */ (error).message };
  }
}

/**
 * @param {Scenario} scenario
 * @param {Entrant} entrant
 * @param {number} round
 * @param {string} tokens
 * @param {string | undefined} profileTo
 * @returns {Promise<Partial<Result>>}
 */
async function measure(scenario, { peer: name, plan, env, prepare }, round, tokens, profileTo) {
  const peer = /** @type {import("./peers.mjs").Peer} */ (PEERS[name]);
  const watchesLoop = scenario.watchesLoop === true && peer.isNatter;
  const data = await prepare?.(round);
  const server = await peer.start({ env, data, watchesLoop, profileTo });
  try {
    const crowd = { ...plan.crowd, port: server.port, dialect: peer.dialect };
    // From when everybody is in until they go: that ten thousand come or go at once is another matter.
    /** @type {unknown} */
    let turns;
    const ask = async () => watchesLoop && (turns = await server.ask("turns"));
    const seen = await runLoad({ ...plan, crowd, tokens, pid: server.pid }, { onReady: ask, onSeen: ask });
    const { missing = 0, behind = 0 } = seen;
    if (missing > 0 && scenario.mayFallBehind !== true) {
      seen.error ??= `${missing} deliveries are missing; ${behind} connections are behind others.`;
    }
    return { ...seen, ...(watchesLoop && { longestTurn: Number(turns) }) };
  } finally {
    await server.stop();
    if (data !== undefined) removeFolder(data);
  }
}

/**
 * Runs the load and resolves with what it saw.
 *
 * @param {import("../load/main.mjs").Job} job
 * @param {{ onReady: () => unknown, onSeen: () => unknown }} moments when everybody is in and nothing was said
 *   yet, and when all was said and everybody is still there
 * @returns {Promise<Partial<Seen>>}
 */
function runLoad(job, { onReady, onSeen }) {
  const command = pinned([process.execPath, LOAD, JSON.stringify(job)], CORES.load);
  const child = start(command, { stdio: ["ignore", "pipe", "inherit"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  /** @type {Partial<Seen>} */
  let seen = { error: "The load said nothing." };
  const lines = createInterface({ input: /** @type {import("node:stream").Readable} */ (child.stdout) });
  lines.on("line", (line) => {
    const said = JSON.parse(line);
    if (said.ready === true) return void onReady();
    seen = said;
    onSeen();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      clearTimeout(timer);
      resolve(seen);
    });
  });
}
