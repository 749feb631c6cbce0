import type { Room } from "@natter/sdk";
import { expect, freshRoom, mint, test } from "./room-page.ts";

test("a page's own token says who speaks, and nobody is asked for a name", async ({
  page,
  relay,
  site,
  visit,
}) => {
  const name = freshRoom();
  site.token = { status: 200, body: JSON.stringify({ token: await mint(relay, "ann", `${name}=member`) }) };
  const ann = await visit(page, `<chat-room room="${name}" token-url="/token"></chat-room>`);
  await ann.text.fill("signed");
  await ann.text.press("Enter");
  await expect(ann.messages).toHaveText(/signed/);
  await page.getByRole("button", { name: "1 person here" }).click();
  await expect(page.getByText("ann of the token (you)")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.outerHTML.includes("eyJ"))).toBe(false);
  expect(
    await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }).includes("eyJ")),
  ).toBe(false);
});

test("a page's own function gives the token", async ({ page, relay, visit }) => {
  const name = freshRoom();
  const token = await mint(relay, "bo", `${name}=member`);
  const bo = await visit(page, `<chat-room relay="${relay.url}"></chat-room>`);
  await page.evaluate(
    ({ name, token }) => {
      const element = document.querySelector("chat-room");
      if (element) Object.assign(element, { getToken: () => Promise.resolve(token), room: name });
    },
    { name, token },
  );
  await bo.text.fill("by function");
  await bo.text.press("Enter");
  await expect(bo.messages).toHaveText(/by function/);
});

test("who may only read is told so, and sees everything", async ({ comeTo, page, relay, visit }) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("for all to read", "Ann");
  const token = await mint(relay, "reader", `${name}=reader`);
  const reader = await visit(page, `<chat-room room="${name}" token="${token}"></chat-room>`);
  await expect(page.getByText("You can read along here, but not write.")).toBeVisible();
  await expect(reader.text).toBeHidden();
  await expect(reader.messages).toHaveText(/for all to read/);
});

test("a locked room says so, and slow mode says how long", async ({ comeTo, page, relay, visit }) => {
  const name = freshRoom();
  const token = await mint(relay, "mod", `${name}=moderator`);
  await visit(page, `<chat-room room="${name}" token="${token}"></chat-room>`);
  const bo = await comeTo(name);
  await bo.says("one", "Bo");
  const configure = (settings: { locked?: boolean; slowMode?: number; title?: string }) =>
    page.evaluate(async (settings) => {
      const room = document.querySelector("chat-room")?.roomHandle as Room | undefined;
      await room?.configure(settings);
    }, settings);
  await configure({ locked: true, title: "The quiet room" });
  await expect(bo.page.getByRole("heading", { name: "The quiet room" })).toBeVisible();
  await expect(bo.page.getByText("The room is closed for new messages just now.")).toBeVisible();
  await configure({ locked: false, slowMode: 4 });
  await expect(bo.text).toBeVisible();
  await bo.text.fill("two");
  // The pause since "one" may not be over.
  await expect(bo.page.getByRole("button", { name: "Send" })).toHaveAttribute("aria-disabled", "false");
  await bo.text.press("Enter");
  await expect(bo.messages).toHaveCount(2);
  await expect(bo.page.getByText(/Slow mode: your next message can go in [1-4] sec/)).toBeVisible();
  await bo.text.fill("three");
  await bo.text.press("Enter");
  await expect(bo.text).toHaveValue("three");
  await expect(bo.page.getByText(/Slow mode: your next/)).toBeHidden({ timeout: 8000 });
  await bo.text.press("Enter");
  await expect(bo.messages).toHaveCount(3);
});
