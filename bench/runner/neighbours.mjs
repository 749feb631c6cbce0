// Bad neighbours: what members of a room notice of those who behave badly in it.
import { planOf } from "./scenario.mjs";

/** Below the relay's limit, and long enough for those who do not read to be behind before the run is over. */
const TEXT_BYTES = 3900;
const YARDSTICK = "quiet";

/** @type {[name: string, title: string, intruders: import("../load/intruders.mjs").Intruders | undefined][]} */
const SITUATIONS = [
  [YARDSTICK, "undisturbed", undefined],
  ["stopped", "20 members who stop reading", { kind: "stopped", count: 20 }],
  ["trickle", "20 members who read 1 KB/s", { kind: "trickle", count: 20 }],
  ["garbage", "4 clients that send 64 KiB of garbage, 50 times a second each", { kind: "garbage", count: 4 }],
  ["flood", "one member who posts 2,000 times a second", { kind: "flood", count: 1 }],
];

/**
 * @param {typeof import("./scenario.mjs").USUAL} times
 * @returns {import("./scenario.mjs").Scenario}
 */
export function neighboursOf({ warmUpMs, latencyMs, settleMs }) {
  return {
    title: "one room of 100, 10 senders, 200 messages of 3,900 bytes a second in all, and somebody else",
    entrants: SITUATIONS.map(([name, title, intruders]) => ({
      name,
      title,
      peer: "natter",
      // Nobody's limits are raised here: they are a part of what protects the others.
      env: {},
      plan: planOf(
        { members: 100, senders: 10 },
        { kind: "rate", perSecond: 200, warmUpMs, measureMs: latencyMs * 1.5 },
        { textBytes: TEXT_BYTES, settleMs, ...(intruders && { intruders }) },
      ),
    })),
    figures: ["deliveries", "serverCpu", "loadCpu", "p50", "p99", "max", "rssGrown", "rssPeak"],
    ratioOf: "p99",
    yardsticks: [YARDSTICK],
    goals: [
      { figure: "p99", to: YARDSTICK, atMost: 2 },
      { figure: "rssPeak", to: YARDSTICK, atMost: 1.25 },
    ],
  };
}
