// One run: a fresh server, a fresh load, one result.
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CORES, pinned } from "../lib/server.mjs";
import { PEERS } from "./peers.mjs";

const LOAD = fileURLToPath(new URL("../load/main.mjs", import.meta.url));

/**
 * What came of a run: what the load saw, unless there is an `error`, and whose run it was.
 *
 * @typedef {Partial<import("../load/main.mjs").Seen> & Run} Result
 * @typedef {{ scenario: string, peer: string, round: number, machineLoad: number, longestTurn?: number }} Run
 */

/**
 * @param {string} name of the scenario
 * @param {import("./scenarios.mjs").Scenario} scenario
 * @param {string} peerName
 * @param {{ round: number, tokens: string, profileTo?: string | undefined }} context `tokens` is a file
 * @returns {Promise<Result>}
 */
export async function runOnce(name, scenario, peerName, { round, tokens, profileTo }) {
  const peer = /** @type {import("./peers.mjs").Peer} */ (PEERS[peerName]);
  const what = { scenario: name, peer: peerName, round, machineLoad: loadavg()[0] ?? Number.NaN };
  const watchesLoop = scenario.watchesLoop === true && peer.isNatter;
  const server = await peer.start({ watchesLoop, ...(profileTo !== undefined && { profileTo }) });
  try {
    const { plan } = scenario;
    const crowd = { ...plan.crowd, port: server.port, dialect: peer.dialect };
    const onReady = watchesLoop ? () => server.ask("turns") : undefined;
    const result = await runLoad({ ...plan, crowd, tokens, pid: server.pid }, onReady);
    const { missing = 0 } = result;
    if (missing > 0 && scenario.mayFallBehind !== true) result.error ??= `${missing} deliveries are missing.`;
    const longestTurn = watchesLoop && { longestTurn: Number(await server.ask("turns")) };
    return { ...what, ...result, ...longestTurn };
  } catch (error) {
    return { ...what, error: /** @type {Error} */ (error).message };
  } finally {
    await server.stop();
  }
}

/**
 * Runs the load and resolves with what it saw.
 *
 * @param {import("../load/main.mjs").Job} job
 * @param {() => unknown} [onReady] called when everybody is in and nothing was said yet
 * @returns {Promise<Partial<import("../load/main.mjs").Seen>>}
 */
function runLoad(job, onReady) {
  const [program = "", ...args] = pinned([process.execPath, LOAD, JSON.stringify(job)], CORES.load);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  /** @type {Partial<import("../load/main.mjs").Seen>} */
  let result = { error: "The load said nothing." };
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line);
    if (said.ready === true) onReady?.();
    else result = said;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}

/** No run takes as long as this; what does hangs. */
const PATIENCE_MS = 180_000;
