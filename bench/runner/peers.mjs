// The servers that are compared.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { newFolder, OPEN_LIMITS, removeFolder, SECRET, startRelay } from "../lib/relay.mjs";
import { CORES, startServer } from "../lib/server.mjs";

/** @typedef {import("../lib/server.mjs").Server} Server */

/**
 * How a run wants its relay; other peers do not look at it.
 *
 * @typedef {object} Wishes
 * @property {NodeJS.ProcessEnv | undefined} env settings instead of raised limits
 * @property {string | undefined} data the folder of its rooms, kept by the caller
 * @property {boolean} watchesLoop whether it can be asked for its longest turn
 * @property {string | undefined} profileTo a folder for CPU profiles
 */

/**
 * @typedef {object} Peer
 * @property {string} title
 * @property {string} dialect
 * @property {boolean} isNatter
 * @property {(wishes: Wishes) => Promise<Server>} start
 * @property {() => string | undefined} [missing] why it cannot run here
 */

/** @type {Record<string, Peer>} */
export const PEERS = {
  natter: relay("Natter (SQLite)", []),
  "natter-memory": relay("Natter (memory)", ["--memory"]),
  "ws-naive": script("ws, naive", "plain", ["ws-naive.mjs"]),
  "ws-naive-jwt": script("ws, naive, with jsonwebtoken", "plain-token", ["ws-naive.mjs", "--tokens"]),
  "ws-frame": script("ws, one frame for all", "plain", ["ws-frame.mjs"]),
  socketio: script("Socket.IO 4", "socketio", ["socketio.mjs"]),
  channels: {
    title: "Django Channels with Daphne",
    dialect: "channels",
    isNatter: false,
    start: () => startServer(["python3", path("channels_room.py")], { core: CORES.server }),
    missing: () => {
      const { status } = spawnSync("python3", ["-c", "import channels, daphne"]);
      return status === 0 ? undefined : "the Python packages channels and daphne are not installed";
    },
  },
};

/** @param {string} title @param {string[]} args @returns {Peer} */
function relay(title, args) {
  return {
    title,
    dialect: "natter",
    isNatter: true,
    start: async ({ env = OPEN_LIMITS, data, watchesLoop, profileTo }) => {
      const folder = data ?? newFolder();
      const watch = ["--import", new URL("../lib/loop-watch.mjs", import.meta.url).href];
      const profile = profileTo === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profileTo];
      const server = await startRelay(args, {
        data: folder,
        core: CORES.server,
        env: { NATTER_DRAIN: "0s", ...env },
        nodeArgs: [...(watchesLoop ? watch : []), ...profile],
        hasChannel: watchesLoop,
      });
      const stop = async () => {
        await server.stop();
        if (data === undefined) removeFolder(folder);
      };
      return { ...server, stop };
    },
  };
}

/** @param {string} title @param {string} dialect @param {[file: string, ...args: string[]]} command @returns {Peer} */
function script(title, dialect, [file, ...args]) {
  const env = { NATTER_SECRET: SECRET, NODE_ENV: "production" };
  const command = [process.execPath, path(file), ...args];
  const start = () => startServer(command, { env, core: CORES.server });
  return { title, dialect, isNatter: false, start };
}

/** @param {string} file */
function path(file) {
  return fileURLToPath(new URL(`../peers/${file}`, import.meta.url));
}
