// A Chromium that does nothing but what is measured.
import process from "node:process";
import { chromium } from "@playwright/test";
import { findChromium } from "../../tests/support/chromium.mjs";

// Chromium refuses to start its sandbox as root, which is what containers and CI often are.
const SANDBOX = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const SIZE = { width: 900, height: 900 };

/** @param {string} site */
export async function openBrowser(site) {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [...SANDBOX, ...QUIET],
  });
  return {
    browser,
    version: browser.version(),
    /** A page in a window of its own, so that none is warmed up by another. @param {string} path nothing is opened yet if it is empty */
    open: async (path) => {
      const context = await browser.newContext({ viewport: SIZE, baseURL: site });
      const page = await context.newPage();
      page.on("pageerror", (error) => {
        throw error;
      });
      if (path !== "") await page.goto(path);
      return page;
    },
  };
}
