// A relay under measurement: the built command line, as an operator runs it.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import jwt from "jsonwebtoken";

const CLI = fileURLToPath(new URL("../../relay/dist/cli/main.js", import.meta.url));
const SECRET = "a-secret-for-measurements-only-0123456789";

/** Limits out of the way, by configuration: what is measured is the relay, not its patience. */
const OPEN = {
  NATTER_SECRET: SECRET,
  NATTER_LOG_LEVEL: "error",
  NATTER_PACKETS_PER_SECOND: "1000000",
  NATTER_PACKETS_BURST: "1000000",
  NATTER_POSTS_PER_SECOND: "1000000",
  NATTER_POSTS_BURST: "1000000",
};

/**
 * Starts a relay on a free port.
 *
 * @param {string[]} args
 * @param {{ data?: string, cpu?: number }} [options] `cpu` pins it to one core, where `taskset` exists
 */
export async function startRelay(args, { data = newFolder(), cpu } = {}) {
  const command = [process.execPath, CLI, "127.0.0.1:0", "--data", data, ...args];
  if (cpu !== undefined) command.unshift("taskset", "-c", String(cpu));
  const started = performance.now();
  const child = spawn(command[0] ?? "", command.slice(1), {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...OPEN },
  });
  const url = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += String(chunk);
      const found = /http:\/\/\S+:\d+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.once("exit", (code) => reject(new Error(`The relay ended with ${code} before it listened.`)));
  });
  return {
    data,
    url: /** @type {string} */ (url),
    socketUrl: `${String(url).replace("http", "ws")}/v1/socket`,
    startMs: performance.now() - started,
    /** Resident memory in MB. */
    memoryMb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    /** The most it ever was, in MB. */
    peakMb: () =>
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    /** Seconds of processor time used so far. */
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    /** @param {NodeJS.Signals} [signal] */
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await new Promise((resolve) => void child.once("exit", resolve));
    },
  };
}

/** A folder of its own for a relay's data. */
export function newFolder() {
  return mkdtempSync(join(tmpdir(), "natter-bench-"));
}

/** @param {string} folder */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} sub */
export function tokenFor(sub) {
  return jwt.sign({ sub }, SECRET, { algorithm: "HS256", expiresIn: "12h" });
}

/** @param {number} pid */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
