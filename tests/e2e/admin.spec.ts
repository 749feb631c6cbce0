import type { Locator, Page } from "@playwright/test";
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
    if (SHOTS !== undefined) await this.page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  }
}

const told = (page: Page): Locator => page.getByRole("status");

test("an operator finds a room, deletes, pins, locks, bans, and reads it all in the audit", async ({
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
  await expect(entries.nth(0)).toContainText("root lifted a ban");
  await expect(entries.nth(1)).toContainText("not again");
  await page.getByLabel("What").selectOption("deleted a message");
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
