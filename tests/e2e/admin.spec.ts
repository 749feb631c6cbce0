import { AxeBuilder } from "@axe-core/playwright";
import { RelayApi } from "@natter/sdk/server";
import type { Locator, Page } from "@playwright/test";
import { xssCorpus } from "../support/xss-corpus.ts";
import { expect, freshRoom, mint, test } from "./room-page.ts";

test.describe.configure({ timeout: 180_000 });

const SHOTS = process.env["NATTER_ADMIN_SHOTS"];

/** Everything that the browser reports, blocks or complains of, and every host but the relay's that is asked. */
async function watch(page: Page): Promise<() => Promise<string[]>> {
  const said: string[] = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).host !== new URL(page.url()).host && page.url() !== "about:blank")
      said.push(`asked ${request.url()}`);
  });
  await page.addInitScript(() => {
    const reports: string[] = [];
    Object.assign(globalThis, { reports });
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      reports.push(`${effectiveDirective}: ${blockedURI}`);
    });
  });
  return async () => [
    ...said,
    ...(await page.evaluate(() => (globalThis as unknown as { reports: string[] }).reports)),
  ];
}

/** The admin page, and what an operator does there. */
class Desk {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async signIn(token: string): Promise<void> {
    await this.page.getByLabel("Admin token").fill(token);
    await this.page.getByLabel("Admin token").press("Enter");
  }

  async open(place: string): Promise<void> {
    await this.page.getByRole("navigation").getByRole("link", { name: place }).click();
    await expect(this.page).toHaveTitle(`${place} · Natter admin`);
  }

  /** Finds a room among all, and opens it. */
  async enter(room: string): Promise<void> {
    await this.open("Rooms");
    await this.page.getByRole("searchbox", { name: "Name or title" }).fill(room);
    await this.page.getByRole("button", { name: "Search" }).click();
    await this.page.getByRole("link", { name: room, exact: true }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: room })).toBeFocused();
  }

  message(text: string): Locator {
    return this.page.getByRole("listitem").filter({ hasText: text });
  }

  async shot(name: string): Promise<void> {
    if (SHOTS === undefined) return;
    // A window over the page covers what is seen, and no more.
    const fullPage = (await this.page.getByRole("dialog").count()) === 0;
    await this.page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage });
  }
}

const told = (page: Page): Locator => page.getByRole("status");

test("[OPS10] an operator finds a room, deletes, pins, locks, bans, and reads it all in the audit", async ({
  comeTo,
  page,
  relay,
}) => {
  const reports = await watch(page);
  const room = freshRoom();
  const eve = await comeTo(room);
  await eve.says("buy my watches", "Eve");
  await eve.says("and a second thing", "Eve");
  const token = await mint(relay, "root", "*=admin");
  await page.goto(`${relay.url}/admin`);
  const desk = new Desk(page);
  await desk.signIn(token);
  await desk.enter(room);
  await expect(page.getByText("1 here")).toBeVisible();

  await page
    .getByRole("button", { name: /^Pin message \d+ by Eve/ })
    .first()
    .click();
  await expect(told(page)).toHaveText("Pinned.");
  await expect(desk.message("and a second thing").getByText("pinned", { exact: true })).toBeVisible();

  await desk
    .message("buy my watches")
    .getByRole("button", { name: /^Delete/ })
    .click();
  const question = page.getByRole("dialog", { name: "Delete this message by Eve?" });
  await expect(question).toContainText("buy my watches");
  await question.getByLabel("Reason").fill("advertising");
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(told(page)).toHaveText("Deleted a message by Eve.");
  await expect(desk.message("by a moderator: advertising")).toBeVisible();
  await expect(eve.messages.filter({ hasText: "watches" })).toHaveCount(0);

  const settings = page.getByRole("form", { name: "Settings" });
  await settings.getByLabel("Locked").check();
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(told(page)).toHaveText("Saved.");
  await expect(page.getByText("locked", { exact: true })).toBeVisible();
  await settings.getByLabel("Locked").uncheck();
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("locked", { exact: true })).toBeHidden();

  await page.getByRole("button", { name: "Act on Eve", exact: true }).click();
  const acting = page.getByRole("dialog", { name: "Eve" });
  await acting.getByLabel("For how long").selectOption("for good");
  await acting.getByLabel("Reason").fill("not again");
  await desk.shot("dialog");
  await acting.getByRole("button", { name: "Ban" }).click();
  await expect(told(page)).toHaveText("Banned: Eve.");
  await expect(eve.page.getByText("not again")).toBeVisible();
  const restricted = page.getByRole("region", { name: "Muted and banned" });
  await expect(restricted).toContainText("Banned for good: not again");

  await desk.open("Moderation");
  await expect(page.getByRole("listitem").filter({ hasText: room })).toHaveCount(2);
  await expect(page.getByRole("region", { name: "Deleted lately" })).toContainText("advertising");
  await page.getByRole("button", { name: `Lift ban of Eve in ${room}` }).click();
  await expect(told(page)).toHaveText("Eve: lift ban, done.");

  await desk.enter(room);
  await page.getByRole("link", { name: "Audit of this room" }).click();
  const entries = page.getByRole("region", { name: "Entries" }).getByRole("listitem");
  await expect(entries).toHaveCount(5);
  await expect(entries.nth(0)).toContainText("root lifted the ban of");
  await expect(entries.nth(1)).toContainText("not again");
  await page.getByLabel("What").selectOption("deleted messages");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(entries).toHaveCount(1);
  await expect(entries).toContainText("advertising");
  await expect(entries).toContainText("from 127.0.0.1");

  const kept = await page.evaluate(() => ({
    storage: JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }),
    address: location.href,
    page: document.documentElement.outerHTML,
    shadows: (function all(root: ParentNode): string {
      return [...root.querySelectorAll("*")]
        .map((each) => (each.shadowRoot ? each.shadowRoot.innerHTML + all(each.shadowRoot) : ""))
        .join("");
    })(document),
    values: [...(document.querySelector("natter-admin")?.shadowRoot?.querySelectorAll("input") ?? [])].map(
      ({ value }) => value,
    ),
  }));
  for (const part of token.split(".")) expect(JSON.stringify(kept)).not.toContain(part);
  expect(await reports()).toEqual([]);
});

test.describe("who may come in", () => {
  test("a token that is none, and ones without the right, are told so, calmly", async ({ page, relay }) => {
    const desk = new Desk(page);
    await page.goto(`${relay.url}/admin`);
    const alert = page.getByRole("alert");
    await desk.signIn("rubbish");
    await expect(alert).toContainText("This token is not accepted.");
    await expect(page.getByLabel("Admin token")).toHaveValue("");
    await desk.signIn(await mint(relay, "mod", "*=moderator"));
    await expect(alert).toContainText("This token has no right to do that.");
    await desk.signIn(await mint(relay, "half", "lobby=admin"));
    await expect(alert).toContainText("`admin` for all rooms");
    await expect(page.getByRole("navigation")).toHaveCount(0);
    await page.context().setOffline(true);
    await desk.signIn("rubbish");
    await expect(alert).toContainText("The relay cannot be reached.");
    await page.context().setOffline(false);
  });

  test("whose token is revoked meanwhile is asked for another, and comes back to where they were", async ({
    page,
    relay,
  }) => {
    const room = freshRoom();
    const api = new RelayApi({ relay: relay.url, token: await mint(relay, "other", "*=admin") });
    await api.post(room, "hello");
    const desk = new Desk(page);
    await page.goto(`${relay.url}/admin#/room/${room}`);
    await desk.signIn(await mint(relay, "soon-gone", "*=admin"));
    await expect(desk.message("hello")).toBeVisible();
    await api.revoke("soon-gone");
    await expect(page.getByRole("alert")).toContainText("revoked", { timeout: 15_000 });
    await desk.signIn(await mint(relay, "root", "*=admin"));
    await expect(desk.message("hello")).toBeVisible();
    await page.reload();
    await expect(page.getByLabel("Admin token")).toBeVisible();
    await expect(page.getByText("hello")).toHaveCount(0);
  });

  test("a line that is lost meanwhile is told, what was there stays, and it comes back by itself", async ({
    page,
    relay,
  }) => {
    const api = new RelayApi({ relay: relay.url, token: await mint(relay, "root", "*=admin") });
    const room = freshRoom();
    await api.post(room, "still here");
    const desk = new Desk(page);
    await page.goto(`${relay.url}/admin#/room/${room}`);
    await desk.signIn(await mint(relay, "root", "*=admin"));
    await expect(desk.message("still here")).toBeVisible();
    await page.context().setOffline(true);
    await expect(page.getByRole("alert")).toContainText("cannot be reached", { timeout: 20_000 });
    await expect(desk.message("still here")).toBeVisible();
    await page.context().setOffline(false);
    await expect(page.getByRole("alert")).toHaveCount(0, { timeout: 20_000 });
  });
});

test("a room is deleted only by who types its name, and a user forgotten only by who types theirs", async ({
  page,
  relay,
}) => {
  const room = freshRoom();
  const token = await mint(relay, "root", "*=admin");
  const api = new RelayApi({ relay: relay.url, token });
  await api.post(room, "to be erased", { as: { id: "zoe", name: "Zoe" } });
  const desk = new Desk(page);
  await page.goto(`${relay.url}/admin#/room/${room}`);
  await desk.signIn(token);
  const button = page.getByRole("button", { name: "Delete the room …" });
  await button.click();
  const dialog = page.getByRole("dialog");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(button).toBeFocused();
  await button.click();
  await dialog.getByLabel("To be sure").fill("another room");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await expect(dialog).toBeVisible();
  expect((await api.messages(room)).messages).toHaveLength(1);
  await dialog.getByLabel("To be sure").fill(room);
  await page.keyboard.press("Enter");
  await expect(told(page)).toHaveText("Deleted. The room is empty now.");
  expect((await api.messages(room)).messages).toHaveLength(0);

  await api.post(room, "mine", { as: { id: "zoe", name: "Zoe" } });
  await desk.message("mine").getByRole("link", { name: "Zoe" }).click();
  await page.getByRole("button", { name: "Disconnect …" }).click();
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await expect(told(page)).toHaveText("Disconnected zoe.");
  await page.getByRole("button", { name: "Revoke tokens …" }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(told(page)).toHaveText("Revoked all tokens of zoe.");
  await page.getByRole("button", { name: "Forget …" }).click();
  await dialog.getByLabel("To be sure").fill("zoe");
  await dialog.getByRole("button", { name: "Forget for good" }).click();
  await expect(told(page)).toHaveText("Forgot zoe.");
  expect((await api.messages(room)).messages[0]?.text).toBe("");
  await page.getByRole("link", { name: "What was done to them, in the audit" }).click();
  const entries = page.getByRole("region", { name: "Entries" }).getByRole("listitem");
  await expect(entries.filter({ hasText: "forgot" })).toHaveCount(1);
});

test("many rooms come page by page, and the search finds one among them", async ({ page, relay }) => {
  const token = await mint(relay, "root", "*=admin");
  const api = new RelayApi({ relay: relay.url, token });
  const start = freshRoom();
  for (let at = 0; at < 60; at++) await api.post(`${start}-${String(at).padStart(2, "0")}`, "hi");
  const desk = new Desk(page);
  await page.goto(`${relay.url}/admin`);
  await desk.signIn(token);
  await page.getByRole("searchbox").fill(start.toUpperCase());
  await page.getByRole("searchbox").press("Enter");
  const lines = page.getByRole("region", { name: "Rooms" }).getByRole("listitem");
  await expect(lines).toHaveCount(50);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(lines).toHaveCount(10);
  await expect(lines.last()).toContainText(`${start}-59`);
  await page.getByRole("button", { name: "Previous" }).click();
  await expect(lines).toHaveCount(50);
});

test("names and texts that are made to break out stay text", async ({ page, relay }) => {
  const reports = await watch(page);
  const token = await mint(relay, "root", "*=admin");
  const api = new RelayApi({ relay: relay.url, token });
  // Rooms and users have no control characters, and are not as long as texts.
  const named = xssCorpus().filter(({ text }) => !/\p{C}|\p{Z}$|^\p{Z}/u.test(text) && text.length <= 100);
  const vectors = named.filter((_, at) => at % Math.ceil(named.length / 40) === 0).map(({ text }) => text);
  expect(vectors.length).toBeGreaterThan(30);
  for (const [at, vector] of vectors.entries()) {
    const room = `x${vector}`;
    await api.post(room, vector, { as: { id: `u${vector}`, name: `n${vector}` } });
    if (at % 4 === 0) await api.moderate(room, "ban", `u${vector}`, { reason: vector });
    if (at % 4 === 1) await api.configure(room, { title: vector });
    if (at % 4 === 2) await api.delete(room, 1, { reason: vector });
  }
  await page.addInitScript(() => {
    Object.assign(globalThis, {
      alarms: 0,
      alarm: () => (globalThis as unknown as { alarms: number }).alarms++,
    });
  });
  await page.goto(`${relay.url}/admin`);
  const desk = new Desk(page);
  await desk.signIn(token);
  await page.getByRole("searchbox").fill("alarm");
  await page.getByRole("searchbox").press("Enter");
  await expect(page.getByRole("listitem").filter({ hasText: "alarm" }).first()).toBeVisible();
  for (const place of ["Moderation", "Audit"]) {
    await desk.open(place);
    await expect(page.getByRole("listitem").filter({ hasText: "alarm" }).first()).toBeVisible();
  }
  for (const [at, vector] of vectors.entries()) {
    await page.evaluate((hash) => (location.hash = hash), `#/room/${encodeURIComponent(`x${vector}`)}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`x${vector}`);
    if (at % 4 !== 2)
      await expect(page.getByRole("link", { name: `n${vector}`, exact: true }).first()).toBeVisible();
    if (at % 8 === 0) {
      await page
        .getByRole("button", { name: /^Act on/ })
        .first()
        .click();
      await page.keyboard.press("Escape");
    }
  }
  const foreign = await page.evaluate(() => {
    const all = (root: ParentNode): Element[] =>
      [...root.querySelectorAll("*")].flatMap((each) => [
        each,
        ...(each.shadowRoot ? all(each.shadowRoot) : []),
      ]);
    return all(document)
      .map(({ localName }) => localName)
      .filter((name) => /^(?:img|svg|iframe|video|audio|object|embed|math|x|details)$/.test(name));
  });
  expect(foreign).toEqual([]);
  expect(await page.evaluate(() => (globalThis as unknown as { alarms: number }).alarms)).toBe(0);
  expect(await reports()).toEqual([]);
});

const LOOKS = [
  { name: "light", media: { colorScheme: "light" }, width: 1280 },
  { name: "dark", media: { colorScheme: "dark" }, width: 1280 },
  { name: "forced", media: { colorScheme: "dark", forcedColors: "active" }, width: 1280 },
  { name: "narrow", media: { colorScheme: "light" }, width: 360 },
] as const;

for (const { name, media, width } of LOOKS) {
  test(`every page, ${name}: nothing for axe to find, and all of it fits`, async ({ page, relay }) => {
    const token = await mint(relay, "root", "*=admin");
    const api = new RelayApi({ relay: relay.url, token });
    const room = `harbour ${name}`;
    await api.configure(room, { title: "The harbour at night", slowMode: 30, locked: true });
    const say = (id: string, text: string): Promise<unknown> =>
      api.post(room, text, { as: { id, name: id === "ann" ? "Ann Lee" : "Eve" } });
    await say("ann", "Good evening. The ferry is late by ten minutes.");
    await say("eve", `https://example.org/${"a-very-long-address-".repeat(8)}`);
    await say("eve", "rude words");
    await say("ann", "It is here now.\nBoarding at gate 2.");
    await api.pin(room, 2, true);
    await api.delete(room, 4, { reason: "rude" });
    await api.moderate(room, "mute", "eve", { for: 86_400, reason: "Please calm down first." });
    await api.moderate(room, "ban", "mallory-of-the-long-user-identifiers-0123456789");
    await page.emulateMedia(media);
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`${relay.url}/admin`);
    const desk = new Desk(page);
    const faults: string[] = [];
    const look = async (where: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      faults.push(
        ...violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ html }) => html).join()}`),
      );
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (tooWide > 0) faults.push(`${where} is ${tooWide} px too wide`);
      await desk.shot(`${name}-${where}`);
    };
    await look("door");
    await desk.signIn("rubbish");
    await expect(page.getByRole("alert")).toBeVisible();
    await look("refused");
    await desk.signIn(token);
    await expect(page.getByRole("link", { name: room })).toBeVisible();
    await look("rooms");
    await page.getByRole("link", { name: room }).click();
    await expect(desk.message("Boarding at gate 2")).toBeVisible();
    await look("room");
    await page.getByRole("button", { name: "Act on Ann Lee, who wrote message 2" }).click();
    await look("person");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete the room …" }).click();
    await look("delete-room");
    await page.keyboard.press("Escape");
    for (const place of ["Moderation", "Audit", "App"]) {
      await desk.open(place);
      await expect(page.getByText("Loading …")).toHaveCount(0);
      await look(place.toLowerCase());
    }
    await page.goto(`${relay.url}/admin#/people/ann`);
    await expect(page.getByRole("button", { name: "Forget …" })).toBeVisible();
    await look("people");
    expect(faults).toEqual([]);
  });
}
