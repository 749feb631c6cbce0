// The servers that are compared.
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { newFolder, OPEN_LIMITS, removeFolder, SECRET, startRelay } from "../lib/relay.mjs";
import { CORES, startServer } from "../lib/server.mjs";

/** @typedef {import("../lib/server.mjs").Server} Server */

/**
 * How a run wants its server; peers that are not the relay ignore all of it.
 *
 * @typedef {object} Wishes
 * @property {NodeJS.ProcessEnv} [env] settings instead of raised limits
 * @property {string} [profileTo] a folder for a CPU profile
 * @property {boolean} [watchesLoop] whether it can be asked for its longest turn
 * @property {string} [data] the folder of its rooms, kept by the caller
 */

/**
 * @typedef {object} Peer
 * @property {string} title
 * @property {string} dialect
 * @property {boolean} isNatter
 * @property {(wishes: Wishes) => Promise<Server>} start
 */

/** @type {Record<string, Peer>} */
export const PEERS = {
  natter: relay("Natter (SQLite)", []),
  "natter-memory": relay("Natter (memory)", ["--memory"]),
  "ws-naive": script("ws, naive", "plain", "ws-naive.mjs"),
  "ws-naive-jwt": script("ws, naive, with jsonwebtoken", "plain-token", "ws-naive.mjs", ["--tokens"]),
  "ws-frame": script("ws, one frame for all", "plain", "ws-frame.mjs"),
  socketio: script("Socket.IO 4", "socketio", "socketio.mjs"),
};

/** @param {string} title @param {string[]} args @returns {Peer} */
function relay(title, args) {
  return {
    title,
    dialect: "natter",
    isNatter: true,
    start: async ({ env = OPEN_LIMITS, profileTo, watchesLoop = false, data }) => {
      const folder = data ?? newFolder();
      const profile = profileTo === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profileTo];
      const watch = watchesLoop ? ["--import", new URL("../lib/loop-watch.mjs", import.meta.url).href] : [];
      const server = await startRelay(args, {
        data: folder,
        core: CORES.server,
        env: { NATTER_DRAIN: "0s", ...env },
        nodeArgs: [...profile, ...watch],
        hasChannel: watchesLoop,
      });
      return {
        ...server,
        stop: async (signal) => {
          await server.stop(signal);
          if (data === undefined) removeFolder(folder);
        },
      };
    },
  };
}

/** @param {string} title @param {string} dialect @param {string} file @param {string[]} [args] @returns {Peer} */
function script(title, dialect, file, args = []) {
  const path = fileURLToPath(new URL(`../peers/${file}`, import.meta.url));
  const command = [process.execPath, path, ...args];
  const env = { NATTER_SECRET: SECRET, NODE_ENV: "production" };
  return {
    title,
    dialect,
    isNatter: false,
    start: () => startServer(command, { env, core: CORES.server }),
  };
}

/** The version of a peer's package, as it is pinned here. @param {string} name */
export function versionOf(name) {
  const { devDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return devDependencies[name];
}
