// `npm run bench:widget`: what the element costs a page, by Chromium's own tracing.
import { mkdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { build, exitWith, install, needsBuild, needsInstall, requireNode } from "../demo/setup.mjs";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    profile: { type: "string" },
    doc: { type: "string" },
  },
});

try {
  requireNode();
  if (needsInstall()) await install();
  if (needsBuild()) await build();
  const { requireBrowser } = await import("../tests/support/browser.mjs");
  await requireBrowser();
  await main();
  process.exit(0);
} catch (error) {
  exitWith(error);
}

async function main() {
  const { openBrowser } = await import("./widget/browser.mjs");
  const { crowd, firstPaint, scrolling } = await import("./widget/figures.mjs");
  const { startSite } = await import("./widget/site.mjs");
  const { aligned } = await import("./lib/table.mjs");
  if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true });
  const load = loadavg()[0] ?? 0;
  const site = await startSite(values.profile !== undefined);
  const { browser, version, open } = await openBrowser(site.url);
  const bench = { open, isQuick: values.quick, profileTo: values.profile };
  /** @type {import("./widget/figures.mjs").Figure[]} */
  const figures = [];
  for (const [name, measure] of Object.entries({ paint: firstPaint, crowd, scroll: scrolling })) {
    if (values.only !== "" && values.only !== name) continue;
    process.stderr.write(`${name} …\n`);
    figures.push(...(await measure(bench)));
  }
  await browser.close();
  site.close();
  const rows = figures.map(({ what, got, goal = "", isMet }) => {
    return [what, got, goal, isMet === undefined ? "" : isMet ? "met" : "missed"];
  });
  const table = aligned(["", "came to", "goal", ""], rows);
  const machine = `${cpus().length} cores of ${cpus()[0]?.model}, Chromium ${version}, ${new Date().toISOString().slice(0, 10)}; load ${load.toFixed(2)} before`;
  console.log(`${machine}\n\n${table}`);
  if (values.profile !== undefined) {
    const { summaryOf } = await import("./runner/profile.mjs");
    console.log(`\n${summaryOf(values.profile)}`);
  }
  if (values.doc !== undefined) {
    const { writeBetween } = await import("./runner/document.mjs");
    writeBetween(values.doc, "measured: widget", [`${machine}.`, table]);
  }
}
