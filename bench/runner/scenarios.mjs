// What is measured: each scenario is a crowd, a way in which it speaks, and what Natter is held to.
import { PEERS } from "./peers.mjs";
import { growthOf } from "./growth.mjs";
import { neighboursOf } from "./neighbours.mjs";
import { planOf } from "./scenario.mjs";

/** @typedef {import("./scenario.mjs").Scenario} Scenario */
/** @typedef {import("./scenario.mjs").Plan} Plan */

const ALL = ["natter", "natter-memory", "ws-naive", "ws-frame", "socketio"];
const YARDSTICKS = ["ws-naive", "socketio"];
const THROUGHPUT = ["deliveries", "perCore", "usPerDelivery", "serverCpu", "loadCpu", "p99"];
/** How long readers sleep between rounds in throughput runs. */
const LAZY_MS = 5;

/**
 * @param {typeof import("./scenario.mjs").USUAL} times
 * @returns {Record<string, Scenario>}
 */
export function scenariosOf(times) {
  const { warmUpMs, measureMs, latencyMs, settleMs, restMs } = times;
  /** @param {Partial<Plan["crowd"]>} crowd @param {number} outstanding @returns {Plan} */
  const throughput = (crowd, outstanding) =>
    planOf(
      { timeEvery: 10, ...crowd },
      { kind: "window", outstanding, warmUpMs, measureMs },
      { lazyMs: LAZY_MS, settleMs },
    );
  return {
    s1: {
      title: "one room of 1,000, one sender with 32 messages on their way",
      entrants: each(ALL, throughput({ members: 1000 }, 32)),
      figures: THROUGHPUT,
      ratioOf: "deliveries",
      yardsticks: YARDSTICKS,
      goals: [
        { figure: "deliveries", to: "socketio", atLeast: 20 },
        { figure: "deliveries", to: "ws-naive", atLeast: 25 },
      ],
    },
    s1x32: {
      title: "one room of 1,000, 32 senders with one message on its way each",
      entrants: each(ALL, throughput({ members: 1000, senders: 32 }, 1)),
      figures: THROUGHPUT,
      ratioOf: "deliveries",
      yardsticks: YARDSTICKS,
      goals: [
        { figure: "deliveries", to: "socketio", atLeast: 25 },
        { figure: "deliveries", to: "ws-naive", atLeast: 20 },
      ],
    },
    s2: {
      title: "500 rooms of 10, a sender in each with 4 messages on their way",
      entrants: each(ALL, throughput({ rooms: 500, members: 10 }, 4)),
      figures: THROUGHPUT,
      ratioOf: "deliveries",
      yardsticks: YARDSTICKS,
      goals: [
        { figure: "deliveries", to: "socketio", atLeast: 4 },
        { figure: "deliveries", to: "ws-naive", atLeast: 2.5 },
      ],
    },
    s3: {
      title: "one room of 100, 10 senders, 100 messages a second in all",
      entrants: each(
        [...ALL, "channels"],
        planOf(
          { members: 100, senders: 10 },
          { kind: "rate", perSecond: 100, warmUpMs, measureMs: latencyMs },
          { spins: true, settleMs },
        ),
      ),
      figures: ["deliveries", "serverCpu", "loadCpu", "p50", "p90", "p99", "max"],
      ratioOf: "p99",
      yardsticks: YARDSTICKS,
      goals: [
        { figure: "p50", to: "ws-naive", atMost: 1 },
        { figure: "p99", to: "ws-naive", atMost: 1 },
      ],
    },
    s3b: {
      title: "one room of 1,000, 10 senders, 1,000 messages a second in all",
      entrants: each(
        ALL,
        planOf(
          { members: 1000, senders: 10 },
          { kind: "rate", perSecond: 1000, warmUpMs, measureMs },
          { spins: true, settleMs, drainMs: 3000 },
        ),
      ),
      figures: ["deliveries", "serverCpu", "usPerDelivery", "loadCpu", "p50", "p99", "behind"],
      ratioOf: "deliveries",
      yardsticks: YARDSTICKS,
      goals: [
        { figure: "deliveries", atLeast: 990_000 },
        { figure: "behind", atMost: 0 },
        { figure: "serverCpu", atMost: 0.6 },
        { figure: "p99", atMost: 50 },
      ],
      mayFallBehind: true,
    },
    s4: {
      title: "10,000 idle connections in 1,000 rooms",
      entrants: each(
        ["natter", "ws-naive", "socketio"],
        planOf({ rooms: 1000, members: 10, atOnce: 64 }, { kind: "hold" }, { settleMs: restMs }),
      ),
      figures: ["rssPerConnection"],
      ratioOf: "rssPerConnection",
      yardsticks: YARDSTICKS,
      goals: [{ figure: "rssPerConnection", atMost: 8192 }],
    },
    s5: {
      title: "5,000 connects with token and join, 256 at a time",
      entrants: each(
        ["natter", "natter-memory", "ws-naive", "ws-naive-jwt", "socketio"],
        planOf({ rooms: 500, members: 10, atOnce: 256 }, { kind: "hold" }, { settleMs: 200 }),
      ),
      figures: ["connects", "connectsPerCore", "connectsLoadCpu", "entryP50", "entryP99"],
      ratioOf: "connects",
      yardsticks: ["ws-naive-jwt", ...YARDSTICKS],
      goals: [{ figure: "connects", to: "ws-naive-jwt", atLeast: 3.5 }],
    },
    s6: {
      title: "one message to one room of 10,000, 20 times",
      entrants: each(
        ["natter", "ws-naive", "socketio"],
        planOf(
          { members: 10_000, atOnce: 256 },
          { kind: "wave", times: 20 },
          { spins: true, settleMs: 2000 },
        ),
      ),
      figures: ["lastMember", "lastMemberMax", "longestTurn"],
      ratioOf: "lastMember",
      yardsticks: YARDSTICKS,
      goals: [
        { figure: "lastMember", to: "ws-naive", atMost: 1 },
        { figure: "longestTurn", atMost: 25 },
      ],
      watchesLoop: true,
    },
    neighbours: neighboursOf(times),
    ...growthOf(times),
  };
}

/** The same plan for several peers. @param {string[]} peers @param {Plan} plan */
function each(peers, plan) {
  return peers.map((peer) => ({ name: peer, title: PEERS[peer]?.title ?? peer, peer, plan }));
}
