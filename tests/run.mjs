// `npm test`: installs what is missing, runs the steps of `npm run verify` in their order, and counts.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { exitWith, install, needsInstall, requireNode, ROOT, runNpm } from "../demo/setup.mjs";
import { requireBrowser } from "./support/browser.mjs";
import { fetchNginx } from "./support/nginx.mjs";
import { fetchRedis } from "./support/redis.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

try {
  requireNode();
  if (needsInstall()) await timed("install", install);
  await requireBrowser((work) => timed("browser", work));
  await fetchNginx();
  await fetchRedis();
} catch (error) {
  exitWith(error);
}

const reports = mkdtempSync(join(tmpdir(), "natter-reports-"));
const total = { passed: 0, failed: 0, skipped: 0 };
let stopped = "";
for (const step of steps()) {
  const report = join(reports, `${step}.json`);
  const ok = await timed(step, () => runStep(step, report));
  add(countsIn(report));
  if (ok) continue;
  stopped = step;
  break;
}
rmSync(reports, { recursive: true, force: true });

if (stopped !== "") {
  // A step that is no test, or that failed outside of any test, is a failure all the same.
  total.failed = Math.max(total.failed, 1);
  console.log(`\nStopped at \`npm run ${stopped}\`; what comes after it was not run.`);
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 ? 1 : 0);

/** The scripts that `verify` runs; package.json is the one list of them. */
function steps() {
  const { verify } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts;
  return /** @type {string} */ (verify).split("&&").map((part) => part.trim().replace(/^npm run /, ""));
}

/**
 * @param {string} step
 * @param {string} report
 */
async function runStep(step, report) {
  const env = { ...process.env, NATTER_REPORT: report };
  const { code } = await runNpm(["run", "--silent", step], { env, stdio: "inherit" });
  return code === 0;
}

/**
 * Runs one step and says how long it took.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 */
async function timed(name, work) {
  console.log(`\n== ${name}`);
  const from = performance.now();
  let verdict = "failed";
  try {
    const result = await work();
    if (result !== false) verdict = "ok";
    return result;
  } finally {
    console.log(`== ${name}: ${verdict} after ${((performance.now() - from) / 1000).toFixed(1)} s`);
  }
}

/** @param {Counts} counts */
function add({ passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/**
 * What a runner counted; steps that are no tests leave no report.
 *
 * @param {string} file
 * @returns {Counts}
 */
function countsIn(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  return report.stats === undefined ? countsOfVitest(report) : countsOfPlaywright(report.stats);
}

/** @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} report */
function countsOfVitest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats */
function countsOfPlaywright(stats) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}
