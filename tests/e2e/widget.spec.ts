import type { ChatRoom } from "@natter/widget";
import type { Page } from "@playwright/test";
import { expect, freshRoom, strictPolicy, test } from "./room-page.ts";

/** Everything the page says to its owner. */
function listen(page: Page): string[] {
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  return said;
}

function room(name = freshRoom(), attributes = ""): string {
  return `<chat-room room="${name}" ${attributes}></chat-room>`;
}

test("two strangers with one tag talk in one room", async ({ comeTo }) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  const bo = await comeTo(name);

  await ann.says("Hello from Ann", "Ann");
  await expect(bo.page.getByRole("article", { name: /^Ann Hello from Ann/ })).toBeVisible();
  await bo.says("Hello from Bo", "Bo");
  await expect(ann.page.getByRole("article", { name: /^Bo Hello from Bo/ })).toBeVisible();

  await ann.says("again");
  await expect(bo.page.getByRole("article", { name: /^Ann again/ })).toBeVisible();
  await expect(bo.messages).toHaveCount(3);
  await expect(ann.messages).toHaveCount(3);
});

test("a new message is spoken once, by name and text, from the light DOM", async ({ comeTo }) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("before Bo came", "Ann");
  const bo = await comeTo(name);
  await expect(bo.messages).toHaveCount(1);
  const announcer = bo.page.locator("body > [role=status][aria-live=polite]");
  await expect(announcer).toHaveText("");

  await ann.says("now");
  await expect(announcer).toHaveText("Ann: now");
  await ann.page.evaluate(() => {
    for (const text of ["one", "two", "three"]) document.querySelector("chat-room")?.send(text);
  });
  await expect(announcer).toHaveText("3 new messages");
});

test("works and reports nothing under a strict Content-Security-Policy with Trusted Types", async ({
  page,
  relay,
  visit,
}) => {
  const said = listen(page);
  const headers = { "content-security-policy": strictPolicy(relay.url) };
  const ann = await visit(page, room(), { headers });
  await ann.says("under the strictest rules", "Ann");
  await expect(ann.messages).toHaveText(/under the strictest rules/);
  await page.getByRole("button", { name: "1 person here" }).click();
  await expect(page.getByRole("dialog", { name: "People" })).toBeVisible();
  expect(said).toEqual([]);
});

test("Shift+Enter breaks the line and the box grows to six lines, not more", async ({ page, visit }) => {
  const ann = await visit(page, room());
  await ann.text.click();
  const heights: number[] = [];
  for (let line = 1; line <= 9; line++) {
    await page.keyboard.type(`line ${line}`);
    heights.push((await ann.text.boundingBox())?.height ?? 0);
    await page.keyboard.press("Shift+Enter");
  }
  await expect(ann.text).toHaveValue(/^line 1\nline 2\n/);
  expect(heights[5]).toBeGreaterThan((heights[0] ?? 0) * 3);
  expect(heights[8]).toBe(heights[6]);
});

test("text stays text", async ({ page, visit }) => {
  const evil = `<img src=x onerror="window.hit=1"><script>window.hit=1</script><b>bold</b>`;
  const ann = await visit(page, room());
  await ann.says(evil, "<i>Ann</i>");
  await expect(ann.messages.last()).toContainText(evil);
  await expect(page.locator("chat-room img, chat-room b, chat-room script")).toHaveCount(0);
  expect(await page.evaluate(() => "hit" in window)).toBe(false);
});

test("who reads further up is not moved, and is told how much is new", async ({ comeTo, page, visit }) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("message 1 ", "Ann");
  await ann.page.evaluate(async () => {
    const handle = document.querySelector("chat-room")?.roomHandle;
    for (let n = 2; n <= 25; n++) await handle?.post(`message ${n} `);
  });
  const bo = await visit(page, room(name));
  const fifth = page.getByRole("article", { name: /message 5 / });
  await expect(page.getByRole("article", { name: /message 25 / })).toBeInViewport();
  await bo.log.hover();
  await page.mouse.wheel(0, -900);
  await expect(fifth).toBeInViewport();
  const before = await fifth.boundingBox();

  await ann.says("news 1");
  await ann.says("news 2");
  const pill = page.getByRole("button", { name: /2 new messages/ });
  await expect(pill).toBeVisible();
  expect(await fifth.boundingBox()).toEqual(before);

  await pill.click();
  await expect(page.getByRole("article", { name: /news 2/ })).toBeInViewport();
  await expect(pill).toBeHidden();
});

test("older pages come in above, and new messages below, without moving what is read", async ({
  comeTo,
  page,
  visit,
}) => {
  test.setTimeout(90_000);
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("message 0 ", "Ann");
  await ann.page.evaluate(async () => {
    const handle = document.querySelector("chat-room")?.roomHandle;
    const text = (n: number): string => `message ${n} ${"words ".repeat((n * 7) % 40)}`;
    for (let n = 1; n < 320; n++) await handle?.post(text(n));
  });
  const bo = await visit(page, room(name));
  await expect(page.getByRole("article", { name: /message 319 / })).toBeInViewport();
  await ann.page.evaluate(() => setInterval(() => document.querySelector("chat-room")?.send("more"), 400));

  await bo.log.hover();
  // In each frame: how far the first message seen moved, against how far the wheel asked for.
  const jumps = await page.evaluate(async () => {
    const list = document.querySelector("chat-room")?.shadowRoot?.querySelector("chat-messages")?.shadowRoot;
    const log = list?.querySelector<HTMLElement>("[role=log]");
    if (!list || !log) throw new Error("There is no list.");
    const seen = (): HTMLElement | undefined =>
      [...list.querySelectorAll<HTMLElement>("[part~=bubble]")].find(
        (bubble) => bubble.getBoundingClientRect().top > log.getBoundingClientRect().top,
      );
    const moved: number[] = [];
    for (let turn = 0; turn < 700; turn++) {
      const bubble = seen();
      const before = bubble?.getBoundingClientRect().top ?? 0;
      if (log.scrollTop === 0 && list.textContent.includes("conversation begins")) break;
      log.scrollTop -= 90;
      const asked = Math.round((bubble?.getBoundingClientRect().top ?? 0) - before);
      await new Promise((done) => setTimeout(done, 40));
      const after = bubble?.isConnected ? bubble.getBoundingClientRect().top : before + asked;
      moved.push(Math.round(after - before - asked));
    }
    return moved;
  });
  expect(jumps.filter((jump) => Math.abs(jump) > 1)).toEqual([]);
  expect(await bo.messages.count()).toBeLessThan(100);
  await expect(bo.messages.first()).toContainText("message 0 ");
});

test("a place in the middle survives a move in the page, and a bubble that is closed and opened again", async ({
  comeTo,
  page,
  visit,
}) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("message 1 ", "Ann");
  await ann.page.evaluate(async () => {
    const handle = document.querySelector("chat-room")?.roomHandle;
    for (let n = 2; n <= 40; n++) await handle?.post(`message ${n} `);
  });
  const bo = await visit(page, `<main>${room(name, 'layout="bubble" open')}</main><aside></aside>`);
  const last = page.getByRole("article", { name: /message 40 / });
  const middle = page.getByRole("article", { name: /message 20 / });
  await expect(last).toBeInViewport();
  const move = () =>
    page.evaluate(() => {
      const room = document.querySelector("chat-room");
      if (room) document.querySelector("aside")?.append(room);
    });
  await move();
  await expect(last).toBeInViewport();

  await middle.scrollIntoViewIfNeeded();
  await bo.log.hover();
  await page.mouse.wheel(0, -10);
  await page.waitForTimeout(200);
  const before = await middle.boundingBox();
  await page.evaluate(() => document.querySelector("chat-room")?.close());
  await expect(last).toBeHidden();
  await ann.says("meanwhile");
  await page.getByRole("button", { name: /Open the chat/ }).click();
  await expect.poll(() => middle.boundingBox()).toEqual(before);
  await move();
  await expect.poll(() => middle.boundingBox()).toEqual(before);
});

test("a lost line is told of, and what was written meanwhile is sent when it is back", async ({
  comeTo,
  relay,
}) => {
  const ann = await comeTo(freshRoom());
  await ann.says("with a line", "Ann");
  await expect(ann.page.getByText("Sending…")).toBeHidden();
  await relay.stop("SIGKILL");
  await expect(ann.page.getByText(/No connection|Reconnecting/)).toBeVisible();
  await ann.says("without a line");
  const waits = ann.page.getByText("Will be sent when the connection is back");
  await expect(waits).toBeVisible();
  await relay.restart();
  await expect(waits).toBeHidden({ timeout: 25_000 });
  await expect(ann.messages.filter({ hasText: "without a line" })).toHaveCount(1);
  await expect(ann.page.getByText(/No connection/)).toBeHidden();
});

test("a message is answered, reacted to, edited and deleted, and everybody sees it", async ({ comeTo }) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  const bo = await comeTo(name);
  await ann.says("Where do we meet?", "Ann");

  const asked = bo.page.getByRole("article", { name: /Where do we meet/ });
  await asked.hover();
  await asked.getByRole("button", { name: "React" }).click();
  await asked.getByRole("button", { name: "🎉" }).click();
  await expect(asked.getByRole("button", { name: "🎉 1 person" })).toHaveAttribute("aria-pressed", "true");
  const own = ann.page.getByRole("article", { name: /Where do we meet/ });
  await own.getByRole("button", { name: "🎉 1 person" }).click();
  await expect(asked.getByRole("button", { name: "🎉 2 people" })).toBeVisible();

  await asked.hover();
  await asked.getByRole("button", { name: "Reply" }).click();
  await expect(bo.text).toBeFocused();
  await expect(bo.page.getByText("Replying to Ann")).toBeVisible();
  await bo.says("At the jetty.", "Bo");
  await expect(bo.page.getByText("Replying to Ann")).toBeHidden();
  const answer = ann.page.getByRole("article", { name: /At the jetty/ });
  await expect(answer.getByRole("button", { name: /Ann Where do we meet/ })).toBeVisible();

  await bo.text.press("ArrowUp");
  await expect(bo.text).toHaveValue("At the jetty.");
  await bo.text.fill("At the *old* jetty.");
  await bo.text.press("Enter");
  await expect(ann.page.getByRole("article", { name: /At the old jetty\. edited/ })).toBeVisible();

  await own.hover();
  await own.getByRole("button", { name: "Delete" }).click();
  await own.getByRole("button", { name: "Keep it" }).click();
  await own.getByRole("button", { name: "Delete" }).click();
  await own.getByRole("group").getByRole("button", { name: "Delete" }).click();
  await expect(bo.page.getByRole("article", { name: /Ann Message deleted/ })).toBeVisible();
  await expect(bo.page.getByText("Where do we meet?")).toHaveCount(0, { timeout: 9000 });
});

test("the time of a message inside a group is shown when it is looked at, whole and beside its text", async ({
  comeTo,
}) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  const bo = await comeTo(name);
  await ann.says("one", "Ann");
  await ann.says(`two, ${"and as wide as can be, ".repeat(8)}`);
  for (const { messages } of [ann, bo]) {
    const two = messages.filter({ hasText: "two" });
    await two.hover();
    const time = two.locator("time");
    await expect(time).toHaveCSS("opacity", "1");
    const [shown, bubble] = [await time.boundingBox(), await two.locator("[part~=bubble]").boundingBox()];
    expect((shown?.x ?? 0) + (shown?.width ?? 0)).toBeLessThanOrEqual(bubble?.x ?? 0);
    expect(await time.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  }
});

test("the keyboard goes through messages one by one and into what can be done with each", async ({
  page,
  visit,
}) => {
  const ann = await visit(page, room());
  for (const text of ["one", "two", "three"]) await ann.says(text, "Ann");
  await ann.text.focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  const focused = (name: RegExp) => expect(page.getByRole("article", { name })).toBeFocused();
  await page.getByRole("article", { name: /three/ }).focus();
  await focused(/three/);
  await page.keyboard.press("ArrowUp");
  await focused(/two/);
  await page.keyboard.press("Home");
  await focused(/one/);
  await page.keyboard.press("ArrowUp");
  await focused(/one/);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "React" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "👍" }).press("Enter");
  await expect(page.getByRole("button", { name: "👍 1 person" })).toBeVisible();
});

test("a page may change a message before it is sent, or keep it", async ({ page, visit }) => {
  const ann = await visit(page, room());
  await page.evaluate(() => {
    document.querySelector<ChatRoom>("chat-room")?.addEventListener("chat-before-send", (event) => {
      if (event.text.includes("secret")) event.preventDefault();
      else event.text = event.text.toUpperCase();
    });
  });
  await ann.says("loud", "Ann");
  await expect(ann.messages.last()).toContainText("LOUD");
  await ann.text.fill("a secret");
  await ann.text.press("Enter");
  await expect(ann.text).toHaveValue("a secret");
  await expect(ann.messages).toHaveCount(1);
});

test("a script alone makes a room, and loading it twice does no harm", async ({ page, relay, visit }) => {
  const said = listen(page);
  const src = `${relay.url}/chat-room.js`;
  const ann = await visit(
    page,
    `<main><script type="module" src="${src}" data-room="${freshRoom()}" data-theme="dark"></script></main>
     <script type="module" src="${src}?again"></script>`,
  );
  await expect(page.locator("main > chat-room")).toHaveCount(1);
  await expect(page.locator("chat-room")).toHaveAttribute("theme", "dark");
  await ann.says("hello", "Ann");
  await expect(ann.messages).toHaveCount(1);
  expect(said).toEqual([]);
});

test("what a page sets before the script has come is honoured", async ({ page, relay, visit }) => {
  await visit(page, "<chat-room></chat-room>", { script: false });
  await page.evaluate(
    ({ room, relay }) => {
      const element = document.querySelector("chat-room");
      if (element) Object.assign(element, { room, relay, placeholder: "Early words" });
    },
    { room: freshRoom(), relay: relay.url },
  );
  await page.addScriptTag({ type: "module", url: `${relay.url}/chat-room.js` });
  await expect(page.getByPlaceholder("Early words")).toBeVisible();
});

test("a room that is moved in the page keeps its line and its words", async ({ page, visit }) => {
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const ann = await visit(page, `<main>${room()}</main><aside></aside>`);
  await ann.says("before the move", "Ann");
  await ann.text.fill("a draft");
  await page.evaluate(() => {
    const room = document.querySelector("chat-room");
    if (room) document.querySelector("aside")?.append(room);
  });
  await expect(ann.messages).toHaveText(/before the move/);
  await expect(ann.text).toHaveValue("a draft");
  await ann.text.press("Enter");
  await expect(ann.messages).toHaveCount(2);
  expect(sockets).toHaveLength(1);
});

test.describe("a bubble", () => {
  const bubble = (name = freshRoom()): string => room(name, 'layout="bubble"');

  test("takes the focus in, gives it back, and closes with Escape", async ({ page, visit }) => {
    const ann = await visit(page, `<button id="ask">Ask</button>${bubble()}`);
    await page.evaluate(() => {
      const ask = document.querySelector("#ask");
      ask?.addEventListener("click", () => document.querySelector("chat-room")?.open());
    });
    const launcher = page.getByRole("button", { name: "Open the chat" });
    const panel = page.getByRole("dialog", { name: /^Chat: / });
    await expect(panel).toBeHidden();
    await launcher.click();
    await expect(panel).toBeVisible();
    await expect(ann.text).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(panel).toBeHidden();
    await expect(launcher).toBeFocused();

    await page.getByRole("button", { name: "Ask" }).click();
    await expect(ann.text).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Ask" })).toBeFocused();
  });

  test("counts what is unread, and is silent while closed", async ({ comeTo, page, visit }) => {
    const name = freshRoom();
    const ann = await comeTo(name);
    const bo = await visit(page, bubble(name));
    await page.waitForFunction(() => document.querySelector("chat-room")?.matches(":state(live)"));
    await ann.says("psst", "Ann");
    await ann.says("hello?");
    await expect(page.getByRole("button", { name: "Open the chat. 2 new messages" })).toBeVisible();
    // Longer than announcements are gathered for. Asked once: what is spoken is forgotten after a while.
    await page.waitForTimeout(2000);
    expect(await page.locator("#natter-announcer").textContent()).toBe("");
    await page.getByRole("button", { name: /Open the chat/ }).click();
    await expect(bo.messages).toHaveCount(2);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Open the chat", exact: true })).toBeVisible();
  });

  test("fills a phone's window and stays open on the next page", async ({ browser, visit }) => {
    const phone = { viewport: { width: 360, height: 640 }, hasTouch: true };
    const page = await (await browser.newContext(phone)).newPage();
    await visit(page, bubble());
    await page.getByRole("button", { name: "Open the chat" }).tap();
    const panel = page.getByRole("dialog", { name: /^Chat: / });
    await expect.poll(() => panel.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 640 });
    await page.reload();
    await expect(panel).toBeVisible();
    await panel.getByRole("button", { name: "Close the chat" }).tap();
    await expect(panel).toBeHidden();
  });
});
