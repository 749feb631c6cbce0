// What is measured of the element, and what is promised of it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../runner/summary.mjs";
import { ms } from "../lib/table.mjs";
import { countersOf, traced } from "./tracing.mjs";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {{ what: string, got: string, goal?: string, isMet?: boolean }} Figure */

/**
 * @typedef {object} Bench
 * @property {(path: string) => Promise<Page>} open a page in a window of its own
 * @property {boolean} isQuick
 * @property {string | undefined} profileTo a folder for CPU profiles
 */

const MANY = 10_000;
const RATE = 100;

/** A room of 50 messages: from the moment its script is asked for until it is painted. @param {Bench} bench @returns {Promise<Figure[]>} */
export async function firstPaint({ open, isQuick }) {
  const times = [];
  const cpuTimes = [];
  for (let round = 0; round < (isQuick ? 3 : 15); round++) {
    const page = await open("");
    const trace = await traced(page, async () => {
      await page.goto("/?messages=50");
      await page.waitForFunction("document.title === 'drawn'");
      await page.waitForTimeout(300);
    });
    const articles = Number(await page.evaluate("articles()"));
    if (articles !== 50) throw new Error(`50 messages were to be painted, and ${articles} were.`);
    const from = trace.markMs("natter:script");
    const until = trace.paintAfterMs(trace.markMs("natter:drawn"));
    times.push(until - from);
    cpuTimes.push(trace.tasks(from, until).reduce((sum, { cpuMs }) => sum + cpuMs, 0));
    await page.context().close();
  }
  const worst = Math.max(...times);
  return [
    {
      what: "a room of 50 messages painted, from the start of its script (loading it included)",
      got: `${ms(median(times))}, at most ${ms(worst)} (${ms(median(cpuTimes))} of CPU)`,
      goal: "under 100 ms",
      isMet: median(times) < 100,
    },
  ];
}

/** A hundred messages a second into a list of 10,000, at its end. @param {Bench} bench @returns {Promise<Figure[]>} */
export async function crowd({ open, isQuick, profileTo }) {
  const page = await open(`/?messages=${MANY}`);
  await page.waitForFunction("document.title === 'drawn'");
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  await speak(page, 2000);
  if (profileTo !== undefined) {
    await cdp.send("Profiler.enable");
    await cdp.send("Profiler.start");
  }
  const seconds = isQuick ? 4 : 15;
  const before = await countersOf(cdp);
  const started = performance.now();
  const said = await speak(page, seconds * 1000);
  const wallMs = performance.now() - started;
  const after = await countersOf(cdp);
  if (profileTo !== undefined) {
    const { profile } = await cdp.send("Profiler.stop");
    writeFileSync(join(profileTo, "crowd.cpuprofile"), JSON.stringify(profile));
  }
  if (said < seconds * RATE * 0.9) throw new Error(`Only ${said} messages were said in ${seconds} s.`);
  const isAtEnd = await page.evaluate("isAtEnd()");
  if (!isAtEnd) throw new Error("The list did not follow.");
  const memory = await memoryOf(page, cdp);
  await page.context().close();
  const share = (/** @type {"scriptMs" | "taskMs" | "layoutMs"} */ of) => (after[of] - before[of]) / wallMs;
  return [
    {
      what: `scripting while ${RATE} messages a second come into a list of ${MANY.toLocaleString("en")}`,
      got: percent(share("scriptMs")),
      goal: "under 20 % of a core",
      isMet: share("scriptMs") < 0.2,
    },
    { what: "style and layout meanwhile", got: percent(share("layoutMs")) },
    { what: "all of the main thread meanwhile", got: percent(share("taskMs")) },
    ...memory,
  ];
}

/** @param {Page} page @param {import("@playwright/test").CDPSession} cdp @returns {Promise<Figure[]>} */
async function memoryOf(page, cdp) {
  await cdp.send("HeapProfiler.enable");
  await cdp.send("HeapProfiler.collectGarbage");
  await page.waitForTimeout(500);
  await cdp.send("HeapProfiler.collectGarbage");
  const { nodes, heapMb } = await countersOf(cdp);
  const articles = Number(await page.evaluate("articles()"));
  return [
    {
      what: "messages of them in the document",
      got: String(articles),
      goal: "at most 300",
      isMet: articles <= 300,
    },
    { what: "nodes of the document, all in all", got: String(nodes) },
    { what: "JavaScript heap, with the messages themselves", got: `${heapMb.toFixed(1)} MB` },
  ];
}

/** Scrolling through 10,000 with the wheel, by flings, and by dragging the bar. @param {Bench} bench @returns {Promise<Figure[]>} */
export async function scrolling({ open, isQuick, profileTo }) {
  const page = await open(`/?messages=${MANY}`);
  await page.waitForFunction("document.title === 'drawn'");
  await page.waitForTimeout(500);
  const cdp = await page.context().newCDPSession(page);
  if (profileTo !== undefined) {
    await cdp.send("Profiler.enable");
    await cdp.send("Profiler.start");
  }
  const trace = await traced(page, async () => {
    await page.evaluate(() => performance.mark("natter:begin"));
    await page.mouse.move(400, 400);
    for (let turn = 0; turn < (isQuick ? 40 : 150); turn++) {
      await page.mouse.wheel(0, turn % 50 < 40 ? -600 : 900);
      await page.waitForTimeout(30);
    }
    for (const speed of isQuick ? [4000] : [2000, 6000, 12_000]) {
      await cdp.send("Input.synthesizeScrollGesture", { x: 400, y: 400, yDistance: 9000, speed });
    }
    for (const share of [0.5, 0.1, 0.9, 0.3, 0.7, 0]) {
      await page.evaluate(`scrollToShare(${share})`);
      await page.waitForTimeout(200);
    }
    await page.evaluate(() => performance.mark("natter:end"));
    await page.waitForTimeout(100);
  });
  if (profileTo !== undefined) {
    const { profile } = await cdp.send("Profiler.stop");
    writeFileSync(join(profileTo, "scrolling.cpuprofile"), JSON.stringify(profile));
  }
  await page.context().close();
  const tasks = trace.tasks(trace.markMs("natter:begin"), trace.markMs("natter:end"));
  const wall = Math.max(...tasks.map(({ wallMs }) => wallMs));
  const cpu = Math.max(...tasks.map(({ cpuMs }) => cpuMs));
  const long = tasks.filter(({ wallMs }) => wallMs > 50).length;
  return [
    {
      what: `longest task while scrolling through ${MANY.toLocaleString("en")}: wheel, flings, dragging the bar`,
      got: `${ms(wall)} (${ms(cpu)} of CPU; ${long} of ${tasks.length} tasks over 50 ms)`,
      goal: "none over 50 ms",
      isMet: wall <= 50,
    },
  ];
}

/** @param {Page} page @param {number} forMs @returns {Promise<number>} how many were said */
async function speak(page, forMs) {
  const talk = `new Promise((done) => {
    const stop = speak(${RATE});
    setTimeout(() => done(stop()), ${forMs});
  })`;
  return Number(await page.evaluate(talk));
}

/** @param {number} share */
function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
