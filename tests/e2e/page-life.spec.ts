import type { Page } from "@playwright/test";
import { expect, freshRoom, test, type Visitor } from "./room-page.ts";

/** Fills a room with `message 1 ` to `message <count> `. */
async function fill({ page }: Visitor, count: number): Promise<void> {
  await page.evaluate(async (count) => {
    const handle = document.querySelector("chat-room")?.roomHandle;
    for (let n = 1; n < count; n++) void handle?.post(`message ${n} `);
    await handle?.post(`message ${count} `);
  }, count);
}

/** Scrolls up until a message is in view; says where it stands, in px. */
async function readAt({ page, log }: Visitor, n: number): Promise<number> {
  const message = page.getByRole("article", { name: `message ${n} ` });
  await log.hover();
  await expect(async () => {
    if (!(await message.isVisible()) || !(await isInView(page, n))) await page.mouse.wheel(0, -350);
    await page.waitForTimeout(150);
    expect(await isInView(page, n)).toBe(true);
  }).toPass();
  await page.waitForTimeout(200);
  return topOf(page, n);
}

async function topOf(page: Page, n: number): Promise<number> {
  const bubble = page.getByRole("article", { name: `message ${n} ` }).locator("[part~=bubble]");
  return Math.round((await bubble.boundingBox())?.y ?? Number.NaN);
}

async function isInView(page: Page, n: number): Promise<boolean> {
  return page.getByRole("log").evaluate((log, n) => {
    const { top, bottom } = log.getBoundingClientRect();
    const box = [...log.querySelectorAll("article")]
      .find((one) => one.textContent.includes(`message ${n} `))
      ?.getBoundingClientRect();
    return box !== undefined && box.top > top + 10 && box.bottom < bottom;
  }, n);
}

test("a reload finds the place that was read, the draft, and what is not sent yet", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  test.setTimeout(60_000);
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("hello", "Ann");
  await fill(ann, 140);
  const bo = await visit(page, `<chat-room room="${name}"></chat-room>`);
  await expect(page.getByRole("article", { name: "message 140 " })).toBeInViewport();
  const before = await readAt(bo, 40);
  await bo.text.fill("half a thou");

  await page.reload();
  await expect.poll(() => topOf(page, 40)).toBe(before);
  await expect(bo.text).toHaveValue("half a thou");
  // It stays there: nothing takes the reader to the end afterwards, and news is counted.
  await ann.says("meanwhile");
  await expect(page.getByRole("button", { name: /1 new message/ })).toBeVisible();
  expect(await topOf(page, 40)).toBe(before);

  // From the end a reload leads to the end.
  await page.getByRole("button", { name: /1 new message/ }).click();
  await expect(page.getByRole("article", { name: "meanwhile" })).toBeInViewport();
  await page.waitForTimeout(200);
  await relay.stop("SIGKILL");
  await expect(page.getByText(/No connection|Reconnecting/)).toBeVisible();
  await bo.text.fill("written without a line");
  await bo.text.press("Enter");
  await page.getByRole("textbox", { name: "What should people call you?" }).press("Enter");
  await expect(page.getByText("Will be sent when the connection is back")).toBeVisible();
  await relay.restart();
  await page.reload();
  const sent = page.getByRole("article", { name: "written without a line" });
  await expect(sent).toBeInViewport();
  await expect(page.getByText("Will be sent when the connection is back")).toBeHidden({ timeout: 20_000 });
  await expect(sent).toHaveCount(1);
});

test("a site that swaps its body without a reload keeps place, draft and line", async ({
  comeTo,
  page,
  visit,
}) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("hello", "Ann");
  await fill(ann, 60);
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const bo = await visit(page, `<main><chat-room room="${name}"></chat-room></main>`);
  await expect(page.getByRole("article", { name: "message 60 " })).toBeInViewport();
  const before = await readAt(bo, 30);
  await bo.text.fill("half a thou");

  await page.evaluate((name) => {
    const body = document.createElement("body");
    body.append(document.createElement("main"));
    const room = document.createElement("chat-room");
    room.setAttribute("room", name);
    body.firstElementChild?.append(room);
    document.body.replaceWith(body);
  }, name);
  await expect.poll(() => topOf(page, 30)).toBe(before);
  await expect(bo.text).toHaveValue("half a thou");
  await ann.says("still there?");
  await expect(page.getByRole("button", { name: /1 new message/ })).toBeVisible();
  // What is said aloud went with the old body, and is there again.
  await expect(page.locator("body > [role=status]")).toHaveText("Ann: still there?");
  expect(sockets).toHaveLength(1);
});

test("an element that a site carries over to its next body is the one it was", async ({
  comeTo,
  page,
  visit,
}) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("hello", "Ann");
  await fill(ann, 60);
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const bo = await visit(page, `<chat-room room="${name}" layout="bubble" open></chat-room>`);
  await expect(page.getByRole("article", { name: "message 60 " })).toBeInViewport();
  const before = await readAt(bo, 30);
  await bo.text.fill("half a thou");

  // As Astro does with transition:persist, inside a view transition where the browser has them.
  await page.evaluate(async () => {
    const swap = (): void => {
      const room = document.querySelector("chat-room");
      const body = document.createElement("body");
      if (room) body.append(room);
      document.body.replaceWith(body);
    };
    if ("startViewTransition" in document) await document.startViewTransition(swap).finished;
    else swap();
  });
  await expect(page.getByRole("dialog", { name: /^Chat: / })).toBeVisible();
  await expect.poll(() => topOf(page, 30)).toBe(before);
  await expect(bo.text).toHaveValue("half a thou");
  await page.keyboard.press("Escape");
  expect(sockets).toHaveLength(1);
});

test("moveBefore moves a room with all that is in it: place, draft, focus, open panel", async ({
  comeTo,
  page,
  visit,
}) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("hello", "Ann");
  await fill(ann, 60);
  const bo = await visit(
    page,
    `<main><chat-room room="${name}" layout="bubble" open></chat-room></main><aside lang="de"></aside>`,
  );
  test.skip(!(await page.evaluate(() => "moveBefore" in document.body)), "This browser has no moveBefore.");
  await expect(page.getByRole("article", { name: "message 60 " })).toBeInViewport();
  await page.evaluate(() => {
    let ready = 0;
    document.addEventListener("chat-ready", () => ready++);
    Object.assign(window, { ready: () => ready });
  });
  const before = await readAt(bo, 30);
  await bo.text.fill("half a thou");
  await bo.text.focus();
  await page.evaluate(() => {
    const room = document.querySelector("chat-room");
    const aside = document.querySelector("aside") as Element & { moveBefore(node: Node, child: null): void };
    if (room) aside.moveBefore(room, null);
  });
  await expect(page.locator("aside > chat-room")).toHaveCount(1);
  expect(await topOf(page, 30)).toBe(before);
  await page.keyboard.type("ght");
  await expect(page.getByRole("textbox")).toHaveValue("half a thought");
  await expect(page.getByRole("dialog")).toBeVisible();
  // Its parts were told: a new surrounding may speak another language.
  expect(await page.evaluate(() => (window as unknown as { ready(): number }).ready())).toBe(0);
  await page.waitForTimeout(300);
  expect(await topOf(page, 30)).toBe(before);
});

test.describe("a bubble on a phone", () => {
  test.use({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });

  test("fits into what the keyboard leaves, does not make the browser zoom, and keeps the page still", async ({
    comeTo,
    page,
    visit,
  }) => {
    const name = freshRoom();
    const ann = await comeTo(name);
    await ann.says("hello", "Ann");
    await fill(ann, 30);
    const bo = await visit(
      page,
      `<meta name="viewport" content="width=device-width"><p style="height: 3000px">A long page</p>
       <chat-room room="${name}" layout="bubble"></chat-room>`,
    );
    await page.getByRole("button", { name: /Open the chat/ }).tap();
    const last = page.getByRole("article", { name: "message 30 " });
    await expect(last).toBeInViewport();
    const size = (): Promise<number> =>
      bo.text.evaluate((box) => Number.parseFloat(getComputedStyle(box).fontSize));
    expect(await size()).toBeGreaterThanOrEqual(16);

    // What a keyboard does to a window: the layout stays, and less of it is seen.
    await page.evaluate(() => {
      const seen = visualViewport as VisualViewport;
      Object.defineProperty(seen, "height", { configurable: true, get: () => 340 });
      seen.dispatchEvent(new Event("resize"));
    });
    const panel = page.getByRole("dialog", { name: /^Chat: / });
    await expect.poll(() => panel.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 340 });
    await expect(last).toBeInViewport();
    const input = await bo.text.boundingBox();
    expect((input?.y ?? 999) + (input?.height ?? 0)).toBeLessThanOrEqual(340);

    // A finger that drags over the bar at the top moves nothing behind it.
    const cdp = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", y: number) =>
      cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: 120, y }] });
    await touch("touchStart", 30);
    for (const y of [10, 5, 2]) await touch("touchMove", y);
    await touch("touchEnd", 2);
    await touch("touchStart", 300);
    for (let y = 290; y > 40; y -= 25) await touch("touchMove", y);
    await touch("touchEnd", 40);
    await page.waitForTimeout(200);
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });
});
