// `npm run screenshots -- FOLDER [--look LOOK]… [STATE…]`: a picture of every state of the gallery, or of those named,
// in every look, or in those named, to be looked at one by one: in light, in dark, on a phone, from right to left, in
// the system's own colours and in a corner that is hardly wide enough.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { withDemoSite } from "./support/demo-site.mjs";

/**
 * @typedef {{
 *   dress: Record<string, string>,
 *   viewport: { width: number, height: number },
 *   media?: { colorScheme?: "light" | "dark", forcedColors?: "active" | "none" },
 * }} Look
 */

/** @type {Record<string, Look>} */
const LOOKS = {
  light: { dress: { theme: "light" }, viewport: { width: 800, height: 620 } },
  dark: {
    dress: { theme: "dark" },
    viewport: { width: 800, height: 620 },
    media: { colorScheme: "dark" },
  },
  phone: { dress: { theme: "light", width: "360" }, viewport: { width: 360, height: 640 } },
  rtl: {
    dress: { theme: "light", width: "520", dir: "rtl", lang: "ar" },
    viewport: { width: 560, height: 620 },
  },
  system: {
    dress: { width: "520" },
    viewport: { width: 560, height: 620 },
    media: { colorScheme: "dark", forcedColors: "active" },
  },
  narrow: { dress: { theme: "light", width: "280" }, viewport: { width: 320, height: 560 } },
};

const { values, positionals } = parseArgs({
  options: { look: { type: "string", multiple: true, default: Object.keys(LOOKS) } },
  allowPositionals: true,
});
const [folder, ...states] = positionals;
const looks = Object.entries(LOOKS).filter(([name]) => values.look.includes(name));
if (folder === undefined || looks.length === 0) {
  console.error("Say where the pictures go: npm run screenshots -- FOLDER [--look LOOK]… [STATE…]");
  console.error(`Looks: ${Object.keys(LOOKS).join(", ")}`);
  process.exit(2);
}
const into = resolve(folder);
mkdirSync(into, { recursive: true });
await withDemoSite(takeAll);

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 */
async function takeAll(browser, url) {
  const page = await browser.newPage({ reducedMotion: "reduce" });
  await page.goto(`${url}/gallery.html?bare`);
  await page.locator("html[data-shown]").waitFor();
  const names = await page.evaluate("gallery.names");
  const wanted = /** @type {string[]} */ (names).filter(
    (name) => states.length === 0 || states.includes(name),
  );
  for (const [look, { dress, viewport, media }] of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: "light", forcedColors: "none", ...media });
    for (const state of wanted) {
      await page.evaluate(`gallery.show(${JSON.stringify({ ...dress, state })})`);
      await page.screenshot({ path: join(into, `${state.replace(/\W+/g, "-")}.${look}.png`) });
    }
  }
  console.log(`${wanted.length * looks.length} pictures in ${into}`);
}
