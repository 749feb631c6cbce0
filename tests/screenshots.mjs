// `npm run screenshots -- FOLDER [STATE…]`: a picture of every state of the gallery, or of those named, in light, in
// dark, on a phone and from right to left, to be looked at one by one.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import { ROOT } from "../demo/setup.mjs";
import { findChromium } from "./support/chromium.mjs";

/** @type {Record<string, { dress: Record<string, string>, viewport: { width: number, height: number } }>} */
const LOOKS = {
  light: { dress: { theme: "light" }, viewport: { width: 800, height: 620 } },
  dark: { dress: { theme: "dark" }, viewport: { width: 800, height: 620 } },
  phone: { dress: { theme: "light", width: "360" }, viewport: { width: 360, height: 640 } },
  rtl: { dress: { theme: "light", width: "520", dir: "rtl" }, viewport: { width: 560, height: 620 } },
};

const [folder, ...states] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Say where the pictures go: npm run screenshots -- FOLDER [STATE…]");
  process.exit(2);
}
const into = resolve(folder);
mkdirSync(into, { recursive: true });

const data = mkdtempSync(join(tmpdir(), "natter-pictures-"));
const site = ["--dev", "--memory", "--site", join(ROOT, "demo"), "--data", data];
const relay = spawn(process.execPath, [join(ROOT, "relay/dist/cli/main.js"), "127.0.0.1:0", ...site], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  await takeAll(await address());
} finally {
  relay.kill();
  rmSync(data, { recursive: true, force: true });
}

/** @returns {Promise<string>} where the relay listens */
async function address() {
  for await (const line of createInterface({ input: relay.stdout })) {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (found !== undefined) return found;
  }
  throw new Error("The relay ended before it listened.");
}

/** @param {string} url */
async function takeAll(url) {
  const executablePath = findChromium();
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ args, ...(executablePath !== undefined && { executablePath }) });
  const page = await browser.newPage({ reducedMotion: "reduce" });
  await page.goto(`${url}/gallery.html?bare`);
  await page.locator("html[data-shown]").waitFor();
  const names = await page.evaluate("gallery.names");
  const wanted = /** @type {string[]} */ (names).filter(
    (name) => states.length === 0 || states.includes(name),
  );
  for (const [look, { dress, viewport }] of Object.entries(LOOKS)) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light" });
    for (const state of wanted) {
      await page.evaluate(`gallery.show(${JSON.stringify({ ...dress, state })})`);
      await page.screenshot({ path: join(into, `${state.replace(/\W+/g, "-")}.${look}.png`) });
    }
  }
  await browser.close();
  console.log(`${wanted.length * Object.keys(LOOKS).length} pictures in ${into}`);
}
