import type { Page } from "@playwright/test";
import { expect, freshRoom, mint, strictPolicy, test } from "./room-page.ts";

const TROUBLE = /\/v[\d.]+\/parts\/trouble\.js(\?|$)/;
const PEOPLE = /\/v[\d.]+\/parts\/people\.js(\?|$)/;
const TOOLBAR = /\/v[\d.]+\/parts\/toolbar\.js(\?|$)/;
const PINS = /\/v[\d.]+\/parts\/pins\.js(\?|$)/;
const CORNER = /\/v[\d.]+\/parts\/corner\.js(\?|$)/;
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

/** Keeps a file back until what is returned is called. */
async function holdBack(page: Page, file: RegExp): Promise<() => void> {
  let come = (): void => {};
  const held = new Promise<void>((resolve) => (come = resolve));
  await page.route(file, async (route) => {
    await held;
    await route.continue();
  });
  return () => come();
}

test("a visitor loads one file, soon what tells of trouble, and what completes names with the first sign", async ({
  page,
  relay,
  visit,
}) => {
  const { asked, said } = watch(page);
  const headers = { "content-security-policy": strictPolicy(relay.url) };
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`, { headers });
  await ann.says("one file is all it takes", "Ann");
  await expect.poll(() => asked).toEqual(["/chat-room.js", "/v0.1.0/parts/trouble.js"]);

  const fetched = page.waitForResponse(COMPLETER);
  await ann.text.pressSequentially("so :tad");
  const file = await fetched;
  expect(file.headers()["cache-control"]).toContain("immutable");
  expect(file.headers()["content-encoding"]).toBe("br");
  await expect(page.getByRole("option", { name: ":tada:" })).toBeVisible();
  await ann.text.press("Enter");
  await expect(ann.text).toHaveValue("so 🎉 ");
  // Nothing of the script came a second time, for all that the part shares with it.
  expect(asked.slice(2)).toEqual(["/v0.1.0/parts/completer.js"]);
  expect(said).toEqual([]);
});

test("what is written while the completer is on its way stays, and an emoji named meanwhile comes", async ({
  page,
  visit,
}) => {
  const come = await holdBack(page, COMPLETER);
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
  await expect.poll(() => asked).toContain("/v0.1.0/parts/moderation.js");
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
  const come = await holdBack(page, MODERATION);
  await settings.click();
  await expect(settings).toHaveAttribute("aria-busy", "true");
  await expect(words).toBeHidden();
  come();
  await expect(page.getByRole("dialog", { name: "Room settings" })).toBeVisible();
  await expect(settings).not.toHaveAttribute("aria-busy");
});

test("the list of people is on its way before it is asked for", async ({ page, visit }) => {
  const { asked, said } = watch(page);
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`);
  await ann.says("somebody is here", "Ann");
  const button = page.getByRole("button", { name: "1 person here" });
  expect(asked.filter((path) => PEOPLE.test(path))).toEqual([]);
  await button.hover();
  await expect.poll(() => asked.filter((path) => PEOPLE.test(path))).toHaveLength(1);
  await button.click();
  const list = page.getByRole("dialog", { name: "People" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list.getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await expect(button).toBeFocused();
  expect(said).toEqual([]);
});

test("people who cannot be listed are not, and nothing makes way for them", async ({ page, visit }) => {
  await page.setViewportSize({ width: 400, height: 700 });
  await page.route(PEOPLE, (route) => route.abort());
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`);
  await ann.says("nothing is lost", "Ann");
  const button = page.getByRole("button", { name: "1 person here" });
  await button.click();
  const words = page.getByRole("alert").filter({ hasText: "Could not be loaded. Try again." });
  await expect(words).toBeVisible();
  await expect(page.getByText("nothing is lost")).toBeVisible();
  await page.unroute(PEOPLE);
  await button.click();
  await expect(page.getByRole("dialog", { name: "People" })).toBeVisible();
  await expect(words).toBeHidden();
});

test("the tools of a message come with the first that is pointed at", async ({ page, visit }) => {
  const { asked } = watch(page);
  const come = await holdBack(page, TOOLBAR);
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`);
  await ann.says("point at me", "Ann");
  const message = page.getByRole("article", { name: /point at me/ });
  const react = message.getByRole("button", { name: "React", exact: true });
  expect(asked.filter((path) => TOOLBAR.test(path))).toEqual([]);
  await message.hover();
  await expect.poll(() => asked.filter((path) => TOOLBAR.test(path))).toHaveLength(1);
  await expect(react).toBeHidden();
  come();
  await react.click();
  await message.getByRole("button", { name: "👍" }).click();
  await expect(message.getByRole("button", { name: "👍 1 person" })).toBeVisible();
});

test("a message without its tools is still read, and the next focus asks for them again", async ({
  page,
  visit,
}) => {
  const { said } = watch(page);
  await page.route(TOOLBAR, (route) => route.abort());
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`);
  await ann.says("read me", "Ann");
  const message = page.getByRole("article", { name: /read me/ });
  await message.hover();
  await expect.poll(() => said.filter((line) => line.startsWith("<chat-room> (part)"))).toHaveLength(1);
  await page.unroute(TOOLBAR);
  await ann.text.focus();
  await page.keyboard.press("Shift+Tab");
  await expect(message).toBeFocused();
  await expect(message.getByRole("button", { name: "React", exact: true })).toBeVisible();
});

test("what is pinned brings its bar along", async ({ page, relay, visit }) => {
  const { asked } = watch(page);
  const name = freshRoom();
  const token = await mint(relay, "mod", `${name}=moderator`);
  const ann = await visit(page, `<chat-room room="${name}" token="${token}"></chat-room>`);
  await ann.says("pin me");
  expect(asked.filter((path) => PINS.test(path))).toEqual([]);
  const message = page.getByRole("article", { name: /pin me/ });
  await message.hover();
  await message.getByRole("button", { name: "Pin", exact: true }).click();
  await expect(page.getByRole("group", { name: "Pinned message" })).toContainText("pin me");
});

test("what tells of a lost line is there before the line is lost", async ({ page, visit }) => {
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`);
  await ann.says("all is well", "Ann");
  await page.waitForFunction(() => customElements.get("chat-banner"));
  await page.context().setOffline(true);
  await page.evaluate(() => document.querySelector("chat-room")?.client?.reconnect());
  await expect(page.getByText("You are offline.")).toBeVisible();
});

test("who is taken out reads so also without the file that says it best", async ({ page, relay, visit }) => {
  await page.route(TROUBLE, (route) => route.abort());
  const token = await mint(relay, "ann", "elsewhere=member");
  await visit(page, `<chat-room room="${freshRoom()}" token="${token}"></chat-room>`);
  await expect(page.getByText("The chat is not available right now.")).toBeVisible();
  await page.unroute(TROUBLE);
});

test("a bubble that was opened before its file came opens with it, and takes the focus", async ({
  page,
  visit,
}) => {
  const come = await holdBack(page, CORNER);
  const room = `<button>Here</button><chat-room room="${freshRoom()}" layout="bubble"></chat-room>`;
  await visit(page, room);
  await page.getByRole("button", { name: "Here" }).focus();
  await page.waitForFunction(() => customElements.get("chat-room"));
  await page.evaluate(() => document.querySelector("chat-room")?.toggle());
  await expect(page.locator("chat-room")).toHaveAttribute("open");
  come();
  const panel = page.getByRole("dialog", { name: /Chat: / });
  await expect(panel.getByRole("textbox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(page.getByRole("button", { name: "Here" })).toBeFocused();
});

test("where the corner cannot be had there is what stands between the tags", async ({ page, visit }) => {
  const { said } = watch(page);
  await page.route(CORNER, (route) => route.abort());
  await visit(page, `<chat-room room="${freshRoom()}" layout="bubble"><a href="/chat">Chat</a></chat-room>`);
  await expect(page.getByRole("link", { name: "Chat" })).toBeVisible();
  expect(said.filter((line) => line.startsWith("<chat-room> (part)"))).toHaveLength(1);
});
