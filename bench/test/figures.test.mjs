import { expect, it } from "vitest";
import { Histogram } from "../load/histogram.mjs";
import { aligned } from "../lib/table.mjs";
import { judge, tableOf } from "../runner/comparison.mjs";
import { withTables } from "../runner/document.mjs";
import { plotOf } from "../runner/plot.mjs";
import { selfTimes } from "../runner/profile.mjs";
import { planOf } from "../runner/scenario.mjs";
import { figureOf, median, ratioOf } from "../runner/summary.mjs";

it("counts durations to within two percent, from a microsecond to a minute", () => {
  for (const us of [1, 63, 64, 65, 1000, 12_345, 999_999, 60_000_000]) {
    const histogram = new Histogram();
    histogram.add(us);
    histogram.add(1e9);
    expect(Math.abs(histogram.quantile(0.5) - us) / us).toBeLessThan(0.02);
  }
});

it("gives the quantiles of what two threads counted", () => {
  const [one, other] = [new Histogram(), new Histogram()];
  for (let us = 1; us <= 1000; us++) (us % 2 === 0 ? one : other).add(us);
  one.merge(other);
  expect(one.size).toBe(1000);
  expect(one.quantile(0.5)).toBeGreaterThan(490);
  expect(one.quantile(0.5)).toBeLessThan(510);
  expect(one.quantile(1)).toBe(1000);
  expect(one.summary().max).toBe(1);
});

it("has no quantile of nothing", () => {
  expect(new Histogram().quantile(0.5)).toBeNaN();
});

it("takes the middle of an odd number of figures, and between two of an even one", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

/** @param {string} entrant @param {number} round @param {number} deliveriesPerSecond @param {string} [error] */
function result(entrant, round, deliveriesPerSecond, error) {
  const run = { scenario: "s", entrant, round, machineLoad: 0, deliveriesPerSecond };
  return error === undefined ? run : { ...run, error };
}

/** @param {{ deliveriesPerSecond: number }} one */
const deliveries = (one) => one.deliveriesPerSecond;
const results = [
  // The machine was four times slower in the second round, and something else ran in the third.
  ...[result("natter", 0, 1000), result("ws-naive", 0, 100)],
  ...[result("natter", 1, 250), result("ws-naive", 1, 25)],
  ...[result("natter", 2, 500), result("ws-naive", 2, 10)],
];

it("takes ratios within a round, and of these the median", () => {
  expect(ratioOf(results, "natter", "ws-naive", deliveries)).toBe(10);
  expect(figureOf(results, "natter", deliveries)).toBe(500);
});

it("lets a run that failed count for nothing", () => {
  const withFailure = [...results, result("natter", 3, 9000, "It was cut off."), result("ws-naive", 3, 1)];
  expect(figureOf(withFailure, "natter", deliveries)).toBe(500);
  expect(ratioOf(withFailure, "natter", "ws-naive", deliveries)).toBe(10);
});

const scenario = {
  title: "",
  entrants: ["natter", "ws-naive", "socketio"].map((name) => {
    return { name, title: name, peer: name, plan: planOf({}, { kind: /** @type {const} */ ("hold") }) };
  }),
  figures: ["deliveries"],
  ratioOf: "deliveries",
  yardsticks: ["ws-naive", "socketio"],
  goals: [
    { figure: "deliveries", to: "ws-naive", atLeast: 25 },
    { figure: "deliveries", to: "socketio", atLeast: 20 },
    { figure: "deliveries", atLeast: 400 },
  ],
};

it("judges the relay alone, and only against those that ran", () => {
  const judgements = judge("s", scenario, results).map(({ entrant, got, isMet }) => [entrant, got, isMet]);
  expect(judgements).toEqual([
    ["natter", "10.0 ×", false],
    ["natter", "500", true],
  ]);
});

it("meets no goal with figures that are not there", () => {
  const failed = results.map((one) => ({ ...one, error: "It was cut off." }));
  expect(judge("s", scenario, failed).map(({ isMet }) => isMet)).toEqual([false, false]);
});

it("shows those that ran, with their ratios", () => {
  expect(tableOf(scenario, results).split("\n")).toEqual([
    "|          | deliveries/s | × ws-naive |",
    "| -------- | -----------: | ---------: |",
    "| natter   |          500 |       10.0 |",
    "| ws-naive |           25 |       1.00 |",
  ]);
});

it("aligns what is wider than its head", () => {
  expect(aligned(["a", "b"], [["long name", "µ"]])).toContain("| long name |   µ |");
});

it("writes tables between the marks of a document and leaves the rest", () => {
  const measured = {
    machine: "A machine",
    goals: "| goals |",
    sections: [{ name: "s1", title: "T", table: "| t |" }],
  };
  const once = withTables("# Title\n\n<!-- measured -->\nold\n<!-- /measured -->\n\nEnd\n", measured);
  expect(once).toMatch(/^# Title\n\n<!-- measured -->\n\nA machine\.\n\n### s1: T\n\n\| t \|/);
  expect(once).not.toContain("old");
  expect(withTables(once, measured)).toBe(once);
  expect(() => withTables("no marks", measured)).toThrow("There is no place");
});

it("draws no bar for a figure that is not there, and escapes what it writes", () => {
  const bars = [
    { label: "a < b", value: 10, text: "10", isOurs: true },
    { label: "gone", value: Number.NaN, text: "–", isOurs: false },
  ];
  const svg = plotOf("T & U", "unit", bars);
  expect(svg).toContain("a &lt; b");
  expect(svg).toContain("T &amp; U");
  expect(svg).not.toContain("gone");
});

it("sums a profile's samples by function, idle time aside", () => {
  /** @param {number} id @param {string} functionName @param {string} url */
  const node = (id, functionName, url) => ({ id, callFrame: { functionName, url, lineNumber: 9 } });
  const profile = {
    nodes: [
      node(1, "(idle)", ""),
      node(2, "flush", "file:///relay/dist/room/fanout.js"),
      node(3, "writev", ""),
    ],
    samples: [1, 2, 3, 3, 2],
    timeDeltas: [1000, 10, 60, 10, 20],
  };
  expect(selfTimes(profile)).toEqual([
    { name: "writev", us: 70, share: 0.7 },
    { name: "flush room/fanout.js:10", us: 30, share: 0.3 },
  ]);
});
