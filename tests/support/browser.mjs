import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { run, SetupError } from "../../demo/setup.mjs";
import { findChromium } from "./chromium.mjs";

const ADVICE =
  "The browser tests need Chromium: install it (or Google Chrome), name one in NATTER_CHROMIUM, or run `npx playwright install chromium`.";

/**
 * Makes sure that there is a browser for the tests: the one of this machine, Playwright's own, or Debian's
 * package where we may install it.
 *
 * @param {(work: () => Promise<void>) => Promise<void>} [around] called with the work if there is any
 */
export async function requireBrowser(around = (work) => work()) {
  if (findChromium() !== undefined || (await playwrightHasOne())) return;
  if (!mayInstall()) throw new SetupError(ADVICE);
  await around(installChromium);
  if (findChromium() === undefined) throw new SetupError(ADVICE);
}

async function playwrightHasOne() {
  const { chromium } = await import("@playwright/test");
  return existsSync(chromium.executablePath());
}

/** As root on Debian itself: Ubuntu's package of that name only fetches a snap, which containers cannot run. */
function mayInstall() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

async function installChromium() {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "--yes", "--quiet", "--no-install-recommends", "chromium"];
  for (const args of [["update", "--quiet"], install]) {
    const { code, output } = await run("apt-get", args, { env });
    if (code !== 0) throw new SetupError(`${ADVICE} (apt-get ${args[0]}: ${lastLineOf(output)})`);
  }
}

/** @param {string} output */
function lastLineOf(output) {
  return output.trim().split("\n").at(-1) ?? "";
}
