// `node tests/readme-picture.mjs`: takes the pictures that the README shows, in light and in dark, of the demo's article
// with a room that is moved by hand: what is said there is always the same.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../demo/setup.mjs";
import { withDemoSite } from "./support/demo-site.mjs";

const VIEWPORT = { width: 1280, height: 820 };
/** Sharp on the screens that most readers have, and yet a picture that is there at once. */
const SCALE = 1.5;
const QUALITY = 0.86;
/** The evening of an eclipse, at the observatory's own time. */
const NOW = Date.UTC(2026, 9, 17, 21, 22);

await withDemoSite(async (browser, url) => {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    const context = await browser.newContext({
      viewport: VIEWPORT,
      deviceScaleFactor: SCALE,
      colorScheme,
      locale: "en-GB",
      timezoneId: "UTC",
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    await page.goto(url);
    await page.evaluate(talk, NOW);
    await page.locator("chat-room").getByText("is typing").waitFor();
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(800);
    const png = await page.screenshot({ animations: "disabled" });
    const webp = await page.evaluate(toWebp, { png: png.toString("base64"), quality: QUALITY });
    const path = join(ROOT, `docs/images/demo-${colorScheme}.webp`);
    writeFileSync(path, Buffer.from(webp, "base64"));
    console.log(`${path}: ${Math.round((webp.length * 3) / 4 / 1024)} KB`);
    await context.close();
  }
});

/**
 * Runs in the page: fills its room.
 *
 * @param {number} now
 */
async function talk(now) {
  const from = "/gallery-room.js";
  const { HandChat, HandRoom, ME } = await import(from);
  const ILSE = { id: "ilse4", name: "Ilse Varga-Holm", role: "moderator" };
  const MOSS = { id: "moss2", name: "Moss", role: "member" };
  const KENJI = { id: "kenji5", name: "佐藤健二", role: "member" };
  let seq = 0;
  /** @type {(by: object, text: string, minutesAgo: number, over?: object) => object} */
  const says = (by, text, minutesAgo, over) => {
    seq++;
    return { seq, id: `m${seq}`, at: now - minutesAgo * 60_000, by, text, mine: by === ME, ...over };
  };
  const messages = [
    says(ILSE, "Minimum at **9:14** by the almanac. Compare it with Gamma, not with the Moon.", 41),
    says(ME, "Clouds over the goods yard. And you?", 9),
    says(MOSS, "Clear in the valley!", 8),
    says(MOSS, "@Mira it is noticeably dimmer than an hour ago.", 7),
    says(KENJI, "こちらも晴れています ✨", 5, {
      reactions: { "🎉": { count: 2, mine: true }, "🔭": { count: 4, mine: false } },
    }),
    says(ME, "Lucky you 🌙 Can you note the time?", 3, { reply: 4 }),
    says(MOSS, "9:16, give or take two minutes.", 1),
  ];
  const members = [ILSE, MOSS, KENJI, ME];
  const room = document.querySelector("chat-room");
  if (!room) throw new Error("The article has no room.");
  Object.assign(room, {
    client: new HandChat(),
    roomHandle: new HandRoom({
      room: "lobby",
      settings: { title: "The watch" },
      messages,
      members,
      count: 23,
      typing: [KENJI],
    }),
  });
  await room.updateComplete;
}

/**
 * Runs in the page, which can do what would take a package otherwise.
 *
 * @param {{ png: string, quality: number }} picture
 * @returns {Promise<string>} Base64.
 */
async function toWebp({ png, quality }) {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).replace(/^data:[^,]*,/, "");
}
