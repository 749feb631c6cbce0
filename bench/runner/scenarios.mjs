// What is measured. Each scenario is a crowd, a way in which it speaks, and what Natter is held to.

/** @typedef {import("../load/main.mjs").Job} Job */
/** @typedef {Omit<Job, "tokens" | "pid" | "crowd"> & { crowd: Omit<Job["crowd"], "port" | "dialect"> }} Plan */

/**
 * A promise about one figure of Natter's, or about its ratio to another peer's in the same round.
 *
 * @typedef {object} Goal
 * @property {string} figure
 * @property {string} [to] the peer it is divided by
 * @property {number} [atLeast]
 * @property {number} [atMost]
 */

/**
 * @typedef {object} Scenario
 * @property {string} title
 * @property {string[]} peers
 * @property {Plan} plan
 * @property {string[]} figures what its table shows, by the names of figures.mjs
 * @property {string} ratioOf the figure whose ratios the table shows
 * @property {Goal[]} goals
 * @property {boolean} [mayFallBehind] a peer that does not keep up is shown as such, and is no failure
 * @property {boolean} [watchesLoop]
 */

/** How long things take, in ms. */
export const USUAL = { warmUpMs: 1500, measureMs: 4000, latencyMs: 8000, settleMs: 500, restMs: 5000 };
export const QUICK = { warmUpMs: 500, measureMs: 1500, latencyMs: 3000, settleMs: 300, restMs: 1500 };

const ALL = ["natter", "natter-memory", "ws-naive", "ws-frame", "socketio"];
const TEXT_BYTES = 100;
/** How long readers sleep between rounds in throughput runs. */
const LAZY_MS = 5;

/**
 * @param {typeof USUAL} times
 * @returns {Record<string, Scenario>}
 */
export function scenariosOf({ warmUpMs, measureMs, latencyMs, settleMs, restMs }) {
  /** @param {Job["crowd"] extends infer C ? Partial<C> : never} crowd @param {number} outstanding @returns {Plan} */
  const throughput = (crowd, outstanding) => ({
    ...plan(crowd, { kind: "window", outstanding, warmUpMs, measureMs }),
    lazyMs: LAZY_MS,
    settleMs,
  });
  return {
    s1: {
      title: "one room of 1,000, one sender with 32 messages on their way",
      peers: ALL,
      plan: throughput({ members: 1000, timeEvery: 10 }, 32),
      figures: ["deliveries", "perCore", "usPerDelivery", "serverCpu", "loadCpu", "p99"],
      ratioOf: "deliveries",
      goals: [
        { figure: "deliveries", to: "socketio", atLeast: 20 },
        { figure: "deliveries", to: "ws-naive", atLeast: 25 },
      ],
    },
    s1x32: {
      title: "one room of 1,000, 32 senders with one message on its way each",
      peers: ALL,
      plan: throughput({ members: 1000, senders: 32, timeEvery: 10 }, 1),
      figures: ["deliveries", "perCore", "usPerDelivery", "serverCpu", "loadCpu", "p99"],
      ratioOf: "deliveries",
      goals: [
        { figure: "deliveries", to: "socketio", atLeast: 25 },
        { figure: "deliveries", to: "ws-naive", atLeast: 20 },
      ],
    },
    s2: {
      title: "500 rooms of 10, a sender in each with 4 messages on their way",
      peers: ALL,
      plan: throughput({ rooms: 500, members: 10, timeEvery: 10 }, 4),
      figures: ["deliveries", "perCore", "usPerDelivery", "serverCpu", "loadCpu", "p99"],
      ratioOf: "deliveries",
      goals: [
        { figure: "deliveries", to: "socketio", atLeast: 4 },
        { figure: "deliveries", to: "ws-naive", atLeast: 2.5 },
      ],
    },
    s3: {
      title: "one room of 100, 10 senders, 100 messages a second in all",
      peers: ALL,
      plan: {
        ...plan(
          { members: 100, senders: 10 },
          { kind: "rate", perSecond: 100, warmUpMs, measureMs: latencyMs },
        ),
        spins: true,
        settleMs,
      },
      figures: ["deliveries", "serverCpu", "loadCpu", "p50", "p90", "p99", "max"],
      ratioOf: "p99",
      goals: [
        { figure: "p50", to: "ws-naive", atMost: 1 },
        { figure: "p99", to: "ws-naive", atMost: 1 },
      ],
    },
    s3b: {
      title: "one room of 1,000, 10 senders, 1,000 messages a second in all",
      peers: ALL,
      plan: {
        ...plan({ members: 1000, senders: 10 }, { kind: "rate", perSecond: 1000, warmUpMs, measureMs }),
        spins: true,
        settleMs,
        drainMs: 3000,
      },
      figures: ["deliveries", "serverCpu", "usPerDelivery", "loadCpu", "p50", "p99", "behind"],
      ratioOf: "deliveries",
      goals: [
        { figure: "deliveries", atLeast: 990_000 },
        { figure: "serverCpu", atMost: 0.6 },
        { figure: "p99", atMost: 50 },
      ],
      mayFallBehind: true,
    },
    s4: {
      title: "10,000 idle connections in 1,000 rooms",
      peers: ["natter", "natter-memory", "ws-naive", "ws-naive-jwt", "socketio"],
      plan: { ...plan({ rooms: 1000, members: 10, atOnce: 64 }, { kind: "hold" }), settleMs: restMs },
      figures: ["rssPerConnection"],
      ratioOf: "rssPerConnection",
      goals: [{ figure: "rssPerConnection", atMost: 8192 }],
    },
    s5: {
      title: "5,000 connects with token and join, 256 at a time",
      peers: ["natter", "natter-memory", "ws-naive", "ws-naive-jwt", "socketio"],
      plan: { ...plan({ rooms: 500, members: 10, atOnce: 256 }, { kind: "hold" }), settleMs: 200 },
      figures: ["connects", "connectsPerCore", "entryP50", "entryP99"],
      ratioOf: "connects",
      goals: [{ figure: "connects", to: "ws-naive-jwt", atLeast: 3.5 }],
    },
    s6: {
      title: "one message to one room of 10,000, 20 times",
      peers: ["natter", "natter-memory", "ws-naive", "socketio"],
      plan: {
        ...plan({ members: 10_000, atOnce: 256 }, { kind: "wave", times: 20 }),
        spins: true,
        settleMs: 2000,
      },
      figures: ["lastMember", "lastMemberMax", "longestTurn"],
      ratioOf: "lastMember",
      goals: [
        { figure: "lastMember", to: "ws-naive", atMost: 1 },
        { figure: "longestTurn", atMost: 25 },
      ],
      watchesLoop: true,
    },
  };
}

/** @param {Partial<Plan["crowd"]>} crowd @param {Job["shape"]} shape @returns {Plan} */
function plan(crowd, shape) {
  return {
    crowd: { rooms: 1, members: 1, senders: 1, atOnce: 128, timeEvery: 1, ...crowd },
    shape,
    textBytes: TEXT_BYTES,
    lazyMs: 0,
    spins: false,
    settleMs: 500,
    drainMs: 10_000,
  };
}
