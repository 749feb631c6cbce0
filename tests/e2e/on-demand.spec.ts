import type { Page } from "@playwright/test";
import { expect, freshRoom, mint, strictPolicy, test } from "./room-page.ts";

const MODERATION = /\/v[\d.]+\/parts\/moderation\.js(\?|$)/;
const COMPLETER = /\/v[\d.]+\/parts\/completer\.js(\?|$)/;

/** The addresses of all parts that a page asks for, and what it says to its owner. */
function watch(page: Page): { asked: string[]; said: string[] } {
  const asked: string[] = [];
  const said: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith(".js")) asked.push(new URL(request.url()).pathname);
  });
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  return { asked, said };
}

test("a visitor loads one file, and what completes names with the first sign", async ({
  page,
  relay,
  visit,
}) => {
  const { asked, said } = watch(page);
  const headers = { "content-security-policy": strictPolicy(relay.url) };
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`, { headers });
  await ann.says("one file is all it takes", "Ann");
  expect(asked).toEqual(["/chat-room.js"]);

  const fetched = page.waitForResponse(COMPLETER);
  await ann.text.pressSequentially("so :tad");
  const file = await fetched;
  expect(file.headers()["cache-control"]).toContain("immutable");
  expect(file.headers()["content-encoding"]).toBe("br");
  await expect(page.getByRole("option", { name: ":tada:" })).toBeVisible();
  await ann.text.press("Enter");
  await expect(ann.text).toHaveValue("so 🎉 ");
  // Nothing of the script came a second time, for all that the part shares with it.
  expect(asked).toEqual(["/chat-room.js", "/v0.1.0/parts/completer.js"]);
  expect(said).toEqual([]);
});

test("what is written while the completer is on its way stays, and an emoji named meanwhile comes", async ({
  page,
  visit,
}) => {
  let come = (): void => {};
  const held = new Promise<void>((resolve) => (come = resolve));
  await page.route(COMPLETER, async (route) => {
    await held;
    await route.continue();
  });
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`);
  await ann.text.pressSequentially("done :tada:");
  await expect(ann.text).toHaveValue("done :tada:");
  come();
  await expect(ann.text).toHaveValue("done 🎉");
  await expect(ann.text).toBeFocused();
});

test("a moderator's page has the moderator's window at hand", async ({ page, relay, visit }) => {
  const { asked, said } = watch(page);
  const name = freshRoom();
  const token = await mint(relay, "mod", `${name}=moderator`);
  const headers = { "content-security-policy": strictPolicy(relay.url) };
  await visit(page, `<chat-room room="${name}" token="${token}"></chat-room>`, { headers });
  await expect.poll(() => asked).toEqual(["/chat-room.js", "/v0.1.0/parts/moderation.js"]);
  const settings = page.getByRole("button", { name: "Room settings" });
  await settings.click();
  await expect(page.getByRole("dialog", { name: "Room settings" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(settings).toBeFocused();
  expect(said).toEqual([]);
});

test("a window that cannot be loaded says so, and comes with the next click", async ({
  page,
  relay,
  visit,
}) => {
  const { said } = watch(page);
  const name = freshRoom();
  const token = await mint(relay, "mod", `${name}=moderator`);
  await page.route(MODERATION, (route) => route.abort());
  await visit(page, `<chat-room room="${name}" token="${token}"></chat-room>`);
  const settings = page.getByRole("button", { name: "Room settings" });
  const words = page.getByRole("alert").filter({ hasText: "Could not be loaded. Try again." });
  await expect(settings).toBeVisible();
  await expect(words).toBeHidden();
  await settings.click();
  await expect(words).toBeVisible();
  expect(said.filter((line) => line.startsWith("<chat-room> (part)"))).toHaveLength(1);

  await page.unroute(MODERATION);
  let come = (): void => {};
  const held = new Promise<void>((resolve) => (come = resolve));
  await page.route(MODERATION, async (route) => {
    await held;
    await route.continue();
  });
  await settings.click();
  await expect(settings).toHaveAttribute("aria-busy", "true");
  await expect(words).toBeHidden();
  come();
  await expect(page.getByRole("dialog", { name: "Room settings" })).toBeVisible();
  await expect(settings).not.toHaveAttribute("aria-busy");
});
