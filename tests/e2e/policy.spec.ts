import type { Page } from "@playwright/test";
import { documentedPolicy } from "../support/documented-policy.ts";
import { answer, edit, react, remove } from "./company.ts";
import { expect, freshRoom, mint, test, type Visitor } from "./room-page.ts";

test.describe.configure({ timeout: 90_000 });

/** Everything the browser reports, blocks or complains of; ask what is returned for it. */
async function watch(page: Page): Promise<() => Promise<string[]>> {
  const said: string[] = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.addInitScript(() => {
    const reports: string[] = [];
    Object.assign(globalThis, { reports });
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
      reports.push(`${effectiveDirective}: ${blockedURI} ${sample}`);
    });
    new ReportingObserver((found) => reports.push(JSON.stringify(found)), { buffered: true }).observe();
  });
  return async () => [
    // The network that a test takes away is missed by the browser, too.
    ...said.filter((line) => !line.includes("ERR_INTERNET_DISCONNECTED")),
    ...(await page.evaluate(() => (globalThis as unknown as { reports: string[] }).reports)),
  ];
}

test("nothing is reported under the policy of the documents while everything is used", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const headers = { "content-security-policy": documentedPolicy(relay.url) };
  const reports = await watch(page);
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("Good morning https://harbour.example/", "Bo");
  const room = `<chat-room room="${name}" sound><a href="/">Chat</a></chat-room>`;
  const ann = await visit(page, room, { headers });

  await write(ann);
  await bo.page.evaluate(() => document.querySelector("chat-room")?.send("**Which** `jetty`? @Ann"));
  await answer(ann, "Which jetty", "The small one");
  await react(ann, "Which jetty", "👍");
  await edit(ann, "The small one", "The large one");
  await page.getByRole("button", { name: /Bo .*Which/ }).click();
  await remove(ann, "The large one");
  await page.getByRole("button", { name: "2 people here" }).click();
  await expect(page.getByRole("dialog", { name: "People" })).toBeVisible();
  await page.keyboard.press("Escape");

  await page.context().setOffline(true);
  await page.evaluate(() => document.querySelector("chat-room")?.client?.reconnect());
  await expect(page.getByText("You are offline.")).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText("You are offline.")).toBeHidden();

  for (const theme of ["dark", "light"]) await set(page, "theme", theme);
  for (const lang of ["ar", "ko", "en"]) {
    await page.evaluate((lang) => (document.documentElement.lang = lang), lang);
    await expect(page.locator("chat-room").getByRole("log")).toBeVisible();
  }
  await set(page, "layout", "bubble");
  await page.getByRole("button", { name: /Open the chat/ }).click();
  await expect(page.getByRole("dialog", { name: /Chat: / })).toBeVisible();
  await page.keyboard.press("Escape");
  await set(page, "layout", "inline");
  await set(page, "transport", "memory");
  await expect(page.getByText("It’s quiet in here").filter({ visible: true })).toHaveCount(1);
  expect(await reports()).toEqual([]);
});

test("nothing is reported while a moderator does what moderators do", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const headers = { "content-security-policy": documentedPolicy(relay.url) };
  const reports = await watch(page);
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("rude words", "Bo");
  const token = await mint(relay, "mod", `${name}=moderator`);
  await visit(page, `<chat-room room="${name}" token="${token}"></chat-room>`, { headers });
  const message = page.getByRole("article", { name: /rude words/ });
  await message.hover();
  await message.getByRole("button", { name: "Pin", exact: true }).click();
  await page.evaluate(async () => {
    const room = document.querySelector("chat-room")?.roomHandle;
    if (room) await room.delete(room.view().messages[0]?.seq ?? 0);
  });
  await expect(page.getByText("rude words")).toHaveCount(0);
  expect(await reports()).toEqual([]);
});

test("a policy without the relay is what the owner is told of", async ({ page, relay, visit }) => {
  const reports = await watch(page);
  await visit(page, `<img src="${relay.url}/favicon.svg">`, {
    headers: { "content-security-policy": documentedPolicy(relay.url) },
  });
  // What is forbidden is reported, or the tests above would see nothing.
  await expect.poll(reports).toEqual(expect.arrayContaining([expect.stringContaining("img-src")]));
});

async function write(ann: Visitor): Promise<void> {
  await ann.says("under the strictest rules", "Ann");
  await ann.text.fill("line one");
  await ann.text.press("Shift+Enter");
  await ann.text.press("Enter");
  await expect(ann.messages.last()).toContainText("line one");
}

function set(page: Page, attribute: string, value: string): Promise<void> {
  return page
    .locator("chat-room")
    .evaluate((room, [name, value]) => room.setAttribute(name, value), [attribute, value] as const);
}
