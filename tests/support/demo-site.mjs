// The demo site and a browser to look at it with, for scripts that take pictures.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import { ROOT } from "../../demo/setup.mjs";
import { findChromium } from "./chromium.mjs";

/**
 * Serves the demo by a relay that forgets everything, opens a browser, and closes both when the work is done.
 *
 * @param {(browser: import("@playwright/test").Browser, url: string) => Promise<void>} work `url` has no slash at its end.
 */
export async function withDemoSite(work) {
  const data = mkdtempSync(join(tmpdir(), "natter-pictures-"));
  const site = ["--dev", "--memory", "--site", join(ROOT, "demo"), "--data", data];
  const relay = spawn(process.execPath, [join(ROOT, "relay/dist/cli/main.js"), "127.0.0.1:0", ...site], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await addressIn(relay.stdout);
    const executablePath = findChromium();
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const browser = await chromium.launch({ args, ...(executablePath !== undefined && { executablePath }) });
    await work(browser, url).finally(() => browser.close());
  } finally {
    relay.kill();
    rmSync(data, { recursive: true, force: true });
  }
}

/**
 * @param {import("node:stream").Readable} output
 * @returns {Promise<string>} where the relay listens
 */
async function addressIn(output) {
  for await (const line of createInterface({ input: output })) {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (found !== undefined) return found;
  }
  throw new Error("The relay ended before it listened.");
}
