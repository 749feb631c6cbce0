import { defineConfig, type ReporterDescription } from "@playwright/test";
import { findChromium } from "./tests/support/chromium.mjs";

const executablePath = findChromium();
const report = process.env["NATTER_REPORT"];
const reporter: ReporterDescription[] = [["list"]];
if (report !== undefined) reporter.push(["json", { outputFile: report }]);

// The browser talks to the test's own relay and to nothing else.
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];
// A site that is not on the visitor's own machine, as far as the browser knows.
const ABROAD = "--host-resolver-rules=MAP chat.example 127.0.0.1";
// Chromium refuses to start its sandbox as root, which is what containers and CI often are.
const SANDBOX = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  // Several pages, on two cores that others may use as well.
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter,
  use: {
    browserName: "chromium",
    headless: true,
    // What a page held, step by step, tells as much as a film of it, which costs half as much as the test.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [...SANDBOX, ...QUIET, ABROAD],
    },
  },
});
