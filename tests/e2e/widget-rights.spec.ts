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

test("a visitor whose token is refused is told calmly, and the owner why", async ({ page, visit }) => {
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await visit(page, `<chat-room room="${freshRoom()}" token="not.a.token"></chat-room>`);
  await expect(page.getByText("You are signed out of this chat.")).toBeVisible();
  expect(said.filter((line) => line.startsWith("<chat-room> (refused)"))).toHaveLength(1);
});

test("who is muted, and who is banned, is told why and what is left to them", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  const token = await mint(relay, "mod", `${name}=moderator`);
  await visit(page, `<chat-room room="${name}" token="${token}"></chat-room>`);
  const bo = await comeTo(name);
  await bo.says("rude words", "Bo");
  await expect(page.getByRole("article", { name: /rude words/ })).toBeVisible();
  const moderate = (action: "mute" | "unmute" | "ban", reason: string) =>
    page.evaluate(
      async ({ action, reason }) => {
        const room = document.querySelector("chat-room")?.roomHandle as Room | undefined;
        const user = room?.view().messages[0]?.by.id ?? "";
        await room?.moderate(action, user, { for: 600, reason });
      },
      { action, reason },
    );
  await moderate("mute", "Mind your language.");
  await expect(bo.page.getByText(/A moderator has muted you until .+Mind your language\./)).toBeVisible();
  await expect(bo.text).toBeHidden();
  await moderate("unmute", "Thank you.");
  await expect(bo.text).toBeVisible();
  await moderate("ban", "Enough.");
  await expect(bo.page.getByText("A moderator has closed this room to you.")).toBeVisible();
  await expect(bo.messages).toHaveCount(0);
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
