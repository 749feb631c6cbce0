// A relay under measurement: the built command line, as an operator runs it.
import { createSecretKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import jwt from "jsonwebtoken";
import { cpuSecondsOf, memoryOf } from "../load/usage.mjs";
import { startServer } from "./server.mjs";

const CLI = fileURLToPath(new URL("../../relay/dist/cli/main.js", import.meta.url));
const MB = 1024 * 1024;

/** The secret of all tokens here; also for peers that verify them. */
export const SECRET = "a-secret-for-measurements-only-0123456789";
const key = createSecretKey(Buffer.from(SECRET));

/** Limits out of the way, by configuration: what is measured is the relay, not its patience. */
export const OPEN_LIMITS = {
  NATTER_PACKETS_PER_SECOND: "1000000",
  NATTER_PACKETS_BURST: "1000000",
  NATTER_POSTS_PER_SECOND: "1000000",
  NATTER_POSTS_BURST: "1000000",
  NATTER_BYTES_PER_SECOND: "1073741824",
  NATTER_BYTES_BURST: "1073741824",
  NATTER_JOINS_PER_SECOND: "1000000",
  NATTER_JOINS_BURST: "1000000",
  NATTER_HISTORY_PER_SECOND: "1000000",
  NATTER_HISTORY_BURST: "1000000",
};

/**
 * Starts a relay on a free port.
 *
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.data]
 * @param {number | undefined} [options.core] keeps it on one core
 * @param {NodeJS.ProcessEnv} [options.env] settings, {@link OPEN_LIMITS} if none are given
 * @param {string[]} [options.nodeArgs]
 * @param {boolean} [options.hasChannel]
 * @param {boolean} [options.hasData] false for a relay that keeps nothing in its folder, as one that has a Redis
 */
export async function startRelay(
  args,
  { data = newFolder(), core, env, nodeArgs = [], hasChannel, hasData = true } = {},
) {
  const folder = hasData ? ["--data", data] : [];
  const command = [process.execPath, ...nodeArgs, CLI, "127.0.0.1:0", ...folder, ...args];
  const settings = { NATTER_SECRET: SECRET, NATTER_LOG_LEVEL: "error", ...(env ?? OPEN_LIMITS) };
  const server = await startServer(command, { env: settings, core, ...(hasChannel && { hasChannel }) });
  return {
    ...server,
    data,
    socketUrl: `${server.url.replace("http", "ws")}/v1/socket`,
    /** Resident memory in MB. */
    memoryMb: () => memoryOf(server.pid).rss / MB,
    /** The most it ever was, in MB. */
    peakMb: () => memoryOf(server.pid).peak / MB,
    /** Seconds of processor time used so far. */
    cpuSeconds: () => cpuSecondsOf(server.pid),
  };
}

/** A folder of its own for a relay's data; taken away when this process ends, at the latest. */
export function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), "natter-bench-"));
  folders.add(folder);
  return folder;
}

/** @type {Set<string>} */
const folders = new Set();
process.once("exit", () => {
  for (const folder of folders) removeFolder(folder);
});

/** @param {string} folder */
export function removeFolder(folder) {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} sub */
export function tokenFor(sub) {
  return jwt.sign({ sub }, key, { algorithm: "HS256", expiresIn: "12h" });
}
