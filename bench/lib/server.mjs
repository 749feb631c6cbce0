// A server under measurement: a process of its own, on a core of its own where that can be had.
import { spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import process from "node:process";

/** The cores of the server and of the load; undefined where processes cannot be kept to one. */
export const CORES = canPin() ? { server: 0, load: 1 } : { server: undefined, load: undefined };

/** After this a server that was asked to stop is killed. */
const STOP_PATIENCE_MS = 15_000;

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

/**
 * @typedef {object} Server
 * @property {number} pid
 * @property {number} port
 * @property {string} url
 * @property {number} startMs how long it took to listen
 * @property {(message: string) => Promise<unknown>} ask sends it a message over its channel, resolves with the answer
 * @property {(signal?: NodeJS.Signals) => Promise<void>} stop
 */

/**
 * Starts a server that prints `http://host:port` when it listens.
 *
 * @param {string[]} command
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] what it has beside our own
 * @param {number | undefined} [options.core] keeps it on one core
 * @param {boolean} [options.hasChannel]
 * @param {string} [options.cwd]
 * @returns {Promise<Server>}
 */
export async function startServer(command, { env = {}, core, hasChannel = false, cwd } = {}) {
  const started = performance.now();
  const child = start(pinned(command, core), {
    stdio: ["ignore", "pipe", "inherit", hasChannel ? "ipc" : "ignore"],
    env: { ...process.env, ...env },
    cwd,
  });
  const url = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (chunk) => {
      said += String(chunk);
      const found = /http:\/\/\S+:\d+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The server ended with ${code} before it listened.`)));
  });
  return {
    pid: child.pid ?? 0,
    port: Number(new URL(url).port),
    url,
    startMs: performance.now() - started,
    ask: (message) =>
      new Promise((resolve) => {
        child.once("message", resolve);
        child.send(message);
      }),
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = new Promise((resolve) => void child.once("exit", resolve));
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE_MS);
      await exit;
      clearTimeout(timer);
    },
  };
}

/**
 * Starts a process that ends with this one at the latest.
 *
 * @param {string[]} command
 * @param {import("node:child_process").SpawnOptions} options
 */
export function start([program = "", ...args], options) {
  const child = spawn(program, args, options);
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

/** The command that runs another on one core alone. @param {string[]} command @param {number | undefined} core */
export function pinned(command, core) {
  return core === undefined ? command : ["taskset", "-c", String(core), ...command];
}

function canPin() {
  return availableParallelism() >= 2 && spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;
}
