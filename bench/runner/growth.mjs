// How the relay's costs grow with what it holds. Nothing may grow worse than the thing itself.
import { cpSync } from "node:fs";
import { fillRoom } from "../lib/fill.mjs";
import { newFolder, OPEN_LIMITS, startRelay } from "../lib/relay.mjs";
import { roomName } from "../load/fleet.mjs";
import { planOf } from "./scenario.mjs";

/** @typedef {import("./scenario.mjs").Scenario} Scenario */

const MEMBERS = [10, 100, 1000, 10_000];
const ROOMS = [100, 1000, 10_000, 100_000];
const STORED = [0, 10_000, 100_000, 1_000_000];
const ROOMS_PER_CONNECTION = 1000;
/** Linear, but for what measuring blurs. */
const LINEAR = 1.25;

/**
 * @param {typeof import("./scenario.mjs").USUAL} times
 * @returns {Record<string, Scenario>}
 */
export function growthOf({ warmUpMs, measureMs, settleMs, restMs }) {
  const shape = { kind: /** @type {const} */ ("window"), outstanding: 32, warmUpMs, measureMs };
  const folders = new Folders();
  return {
    "s7-members": {
      title: "one sender with 32 messages on their way, by members of its room",
      entrants: MEMBERS.map((members) => ({
        ...entrant(members, "members"),
        plan: planOf({ members, timeEvery: 10 }, shape, { lazyMs: 5, settleMs }),
      })),
      figures: ["deliveries", "usPerDelivery", "serverCpu", "p99"],
      ratioOf: "usPerDelivery",
      yardsticks: ["100"],
      goals: [
        { by: ["1000"], figure: "usPerDelivery", to: "100", atMost: LINEAR },
        { by: ["10000"], figure: "usPerDelivery", to: "1000", atMost: LINEAR },
      ],
      isApart: true,
    },
    "s7-rooms": {
      title: "memory of rooms where nothing happens, a member in each, by their number",
      entrants: ROOMS.map((rooms) => ({
        ...entrant(rooms, "rooms"),
        env: { ...OPEN_LIMITS, NATTER_MAX_ROOMS: String(ROOMS_PER_CONNECTION) },
        plan: planOf(
          {
            rooms: Math.ceil(rooms / ROOMS_PER_CONNECTION),
            alsoJoin: Math.min(rooms, ROOMS_PER_CONNECTION) - 1,
            atOnce: 4,
          },
          { kind: "hold" },
          { settleMs: restMs },
        ),
      })),
      figures: ["rssGrownByEntering", "rssPerRoom"],
      ratioOf: "rssPerRoom",
      yardsticks: ["10000"],
      goals: [{ by: ["100000"], figure: "rssPerRoom", to: "10000", atMost: LINEAR }],
      isApart: true,
    },
    "s7-stored": {
      title: "one room of 10, one sender with 32 messages on their way, by messages that are stored in it",
      entrants: STORED.map((count) => ({
        ...entrant(count, "messages stored"),
        env: { ...OPEN_LIMITS, NATTER_RETENTION_COUNT: "1000000000" },
        prepare: () => folders.copyOf(count),
        plan: planOf({ members: 10, timeEvery: 10 }, shape, { lazyMs: 5, settleMs }),
      })),
      figures: ["deliveries", "usPerDelivery", "serverCpu", "p50", "p99"],
      ratioOf: "usPerDelivery",
      yardsticks: ["0"],
      goals: [{ by: ["1000000"], figure: "usPerDelivery", to: "0", atMost: LINEAR }],
      isApart: true,
    },
  };
}

/** @param {number} count @param {string} what */
function entrant(count, what) {
  return { name: String(count), title: `${count.toLocaleString("en")} ${what}`, peer: "natter" };
}

/** Data folders with so many messages in the first room: each filled once, and copied for every run. */
class Folders {
  /** @type {Map<number, Promise<string>>} */
  #filled = new Map();

  /** @param {number} count @returns {Promise<string>} */
  async copyOf(count) {
    const folder = newFolder();
    cpSync(await this.#folderWith(count), folder, { recursive: true });
    return folder;
  }

  /** @param {number} count @returns {Promise<string>} */
  #folderWith(count) {
    const filled = this.#filled.get(count) ?? this.#fill(count);
    this.#filled.set(count, filled);
    return filled;
  }

  /** Begins with the next smaller one. @param {number} count */
  async #fill(count) {
    const before = STORED[STORED.indexOf(count) - 1];
    if (before === undefined) return newFolder();
    const data = await this.copyOf(before);
    const env = { ...OPEN_LIMITS, NATTER_RETENTION_COUNT: "1000000000" };
    const relay = await startRelay(["--durability", "relaxed"], { data, env });
    await fillRoom(relay.socketUrl, roomName(0), before, count);
    await relay.stop();
    return data;
  }
}
