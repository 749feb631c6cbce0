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
// Chromium refuses to start its sandbox as root, which is what containers and CI often are.
const SANDBOX = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  workers: 2,
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  // Several pages, on two cores that others may use as well.
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter,
  use: {
    browserName: "chromium",
    headless: true,
    trace: "retain-on-failure",
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [...SANDBOX, ...QUIET],
    },
  },
});
