// Chromium's own records of what the page's main thread did.

/** @typedef {{ name: string, ph: string, cat: string, pid: number, tid: number, ts: number, dur?: number, tdur?: number }} TraceEvent */
/** @typedef {import("@playwright/test").Page} Page */

const CATEGORIES = [
  "toplevel",
  "loading",
  "blink.user_timing",
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
];

/** What one trace tells; times are in ms. */
export class Trace {
  #events;
  #main;

  /** @param {TraceEvent[]} events with a mark of the page in them, which says whose main thread it was */
  constructor(events) {
    this.#events = events;
    const mark = events.find(({ cat, name }) => cat.includes("user_timing") && name.startsWith("natter:"));
    if (!mark) throw new Error("The page left no mark in the trace.");
    this.#main = mark;
  }

  /** When the page set a mark. @param {string} name */
  markMs(name) {
    const mark = this.#own().find((event) => event.name === name);
    if (!mark) throw new Error(`There is no mark ${name} in the trace.`);
    return mark.ts / 1000;
  }

  /** When the first paint after a moment was done. @param {number} ms */
  paintAfterMs(ms) {
    const paints = this.#own().filter(({ name, ts }) => name === "Paint" && ts / 1000 >= ms);
    const [first] = paints.sort((a, b) => a.ts - b.ts);
    if (!first) throw new Error("Nothing was painted.");
    return (first.ts + (first.dur ?? 0)) / 1000;
  }

  /** How long each task of the main thread took between two moments, by the clock and in CPU time. @param {number} from @param {number} until */
  tasks(from, until) {
    return this.#own()
      .filter(({ name, ph }) => ph === "X" && name === TASK)
      .filter(({ ts }) => ts / 1000 >= from && ts / 1000 <= until)
      .map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }));
  }

  #own() {
    return this.#events.filter(({ pid, tid }) => pid === this.#main.pid && tid === this.#main.tid);
  }
}

const TASK = "RunTask";

/**
 * Traces a page while something is done with it.
 *
 * @param {Page} page
 * @param {() => Promise<unknown>} run
 */
export async function traced(page, run) {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page has no browser.");
  await browser.startTracing(page, { categories: CATEGORIES });
  await run();
  const buffer = await browser.stopTracing();
  return new Trace(JSON.parse(buffer.toString("utf8")).traceEvents);
}

/** @typedef {{ scriptMs: number, taskMs: number, layoutMs: number, nodes: number, heapMb: number }} Counters */

/**
 * The browser's counters of a page, since it was opened.
 *
 * @param {import("@playwright/test").CDPSession} cdp with the domain `Performance` enabled
 * @returns {Promise<Counters>}
 */
export async function countersOf(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const by = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  return {
    scriptMs: (by.ScriptDuration ?? 0) * 1000,
    taskMs: (by.TaskDuration ?? 0) * 1000,
    layoutMs: ((by.LayoutDuration ?? 0) + (by.RecalcStyleDuration ?? 0)) * 1000,
    nodes: by.Nodes ?? 0,
    heapMb: (by.JSHeapUsedSize ?? 0) / 1024 / 1024,
  };
}
