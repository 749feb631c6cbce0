import type { Page } from "@playwright/test";
import { moveByHand, offsetOf } from "./hand-moved-room.ts";
import { expect, freshRoom, test } from "./room-page.ts";
import { hear } from "./screen.ts";

const ROOM = `<chat-room room="by-hand"></chat-room>`;

/** Scrolls as the wheel does. */
async function wheel(page: Page, y: number): Promise<void> {
  await page.getByRole("log").hover();
  await page.mouse.wheel(0, y);
  // A wheel is answered in steps, over a few frames.
  await page.waitForTimeout(300);
  // Where nothing is pointed at, nothing is drawn because of it.
  await page.mouse.move(0, 0);
}

/** Styles the page's room, of which nobody tells the list: heights change as when a picture or a font comes late. */
async function lateStyle(page: Page, css: string): Promise<void> {
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }, css);
}

/** The first message that begins in view, to the pixel that a box can be scrolled to. */
async function messageInView(page: Page): Promise<number> {
  return page.getByRole("log").evaluate((log) => {
    const { top } = log.getBoundingClientRect();
    const article = [...log.querySelectorAll("article")].find(
      (one) => (one.querySelector("[part~=bubble]") ?? one).getBoundingClientRect().top > top - 1,
    );
    return Number(/message (\d+) /.exec(article?.textContent ?? "")?.[1]);
  });
}

for (const [how, count] of [
  ["whole", 90],
  ["in part", 600],
] as const) {
  test(`what is read stays where it is while all around it changes, in a list that is drawn ${how}`, async ({
    page,
    visit,
  }) => {
    test.setTimeout(90_000);
    const errors: unknown[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await visit(page, ROOM);
    await moveByHand(page, 1001, 1000 + count);
    await wheel(page, -1500);
    const read = await messageInView(page);
    const before = await offsetOf(page, read);
    expect(before).toBeGreaterThan(-1);
    const moved: Record<string, number> = {};
    const change = async (what: string, run: (read: number) => void): Promise<void> => {
      await page.evaluate(run, read);
      moved[what] = (await offsetOf(page, read)) - before;
    };

    for (const round of [1, 2, 3]) {
      await change(`a page came above, ${round}`, () => {
        const { handMoved } = window;
        const first = handMoved.view().messages[0]?.seq ?? 0;
        const page = Array.from({ length: 50 }, (_, at) => handMoved.message(first - 50 + at));
        handMoved.show({ messages: [...page, ...handMoved.view().messages] });
      });
      await change(`a page above and news below at once, ${round}`, () => {
        const { handMoved } = window;
        const { messages } = handMoved.view();
        const [first, last] = [messages[0]?.seq ?? 0, messages.at(-1)?.seq ?? 0];
        const page = Array.from({ length: 50 }, (_, at) => handMoved.message(first - 50 + at));
        const news = [1, 2, 3].map((n) => handMoved.message(last + n));
        handMoved.show({ messages: [...page, ...messages, ...news] });
      });
      await change(`news and then a page, in one frame, ${round}`, () => {
        const { handMoved } = window;
        const last = handMoved.view().messages.at(-1)?.seq ?? 0;
        handMoved.show({ messages: [...handMoved.view().messages, handMoved.message(last + 1)] });
        const first = handMoved.view().messages[0]?.seq ?? 0;
        handMoved.show({ messages: [handMoved.message(first - 1), ...handMoved.view().messages] });
      });
    }
    await change("an edit above grew", (n) =>
      window.handMoved.edit(n - 1, `message ${n - 1} ${"more ".repeat(300)}`),
    );
    await change("an edit above shrank", (n) => window.handMoved.edit(n - 1, `message ${n - 1} `));
    await change("a reaction above", (n) => window.handMoved.react(n - 1, "🎉", { id: "cy", name: "Cy" }));
    await lateStyle(page, "chat-room::part(text) { line-height: 2.2 }");
    await change("texts got higher, late", () => {});
    await lateStyle(page, "");
    await change("and lower", () => {});
    await change("another font came", () => {
      document.querySelector("chat-room")?.style.setProperty("--chat-font", "monospace");
    });
    await change("the page's text grew", () => {
      document.querySelector("chat-room")?.style.setProperty("--chat-font-size", "19px");
    });
    await change("the box got narrow", () => {
      document.querySelector("chat-room")?.style.setProperty("width", "330px");
    });
    await change("a keyboard took half of the height", () => {
      document.querySelector("chat-room")?.style.setProperty("--chat-height", "260px");
    });
    await change("and gave it back", () => {
      document.querySelector("chat-room")?.style.removeProperty("--chat-height");
    });
    for (const [what, px] of Object.entries(moved)) expect(Math.abs(px), what).toBeLessThanOrEqual(1);
    expect(errors).toEqual([]);
  });
}

test("who reads just above the end is not taken there when what is above gets shorter", async ({
  page,
  visit,
}) => {
  await visit(page, ROOM);
  await moveByHand(page, 1, 60);
  await page.evaluate(() => {
    const { messages } = window.handMoved.view();
    window.handMoved.show({ messages: messages.map((one) => ({ ...one, mine: one.seq === 40 })) });
    window.handMoved.edit(40, `message 40 ${"long ".repeat(900)}`);
  });
  await lateStyle(page, "chat-room::part(own-bubble) { padding-block-end: 1500px }");
  await page.waitForTimeout(100);
  await wheel(page, 5000);
  await wheel(page, -90);
  const read = await messageInView(page);
  const before = await offsetOf(page, read);
  await lateStyle(page, "");
  expect(Math.abs((await offsetOf(page, read)) - before)).toBeLessThanOrEqual(1);
  await page.evaluate(() => window.handMoved.edit(40, "message 40 "));
  expect(Math.abs((await offsetOf(page, read)) - before)).toBeLessThanOrEqual(1);
  await page.evaluate(() => {
    const { messages } = window.handMoved.view();
    window.handMoved.show({ messages: [...messages, window.handMoved.message(61)] });
  });
  expect(Math.abs((await offsetOf(page, read)) - before)).toBeLessThanOrEqual(1);
});

test("the end is followed, also when something in it grows late", async ({ page, visit }) => {
  await visit(page, ROOM);
  await moveByHand(page, 1, 60);
  const left = () =>
    page.getByRole("log").evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
  await expect.poll(left).toBeLessThanOrEqual(1);
  await lateStyle(page, "chat-room::part(text) { line-height: 2.5 }");
  await expect.poll(left).toBeLessThanOrEqual(1);
  await page.evaluate(() => window.handMoved.react(60, "🎉", { id: "cy", name: "Cy" }));
  await expect.poll(left).toBeLessThanOrEqual(1);
  await page.evaluate(() =>
    document.querySelector("chat-room")?.style.setProperty("--chat-font-size", "21px"),
  );
  await expect.poll(left).toBeLessThanOrEqual(1);
  await page.evaluate(() => document.querySelector("chat-room")?.style.setProperty("--chat-height", "250px"));
  await expect.poll(left).toBeLessThanOrEqual(1);
});

test("ten thousand messages are three hundred in the document at most, two hundred are all there", async ({
  page,
  visit,
}) => {
  test.setTimeout(60_000);
  const { messages, log } = await visit(page, ROOM);
  await moveByHand(page, 1, 190);
  await expect(messages).toHaveCount(190);

  await moveByHand(page, 1, 10_000);
  await expect(page.getByText("message 10000 ")).toBeInViewport();
  const most = async (): Promise<void> => {
    expect(await messages.count()).toBeLessThanOrEqual(300);
    expect(await messages.filter({ visible: true }).count()).toBeGreaterThan(3);
  };
  await most();
  for (const share of [0.5, 0.1, 0.93, 0]) {
    await log.evaluate((log, share) => (log.scrollTop = log.scrollHeight * share), share);
    await page.waitForTimeout(200);
    await most();
    // Nothing but messages is seen: what is drawn covers the view.
    const isCovered = await log.evaluate((log) => {
      const { top, bottom } = log.getBoundingClientRect();
      const boxes = [...log.querySelectorAll("li")].map((row) => row.getBoundingClientRect());
      return boxes.some((box) => box.top <= top + 60) && boxes.some((box) => box.bottom >= bottom - 30);
    });
    expect(isCovered).toBe(true);
  }
  await expect(page.getByText("message 1 ", { exact: false }).first()).toBeInViewport();

  // The smallest messages there are, in the tallest box.
  await page.evaluate(() => {
    document.querySelector("chat-room")?.style.setProperty("--chat-height", "4000px");
    const { handMoved } = window;
    const small = { text: ".", by: { id: "ann", name: "Ann" } };
    handMoved.show({ messages: handMoved.view().messages.map((one) => ({ ...one, ...small, at: 1 })) });
  });
  await page.waitForTimeout(300);
  expect(await messages.count()).toBeLessThanOrEqual(300);
});

test("scrolling through thousands shows each once, in order, and jumps nowhere", async ({ page, visit }) => {
  test.setTimeout(60_000);
  const { log } = await visit(page, ROOM);
  await moveByHand(page, 1, 3000);
  const jumps = await log.evaluate(async (log) => {
    const rows = () => [...log.querySelectorAll<HTMLElement>("article")];
    const seen = () =>
      rows().find((row) => row.getBoundingClientRect().top > log.getBoundingClientRect().top);
    const numberOf = (row: Element | undefined): number =>
      Number(/message (\d+) /.exec(row?.textContent ?? "")?.[1]);
    const found: string[] = [];
    for (let turn = 0; turn < 120; turn++) {
      const row = seen();
      const before = row?.getBoundingClientRect().top ?? 0;
      const step = turn % 5 === 4 ? 170 : -260;
      log.scrollTop += step;
      // Frame by frame: who outruns what is drawn sees nothing that could stay where it is.
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const after = row?.isConnected ? row.getBoundingClientRect().top : before - step;
      if (Math.abs(after - before + step) > 1)
        found.push(`${numberOf(row)} moved by ${after - before + step}`);
      const numbers = rows().map(numberOf);
      if (numbers.some((n, at) => at > 0 && n !== (numbers[at - 1] ?? 0) + 1)) found.push(`order at ${turn}`);
    }
    return found;
  });
  expect(jumps).toEqual([]);
});

test("the keyboard reaches the first and the last of thousands, and keeps its place when they scroll by", async ({
  page,
  visit,
}) => {
  const { log } = await visit(page, ROOM);
  await moveByHand(page, 1, 3000);
  const focused = (): Promise<string> =>
    log.evaluate((log) => (log.getRootNode() as ShadowRoot).activeElement?.textContent?.trim() ?? "");
  await page.getByRole("article", { name: /message 3000 / }).focus();
  await page.keyboard.press("Home");
  await expect.poll(focused).toContain("message 1 ");
  await page.keyboard.press("ArrowDown");
  await expect.poll(focused).toContain("message 2 ");
  for (let turn = 0; turn < 30; turn++) {
    await log.evaluate((log) => log.scrollBy(0, 300));
    await page.waitForTimeout(25);
  }
  // The message that had the focus is not drawn any more: one that is seen has it.
  const inView = await messageInView(page);
  await page.keyboard.press("ArrowDown");
  await expect.poll(focused).toMatch(/message \d+ /);
  const at = Number(/message (\d+) /.exec(await focused())?.[1]);
  expect(at).toBeGreaterThan(20);
  expect(Math.abs(at - inView)).toBeLessThan(60);
  await page.keyboard.press("End");
  await expect.poll(focused).toContain("message 3000 ");
});

test("all messages are one stop of the Tab key, with what can be pressed in the one that was gone to", async ({
  page,
  visit,
}) => {
  const { text } = await visit(page, ROOM);
  await moveByHand(page, 1, 12);
  await page.evaluate(() => {
    for (let n = 1; n <= 12; n++) {
      window.handMoved.edit(n, `message ${n} https://a.example/${n}`);
      window.handMoved.react(n, "👍", { id: "bo", name: "Bo" });
    }
  });
  await expect(page.getByRole("link")).toHaveCount(12);
  await text.focus();
  const stops: string[] = [];
  for (let turn = 0; turn < 5; turn++) {
    await page.keyboard.press("Shift+Tab");
    stops.push(
      await page.evaluate(() => {
        let active = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        return active?.closest("article")?.textContent?.match(/message (\d+) /)?.[1] ?? "elsewhere";
      }),
    );
  }
  // The last message's own controls and itself, and after it nothing more of the list.
  expect(new Set(stops.filter((stop) => stop !== "elsewhere"))).toEqual(new Set(["12"]));
  expect(stops).toContain("elsewhere");

  await page.getByRole("article", { name: /message 12 / }).focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "https://a.example/11" })).toBeFocused();
});

test("an answer leads to its original, however far back it is", async ({ comeTo, page, visit }) => {
  test.setTimeout(60_000);
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("where it began", "Ann");
  await ann.page.evaluate(async () => {
    const handle = document.querySelector("chat-room")?.roomHandle;
    const first = handle?.view().messages[0]?.seq ?? 1;
    for (let n = 1; n < 330; n++) {
      const sent = handle?.post(`between ${n}`);
      if (n % 40 === 0) await sent;
    }
    await handle?.post("and here is the answer", { reply: first });
  });
  await visit(page, `<chat-room room="${name}"></chat-room>`);
  const answer = page.getByRole("article", { name: /and here is the answer/ });
  await expect(answer).toBeInViewport();
  await answer.getByRole("button", { name: "An earlier message" }).click();
  const original = page.getByRole("article", { name: /where it began/ });
  await expect(original).toBeInViewport();
  await expect(original).toBeFocused();
  await page.waitForTimeout(300);
  await expect(original).toBeInViewport();
});

test("an original that cannot be had is said to be so, to eyes and ears", async ({ page, visit }) => {
  await visit(page, ROOM);
  await moveByHand(page, 501, 540);
  await page.evaluate(() => {
    const { handMoved } = window;
    handMoved.pages = [undefined, undefined];
    const answer = handMoved.message(541, { reply: 3 });
    handMoved.show({ atBeginning: false, messages: [...handMoved.view().messages, answer] });
  });
  const heard = await hear(page);
  const quote = page
    .getByRole("article", { name: /message 541/ })
    .getByRole("button", { name: /message/ })
    .first();
  await expect(quote).toHaveText("An earlier message");
  await quote.click();
  await expect(quote).toHaveText("This message cannot be shown.");
  expect(await heard()).toEqual(["This message cannot be shown."]);
});

test("who reacted is told, as far as it was seen", async ({ page, visit }) => {
  await visit(page, ROOM);
  await moveByHand(page, 1, 3);
  await page.evaluate(() => {
    const { handMoved } = window;
    const [first, ...others] = handMoved.view().messages;
    if (first)
      handMoved.show({ messages: [{ ...first, reactions: { "🎉": { count: 2, mine: true } } }, ...others] });
  });
  const reaction = page.getByRole("button", { name: /^🎉/ });
  await expect(reaction).toHaveAttribute("title", "You and 1 other");
  await page.evaluate(() => window.handMoved.react(1, "🎉", { id: "bo", name: "Bo" }));
  await expect(page.getByRole("button", { name: "🎉 3 people" })).toHaveAttribute(
    "title",
    "You, Bo, and 1 other",
  );
});

test("a gap stands where something may be missing, and is closed by what is loaded", async ({
  page,
  visit,
}) => {
  await visit(page, ROOM);
  await moveByHand(page, 101, 120);
  await page.evaluate(() => {
    const { handMoved } = window;
    const close = (): Promise<boolean> => {
      const found = [98, 99, 100].map((n) => handMoved.message(n));
      handMoved.show({ gaps: [], messages: [...found, ...handMoved.view().messages] });
      return Promise.resolve(false);
    };
    handMoved.show({ gaps: [{ after: 97, before: 101, load: close }] });
  });
  await page.getByRole("log").evaluate((log) => log.scrollTo(0, 0));
  const gap = page.getByText("Some messages may be missing here.");
  await expect(gap).toBeVisible();
  await page.getByRole("button", { name: "Load them" }).click();
  await expect(gap).toBeHidden();
  await expect(page.getByRole("article", { name: /message 98 / })).toHaveCount(1);
});

test("the visitor's own name stands out where it is called, and a call alone is spoken where that is wished", async ({
  comeTo,
  page,
  visit,
}) => {
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("hello", "Ann");
  const bo = await visit(page, `<chat-room room="${name}" announce="mentions"></chat-room>`);
  await bo.says("hello", "Bo");
  const heard = await hear(page);
  await ann.says("@Bo, and @Ann, and @Bob");
  const message = page.getByRole("article", { name: /@Bo, and @Ann/ });
  const mentions = message.locator("[part~=mention]");
  await expect(mentions).toHaveText(["@Bo", "@Ann"]);
  const colours = await mentions.evaluateAll((all) =>
    all.map((one) => getComputedStyle(one).backgroundColor),
  );
  expect(new Set(colours).size).toBe(2);
  await ann.says("@Bobby is somebody else");
  await expect(page.getByRole("article", { name: /somebody else/ })).toBeVisible();
  await page.waitForTimeout(1500);
  expect(await heard()).toEqual(["Ann: @Bo, and @Ann, and @Bob"]);
});

test("history is never read out, and many messages are one sentence", async ({ comeTo, page, visit }) => {
  test.setTimeout(60_000);
  const name = freshRoom();
  const ann = await comeTo(name);
  await ann.says("hello", "Ann");
  await ann.page.evaluate(async () => {
    const handle = document.querySelector("chat-room")?.roomHandle;
    for (let n = 1; n < 80; n++) void handle?.post(`before ${n}`);
    await handle?.post("the last before");
  });
  const { log } = await visit(page, `<chat-room room="${name}"></chat-room>`);
  const heard = await hear(page);
  await expect(page.getByRole("article", { name: /the last before/ })).toBeVisible();
  await log.evaluate((log) => log.scrollTo(0, 0));
  await expect(page.getByRole("article", { name: /before 4 / })).toBeAttached();
  await page.waitForTimeout(1500);
  expect(await heard()).toEqual([]);
  await ann.page.evaluate(() => {
    for (let n = 0; n < 7; n++) document.querySelector("chat-room")?.send(`now ${n}`);
  });
  await expect.poll(heard).toEqual(["7 new messages"]);
});

test("Escape puts away what waits for an answer beside a message, and then closes a bubble", async ({
  page,
  visit,
}) => {
  await visit(page, `<chat-room room="by-hand" layout="bubble" open></chat-room>`);
  await moveByHand(page, 1, 5);
  const last = page.getByRole("article", { name: /message 5 / });
  await last.focus();
  await page.getByRole("button", { name: "React" }).press("Enter");
  await expect(page.getByRole("button", { name: "🎉" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "React" })).toBeVisible();
  await expect(last).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});
