import type { Page } from "@playwright/test";
import type { Room } from "@natter/sdk";
import type { RelayProcess } from "../support/relay-process.ts";
import { expect, freshRoom, mint, test, type Visitor } from "./room-page.ts";

// Three browsers, and tokens made by the command line, take their time on a busy machine.
test.describe.configure({ timeout: 60_000 });

type Visit = (page: Page, body: string) => Promise<Visitor>;

/** Brings a moderator into a room. */
async function moderator(
  relay: RelayProcess,
  visit: Visit,
  page: Page,
  room: string,
  more = "",
): Promise<Visitor> {
  const token = await mint(relay, "mod", `${room}=moderator`);
  const mod = await visit(page, `<chat-room room="${room}" token="${token}" ${more}></chat-room>`);
  await mod.text.waitFor();
  return mod;
}

/** Opens the window about the author of a message. */
async function about(mod: Visitor, text: string, name: string): Promise<void> {
  await mod.messages.filter({ hasText: text }).hover();
  await mod.page.getByRole("button", { name: `Moderate ${name}` }).click();
  await expect(mod.page.getByRole("dialog", { name })).toBeVisible();
}

test("everybody is named: oneself, who keeps order, then the others; and the way back is the way in", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("hello", "Bo");
  const ann = await comeTo(name);
  await ann.says("hello too", "ann");
  await moderator(relay, visit, page, name);
  const button = ann.page.getByRole("button", { name: "3 people here" });
  await button.click();
  const people = ann.page.getByRole("dialog", { name: "People" });
  await expect(people.getByRole("listitem")).toHaveText([
    /ann \(you\)/,
    /mod of the token\s*Moderator/,
    /Bo/,
  ]);
  await expect(people.getByRole("button", { name: "Bo" })).toHaveCount(0);
  await expect(people.getByRole("button", { name: "Close" })).toBeFocused();
  await ann.page.keyboard.press("Escape");
  await expect(people).toBeHidden();
  await expect(button).toBeFocused();
});

test("the people stand beside the conversation where both fit, and else in its place", async ({ comeTo }) => {
  const bo = await comeTo(freshRoom());
  await bo.page.setViewportSize({ width: 1000, height: 700 });
  await bo.page.getByRole("button", { name: "1 person here" }).click();
  const people = bo.page.getByRole("dialog", { name: "People" });
  const [list, log] = [await people.boundingBox(), await bo.log.boundingBox()];
  expect((log?.x ?? 0) + (log?.width ?? 0)).toBeLessThanOrEqual(list?.x ?? 0);
  await bo.text.fill("still here");
  await bo.page.setViewportSize({ width: 380, height: 700 });
  await expect(bo.text).toBeHidden();
  await bo.page.getByRole("button", { name: "Close" }).click();
  await expect(bo.text).toHaveValue("still here");
  await expect(bo.page.getByRole("button", { name: "1 person here" })).toBeFocused();
});

test("a moderator walks the people with the arrow keys, and acts on the one they stop at", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  for (const who of ["Ann", "Bo"]) await (await comeTo(name)).says(`I am ${who}`, who);
  await moderator(relay, visit, page, name);
  await page.getByRole("button", { name: "3 people here" }).click();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Ann" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  const bo = page.getByRole("button", { name: "Bo" });
  await expect(bo).toBeFocused();
  await page.keyboard.press("Home");
  await expect(page.getByRole("button", { name: "Ann" })).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Bo" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Bo" })).toBeHidden();
  await expect(bo).toBeFocused();
});

test("who is muted is told until when and why, also after a reload; and is found and freed again", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("rude words", "Bo");
  const cy = await comeTo(name);
  const mod = await moderator(relay, visit, page, name);
  await about(mod, "rude words", "Bo");
  await page.getByLabel("For how long").selectOption("10 minutes");
  await page.getByLabel("Reason").fill("Mind your language.");
  await page.getByRole("button", { name: "Mute", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByText(/mod of the token.* muted .*Bo.* for 10 minutes/)).toBeVisible();
  const told = bo.page.getByText(/A moderator has muted you until .+Mind your language\./);
  await expect(told).toBeVisible();
  await expect(bo.page.getByText(/muted .*Bo/)).toHaveCount(0);
  await bo.page.reload();
  await expect(told).toBeVisible();
  await expect(bo.text).toBeHidden();
  await expect(cy.page.getByText(/muted/)).toHaveCount(0);

  await page.reload();
  await page.getByRole("button", { name: "Room settings" }).click();
  const line = page.getByRole("listitem").filter({ hasText: "Muted until" });
  await expect(line).toHaveText(/Bo.*Mind your language\./s);
  await line.getByRole("button", { name: "Unmute" }).click();
  await expect(page.getByText("Nobody is muted or banned.")).toBeVisible();
  await expect(bo.text).toBeVisible();
});

test("who is kicked is told why, and may come back", async ({ comeTo, page, relay, visit }) => {
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("spam", "Bo");
  const mod = await moderator(relay, visit, page, name);
  await about(mod, "spam", "Bo");
  await page.getByLabel("Reason").fill("Read the rules.");
  await page.getByRole("button", { name: "Remove from the room" }).click();
  await expect(bo.page.getByText("A moderator took you out of this room.")).toBeVisible();
  await expect(bo.page.getByText("Read the rules.", { exact: true })).toBeVisible();
  await bo.page.getByRole("button", { name: "Come back in" }).click();
  await expect(bo.messages).toHaveCount(1);
});

test("who is banned is told why and until when, also after a reload, until the ban is taken back", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("spam", "Bo");
  const mod = await moderator(relay, visit, page, name);
  await about(mod, "spam", "Bo");
  await page.getByLabel("Reason").fill("No advertising.");
  await page.getByLabel("For how long").selectOption("1 day");
  await page.getByRole("button", { name: "Ban", exact: true }).click();
  const told = bo.page.getByText(/You can come back in (1 day|24 hours)\./);
  await expect(told).toBeVisible();
  await expect(bo.page.getByText("No advertising.", { exact: true })).toBeVisible();
  await expect(bo.page.getByText(/mod of the token/)).toHaveCount(0);
  await expect(bo.messages).toHaveCount(0);
  await bo.page.reload();
  await expect(bo.page.getByText("A moderator has closed this room to you.")).toBeVisible();
  await expect(told).toBeVisible();
  await expect(bo.page.getByRole("button", { name: "Come back in" })).toHaveCount(0);

  await about(mod, "spam", "Bo");
  await expect(page.getByRole("dialog")).toContainText(/Banned until .*No advertising\./s);
  await page.getByRole("button", { name: "Unban" }).click();
  await expect(page.getByRole("button", { name: "Unban" })).toHaveCount(0);
  await bo.page.reload();
  await expect(bo.messages).toHaveCount(1);
});

test("a room is named, slowed down and locked, and everybody is told", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("one", "Bo");
  await moderator(relay, visit, page, name);
  const settings = page.getByRole("button", { name: "Room settings" });
  await settings.click();
  await page.getByLabel("Title").fill("Tea at five");
  await page.getByLabel("Slow mode").selectOption("5 minutes");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(settings).toBeFocused();
  await expect(bo.page.getByRole("heading", { name: "Tea at five" })).toBeVisible();
  await expect(bo.page.getByText(/named the room .*Tea at five/)).toBeVisible();
  await expect(bo.page.getByText(/turned on slow mode: 5 minutes/)).toBeVisible();
  await expect(bo.page.getByText(/Slow mode: your next message can go in/)).toBeVisible();

  await settings.click();
  await expect(page.getByLabel("Title")).toHaveValue("Tea at five");
  await expect(page.getByLabel("Slow mode")).toHaveValue("300");
  await page.getByLabel("Only moderators can write").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(bo.page.getByText("The room is closed for new messages just now.")).toBeVisible();
  await expect(bo.page.getByText(/locked the room/)).toBeVisible();
  await expect(bo.page.getByRole("heading", { name: "Tea at five" })).toBeVisible();
});

test("what fails is told where it was asked for, and nothing that was written is lost", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  await (await comeTo(name)).says("hello", "Bo");
  const mod = await moderator(relay, visit, page, name);
  await about(mod, "hello", "Bo");
  await page.getByLabel("Reason").fill("Too loud.");
  await page.evaluate(() => {
    const room = document.querySelector("chat-room")?.roomHandle as Room;
    Object.assign(room, { moderate: () => Promise.reject(new Error("no")) });
  });
  await page.getByRole("button", { name: "Mute", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("The change could not be saved.");
  await expect(page.getByLabel("Reason")).toHaveValue("Too loud.");
});

test("a message that a moderator deletes says so, and tells its author why", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("buy lamps", "Bo");
  const cy = await comeTo(name);
  await moderator(relay, visit, page, name);
  await page.evaluate(async () => {
    const room = document.querySelector("chat-room")?.roomHandle as Room;
    await room.delete(room.view().messages[0]?.seq ?? 0, "No advertising.");
  });
  await expect(bo.messages).toHaveText(/Deleted by a moderator.*No advertising\./s);
  await expect(cy.messages).toHaveText(/Deleted by a moderator/);
  await expect(cy.messages).not.toHaveText(/advertising/);
  await bo.page.reload();
  await expect(bo.messages).toHaveText(/Deleted by a moderator.*No advertising\./s);
});

test("who has no right to is shown nothing of all this", async ({ comeTo }) => {
  const name = freshRoom();
  await (await comeTo(name)).says("hello", "Ann");
  const bo = await comeTo(name);
  await bo.messages.hover();
  await expect(bo.page.getByRole("button", { name: "Reply" })).toBeVisible();
  await expect(bo.page.getByRole("button", { name: /Moderate|Pin|Delete|Room settings/ })).toHaveCount(0);
});

test("a pinned message stands above the conversation, and leads there however far away it is", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const name = freshRoom();
  const mod = await moderator(relay, visit, page, name);
  await mod.says("Read me first");
  await page.evaluate(async () => {
    const room = document.querySelector("chat-room")?.roomHandle as Room;
    await room.pin(room.view().messages[0]?.seq ?? 0);
    // More than the newest page holds.
    await Promise.all(Array.from({ length: 60 }, (_, at) => room.post(`message ${at}`)));
  });
  const bo = await comeTo(name);
  const bar = bo.page.getByRole("group", { name: "Pinned message" });
  await expect(bar).toContainText(/mod of the token\s+Read me first/);
  await expect(bo.messages.filter({ hasText: "Read me" })).toHaveCount(0);
  await expect(bar.getByRole("button", { name: "Unpin" })).toHaveCount(0);

  await page.evaluate(async () => {
    const room = document.querySelector("chat-room")?.roomHandle as Room;
    const first = room.view().messages[0]?.seq ?? 0;
    await room.edit(first, "Read me twice");
  });
  await expect(bar).toContainText("Read me twice");
  await bar.getByRole("button", { name: /Read me twice/ }).click();
  const original = bo.messages.filter({ hasText: "Read me twice" });
  await expect(original).toBeInViewport();
  await expect(original).toBeFocused();
});

test("several pins take turns, and follow what becomes of them", async ({ comeTo, page, relay, visit }) => {
  const name = freshRoom();
  const mod = await moderator(relay, visit, page, name);
  for (const text of ["one", "two", "three"]) {
    await mod.says(text);
    await mod.messages.filter({ hasText: text }).hover();
    await page.getByRole("button", { name: "Pin", exact: true }).click();
    await expect(page.getByRole("group", { name: "Pinned message" })).toContainText(text);
  }
  const bo = await comeTo(name);
  const bar = bo.page.getByRole("group", { name: "Pinned message" });
  const next = bar.getByRole("button", { name: /Next pinned message/ });
  await expect(bar).toContainText("three");
  await next.click();
  await expect(bar).toContainText("two");
  await next.click();
  await expect(bar).toContainText("one");
  await next.click();
  await expect(bar).toContainText("three");
  await page.getByRole("group", { name: "Pinned message" }).getByRole("button", { name: "Unpin" }).click();
  await expect(bar).toContainText("two");
  await page.evaluate(async () => {
    const room = document.querySelector("chat-room")?.roomHandle as Room;
    await room.delete(room.view().pins.at(-1) ?? 0);
  });
  await expect(bar).toContainText("one");
  await expect(next).toHaveCount(0);
});

test("in a bubble, Escape closes what is open inside first", async ({ comeTo, page, relay, visit }) => {
  const name = freshRoom();
  await (await comeTo(name)).says("hello", "Bo");
  const token = await mint(relay, "mod", `${name}=moderator`);
  await visit(page, `<chat-room room="${name}" token="${token}" layout="bubble"></chat-room>`);
  await page.getByRole("button", { name: "Open the chat" }).click();
  const panel = page.getByRole("dialog", { name: /Chat/ });
  await page.getByRole("button", { name: "2 people here" }).click();
  await page.getByRole("dialog", { name: "People" }).getByRole("button", { name: "Bo" }).click();
  await expect(page.getByRole("dialog", { name: "Bo" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Bo" })).toBeHidden();
  await expect(page.getByRole("dialog", { name: "People" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "People" })).toBeHidden();
  await expect(panel).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
});
