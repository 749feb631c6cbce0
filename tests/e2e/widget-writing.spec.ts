import { readFileSync } from "node:fs";
import type { Room } from "@natter/sdk";
import type { CDPSession, Page } from "@playwright/test";
import { expect, freshRoom, mint, test, type Visitor } from "./room-page.ts";

const tag = (name = freshRoom(), attributes = ""): string =>
  `<chat-room room="${name}" ${attributes}></chat-room>`;

/** An input method: what the system's own sends to Chromium, key by key. */
class InputMethod {
  readonly #cdp: CDPSession;

  private constructor(cdp: CDPSession) {
    this.#cdp = cdp;
  }

  static async of(page: Page): Promise<InputMethod> {
    return new InputMethod(await page.context().newCDPSession(page));
  }

  /** Shows what is composed so far, step by step. */
  async composes(...steps: string[]): Promise<void> {
    for (const text of steps) {
      const end = text.length;
      await this.#cdp.send("Input.imeSetComposition", { text, selectionStart: end, selectionEnd: end });
    }
  }

  /** Ends the composition with this text. */
  async commits(text: string): Promise<void> {
    await this.#cdp.send("Input.insertText", { text });
  }

  /** A key that the input method took; `meanwhile` is what it does with it. */
  async takes(key: string, meanwhile: () => Promise<unknown>): Promise<void> {
    const pressed = { key, code: key, windowsVirtualKeyCode: 229 };
    await this.#cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...pressed });
    await meanwhile();
    await this.#cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...pressed });
  }

  /** Enter as Hangul sends it on a Mac: it ends the syllable, and at once comes again for the page. */
  async endsSyllableAndSends(syllable: string): Promise<void> {
    const enter = { key: "Enter", code: "Enter" };
    await Promise.all([
      this.#cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter, windowsVirtualKeyCode: 229 }),
      this.#cdp.send("Input.insertText", { text: syllable }),
      this.#cdp.send("Input.dispatchKeyEvent", {
        type: "keyDown",
        ...enter,
        windowsVirtualKeyCode: 13,
        text: "\r",
      }),
      this.#cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...enter, windowsVirtualKeyCode: 13 }),
    ]);
  }
}

/** A visitor with a name, in a room of their own. */
async function settle(visit: (page: Page, body: string) => Promise<Visitor>, page: Page, body = tag()) {
  const ann = await visit(page, body);
  await ann.says("first", "Ann");
  await ann.text.click();
  return ann;
}

test.describe("an input method", () => {
  test("for Japanese confirms kana and kanji with Enter, which sends only the next time", async ({
    page,
    visit,
  }) => {
    const ann = await settle(visit, page);
    const ime = await InputMethod.of(page);
    await ime.composes("ｋ", "か", "かん", "かんじ", "漢字");
    await ime.takes("Enter", () => ime.commits("漢字"));
    await ime.composes("ｄ", "で", "です");
    await ime.takes("Enter", () => ime.commits("です"));
    await expect(ann.text).toHaveValue("漢字です");
    await expect(ann.messages).toHaveCount(1);
    await ann.text.press("Enter");
    await expect(ann.messages.last()).toContainText("漢字です");
    await expect(ann.text).toHaveValue("");
  });

  test("for Hangul loses no syllable and doubles none, and its Enter sends once", async ({ page, visit }) => {
    const ann = await settle(visit, page);
    const ime = await InputMethod.of(page);
    await ime.composes("ㅎ", "하", "한");
    await ime.commits("한");
    await ime.composes("ㄱ", "그", "글");
    await expect(ann.text).toHaveValue("한글");
    await ime.endsSyllableAndSends("글");
    await expect(ann.text).toHaveValue("");
    await expect(ann.messages).toHaveCount(2);
    await expect(ann.messages.last().locator("[part=text]")).toHaveText("한글");
    await ime.composes("ㄴ", "네");
    await expect(ann.text).toHaveValue("네");
  });

  test("for Pinyin takes Enter for the letters as they are, and a number for a word", async ({
    page,
    visit,
  }) => {
    const ann = await settle(visit, page);
    const ime = await InputMethod.of(page);
    await ime.composes("n", "ni", "ni h", "ni hao");
    await ime.takes("1", () => ime.commits("你好"));
    await ime.composes("o", "ok");
    await ime.takes("Enter", () => ime.commits("ok"));
    await expect(ann.text).toHaveValue("你好ok");
    await expect(ann.messages).toHaveCount(1);
  });

  test("keeps Escape and the arrows, and nothing of half a word is kept as a draft", async ({
    page,
    visit,
  }) => {
    const ann = await settle(visit, page);
    const ime = await InputMethod.of(page);
    await page.getByRole("article", { name: /first/ }).hover();
    await page.getByRole("button", { name: "Reply" }).click();
    await ann.text.pressSequentially("so ");
    await ime.composes("に", "にほ");
    const kept = () => page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    expect(await kept()).toContain('"so "');
    await ime.takes("Escape", () => ime.composes(""));
    await expect(page.getByText("Replying to Ann")).toBeVisible();
    await ime.composes("に");
    await ime.takes("ArrowUp", () => Promise.resolve());
    await ime.takes("Enter", () => ime.commits("二"));
    await expect(ann.text).toHaveValue("so 二");
    expect(await kept()).toContain('"so 二"');
    await expect(ann.messages).toHaveCount(1);
  });

  test("that is composing when the button is pressed sends the whole word, once", async ({ page, visit }) => {
    const ann = await settle(visit, page);
    const ime = await InputMethod.of(page);
    await ime.composes("ㅂ", "바", "밥");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(ann.messages.last().locator("[part=text]")).toHaveText("밥");
    await expect(ann.text).toHaveValue("");
    await expect(ann.text).toBeFocused();
    await page.keyboard.type("!");
    await expect(ann.text).toHaveValue("!");
    await expect(ann.messages).toHaveCount(2);
  });

  test("opens no list while it composes, and narrows one that is open", async ({ comeTo, page, visit }) => {
    const name = freshRoom();
    const minsu = await comeTo(name);
    await minsu.says("안녕", "김민수");
    const ann = await visit(page, tag(name));
    await expect(ann.messages).toHaveCount(1);
    await ann.text.click();
    const ime = await InputMethod.of(page);
    const list = page.getByRole("listbox");
    await ime.composes(":smi");
    await expect(list).toBeHidden();
    await ime.commits("");
    await ann.text.fill("");
    await page.keyboard.type("@");
    await expect(list.getByRole("option")).toHaveCount(1);
    await ime.composes("ㄱ", "기", "김");
    await expect(list.getByRole("option", { name: "김민수" })).toBeVisible();
    await ime.takes("Enter", () => ime.commits("김"));
    await expect(ann.text).toHaveValue("@김");
    await ann.text.press("Enter");
    await expect(ann.text).toHaveValue("@김민수 ");
    await page.keyboard.type("안녕");
    await page.keyboard.press("Enter");
    await ann.page.getByRole("textbox", { name: "What should people call you?" }).press("Enter");
    await expect(minsu.page.locator("[part=mention]")).toHaveText("@김민수");
  });
});

test.describe("the list of suggestions", () => {
  test("completes emoji, and can be undone", async ({ page, visit }) => {
    const ann = await settle(visit, page);
    const list = page.getByRole("listbox", { name: "4 suggestions" });
    await page.keyboard.type("so :smi");
    await expect(list).toBeVisible();
    const option = (name: string) => page.getByRole("option", { name });
    await expect(option("😄 :smile:")).toHaveAttribute("aria-selected", "true");
    const active = () => ann.text.getAttribute("aria-activedescendant");
    expect(await active()).toBe(await option("😄 :smile:").getAttribute("id"));
    await page.keyboard.press("ArrowDown");
    await expect(option("😏 :smirk:")).toHaveAttribute("aria-selected", "true");
    expect(await active()).toBe(await option("😏 :smirk:").getAttribute("id"));
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await expect(option(":slight_smile:")).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await expect(ann.text).toHaveValue("so 😄 ");
    await expect(ann.text).toBeFocused();
    await expect(page.getByRole("listbox")).toBeHidden();
    expect(await active()).toBeNull();
    await page.keyboard.press("Control+z");
    await expect(ann.text).toHaveValue("so :smi");
    await ann.text.fill("");
    await page.keyboard.type("done :tada:");
    await expect(ann.text).toHaveValue("done 🎉");
    await page.keyboard.press("Control+z");
    await expect(ann.text).toHaveValue("done :tada:");
    await ann.text.press("Enter");
    await expect(ann.messages.last()).toContainText("done :tada:");
  });

  test("completes people by mouse, and tells how many there are", async ({ comeTo, page, visit }) => {
    const name = freshRoom();
    const lee = await comeTo(name);
    await lee.says("hello", "Ann Lee");
    const bo = await comeTo(name);
    await bo.says("hi", "Bo");
    const cy = await visit(page, tag(name));
    await expect(cy.messages).toHaveCount(2);
    await cy.text.click();
    await page.keyboard.type("ask @");
    const options = page.getByRole("option");
    // Who spoke last comes first.
    await expect(options).toHaveText([/Bo/, /Ann Lee/]);
    await expect(page.locator("#natter-announcer")).toHaveText("2 suggestions");
    await page.getByRole("option", { name: "Ann Lee" }).click();
    await expect(cy.text).toHaveValue("ask @Ann Lee ");
    await expect(cy.text).toBeFocused();
    await cy.says("ask @Ann Lee and @bo", "Cy");
    await expect(cy.page.locator("[part=mention]")).toHaveText(["@Ann Lee", "@bo"]);
    // Nobody is offered oneself, and a whole name leaves Enter to send.
    await page.keyboard.type("@Cy");
    await expect(page.getByRole("listbox")).toBeHidden();
    await cy.text.fill("");
    await page.keyboard.type("@Bo");
    await expect(page.getByRole("listbox")).toBeHidden();
  });

  test("in a room too large to list offers who has written", async ({ page, visit }) => {
    await visit(page, `<chat-room></chat-room>`);
    await page.evaluate(() => {
      const message = {
        seq: 1,
        at: Date.now(),
        id: "m1",
        by: { id: "u1", name: "Dee" },
        text: "hi",
        mine: false,
      };
      const view = {
        room: "large",
        status: "live",
        messages: [message],
        gaps: [],
        members: [],
        count: 5000,
        typing: [],
        pins: [],
        can: new Set(["read", "post"]),
        settings: {},
        unread: 0,
        atBeginning: true,
      };
      const nothing = () => () => {};
      const handle = {
        view: () => view,
        subscribe: nothing,
        on: nothing,
        typing: nothing,
        markRead: nothing,
      };
      Object.assign(document.querySelector("chat-room") ?? {}, { roomHandle: handle });
    });
    const text = page.getByRole("textbox", { name: "Message" });
    await text.click();
    await page.keyboard.type("@d");
    await expect(page.getByRole("option", { name: "Dee" })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(text).toHaveValue("@Dee ");
  });

  test("is put away by Escape alone, and nothing else is left by that", async ({ page, visit }) => {
    const ann = await settle(visit, page, tag(freshRoom(), 'layout="bubble" open'));
    const list = page.getByRole("listbox");
    const panel = page.getByRole("dialog", { name: /^Chat: / });
    await page.getByRole("article", { name: /first/ }).hover();
    await page.getByRole("button", { name: "Reply" }).click();
    await page.keyboard.type("a :smi");
    await expect(list).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(list).toBeHidden();
    await page.keyboard.type("l");
    await expect(list).toBeHidden();
    await expect(page.getByText("Replying to Ann")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByText("Replying to Ann")).toBeHidden();
    await expect(ann.text).toHaveValue("a :smil");
    await expect(panel).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(panel).toBeHidden();
  });

  test("goes with the caret and the focus", async ({ page, visit }) => {
    await settle(visit, page);
    const list = page.getByRole("listbox");
    await page.keyboard.type("a :smi b");
    await expect(list).toBeHidden();
    for (const key of ["ArrowLeft", "ArrowLeft"]) await page.keyboard.press(key);
    await expect(list).toBeVisible();
    await page.keyboard.press("ArrowLeft");
    await expect(list).toBeHidden();
    await page.keyboard.press("ArrowRight");
    await expect(list).toBeVisible();
    await page.keyboard.press("Shift+Tab");
    await expect(list).toBeHidden();
  });

  for (const dir of ["ltr", "rtl"])
    test(`stays inside a phone's room and off the text, ${dir}`, async ({ browser, visit }) => {
      const context = await browser.newContext({ viewport: { width: 360, height: 480 }, hasTouch: true });
      const page = await context.newPage();
      const body = `<div dir="${dir}">${tag(freshRoom(), 'layout="bubble" open')}</div>`;
      const ann = await settle(visit, page, body);
      for (let line = 0; line < 8; line++) {
        await page.keyboard.type("line");
        await page.keyboard.press("Shift+Enter");
      }
      await page.keyboard.type(":smi");
      const list = page.getByRole("listbox");
      await expect(list).toBeVisible();
      await expect.poll(async () => (await list.boundingBox())?.y ?? 0).toBeGreaterThan(0);
      const [box, text] = [await list.boundingBox(), await ann.text.boundingBox()];
      if (!box || !text) throw new Error("There is nothing to measure.");
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(360);
      expect(box.y + box.height).toBeLessThanOrEqual(text.y);
      await page.getByRole("option", { name: ":smirk:" }).tap();
      await expect(ann.text).toHaveValue(/😏 $/);
      await context.close();
    });
});

test.describe("what is written", () => {
  test("is kept for each room, over reload, another page and back, and a switch of rooms", async ({
    page,
    visit,
  }) => {
    const [one, other] = [freshRoom(), freshRoom()];
    const ann = await visit(page, tag(one));
    await ann.text.fill("for the one");
    const go = (room: string) =>
      page.evaluate((room) => document.querySelector("chat-room")?.setAttribute("room", room), room);
    await go(other);
    await expect(ann.text).toHaveValue("");
    await ann.text.fill("for the other");
    await go(one);
    await expect(ann.text).toHaveValue("for the one");
    await page.goto("about:blank");
    await page.goBack();
    await expect(ann.text).toHaveValue("for the one");
    await page.reload();
    await expect(ann.text).toHaveValue("for the one");
    await go(other);
    await expect(ann.text).toHaveValue("for the other");
  });

  test("is pasted as plain text, however rich or long it was, and never lost for being too long", async ({
    context,
    page,
    visit,
  }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const ann = await settle(visit, page);
    const paste = async (plain: string, html = `<b style="color:red">${plain}</b>`) => {
      await page.evaluate(
        async ({ plain, html }) => {
          const item = { "text/plain": new Blob([plain], { type: "text/plain" }) };
          const rich = { "text/html": new Blob([html], { type: "text/html" }) };
          await navigator.clipboard.write([new ClipboardItem({ ...item, ...rich })]);
        },
        { plain, html },
      );
      await ann.text.press("Control+v");
    };
    await paste("red\nand bold");
    await expect(ann.text).toHaveValue("red\nand bold");
    await ann.text.fill("");

    await paste("😀".repeat(3999));
    const counter = page.locator("[part=counter]");
    await expect(counter).toHaveText("1 character left");
    await page.keyboard.type("ab");
    await expect(counter).toHaveText("1 character too many");
    await expect(page.locator("#natter-announcer")).toHaveText("1 character too many");
    await ann.text.press("Enter");
    await expect(page.getByRole("button", { name: "Send" })).toHaveAttribute("aria-disabled", "true");
    await expect(ann.messages).toHaveCount(1);
    await page.reload();
    await expect(ann.text).toHaveValue(`${"😀".repeat(3999)}ab`);
    await ann.text.press("Control+End");
    await ann.text.press("Backspace");
    await ann.text.press("Enter");
    await expect(ann.messages).toHaveCount(2);

    const book = "It was a dark and stormy night. ".repeat(6000).trim();
    await paste(book);
    await expect(counter).toHaveText(`${(book.length - 4000).toLocaleString("en")} characters too many`);
    await expect(ann.text).toHaveValue(book);
  });

  test("is never a file, and one is told so", async ({ page, visit }) => {
    const ann = await settle(visit, page);
    await ann.text.fill("look");
    for (const kind of ["paste", "drop"] as const) {
      const prevented = await ann.text.evaluate((field, kind) => {
        const data = new DataTransfer();
        data.items.add(new File(["x"], "cat.png", { type: "image/png" }));
        const options = { bubbles: true, cancelable: true, composed: true };
        const event =
          kind === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: data })
            : new DragEvent("drop", { ...options, dataTransfer: data });
        return !field.dispatchEvent(event);
      }, kind);
      expect(prevented).toBe(true);
      await expect(page.locator("[part=trouble]")).toHaveText("Files cannot be sent here.");
      await expect(page.locator("#natter-announcer")).toHaveText("Files cannot be sent here.");
      await ann.text.press("End");
      await ann.text.pressSequentially("!");
      await expect(page.locator("[part=trouble]")).toBeHidden();
    }
    await expect(ann.text).toHaveValue("look!!");
  });
});

test.describe("answers and edits", () => {
  test("begin and end by keyboard, and the draft comes back", async ({ page, visit }) => {
    const ann = await settle(visit, page);
    await ann.says("second");
    await ann.text.press("ArrowUp");
    await expect(ann.text).toHaveValue("second");
    await expect(page.getByText("Editing your message")).toBeVisible();
    await ann.text.press("Escape");
    await expect(ann.text).toHaveValue("");

    await ann.text.fill("a draft");
    await ann.text.press("ArrowUp");
    await expect(ann.text).toHaveValue("a draft");
    const own = page.getByRole("article", { name: /second/ });
    await own.hover();
    await own.getByRole("button", { name: "Edit" }).click();
    await expect(ann.text).toHaveValue("second");
    await ann.text.fill("something else");
    await page.getByRole("button", { name: "Cancel" }).focus();
    await page.keyboard.press("Enter");
    await expect(ann.text).toHaveValue("a draft");
    await expect(ann.text).toBeFocused();
    await expect(ann.messages).toHaveCount(2);
    await expect(own).toBeVisible();
  });

  test("do not go to another room", async ({ page, visit }) => {
    const ann = await settle(visit, page);
    await ann.text.press("ArrowUp");
    await expect(ann.text).toHaveValue("first");
    await page.evaluate(
      (room) => document.querySelector("chat-room")?.setAttribute("room", room),
      freshRoom(),
    );
    await expect(page.getByText("Editing your message")).toBeHidden();
    await expect(ann.text).toHaveValue("");
  });

  test("end in words when their message is deleted meanwhile, and nothing written is lost", async ({
    comeTo,
  }) => {
    const name = freshRoom();
    const ann = await comeTo(name);
    const bo = await comeTo(name);
    await ann.says("to be gone", "Ann");
    const remove = (text: RegExp) =>
      ann.page.evaluate(async (source) => {
        const room = document.querySelector("chat-room")?.roomHandle as Room | undefined;
        const message = room?.view().messages.find((one) => new RegExp(source).test(one.text));
        if (message) await room?.delete(message.seq);
      }, text.source);
    const asked = bo.page.getByRole("article", { name: /to be gone/ });
    await asked.hover();
    await asked.getByRole("button", { name: "Reply" }).click();
    await bo.text.pressSequentially("I agree");
    await remove(/to be gone/);
    await expect(bo.page.getByText("Replying to Ann")).toBeHidden();
    await expect(bo.page.locator("[part=trouble]")).toHaveText("Message deleted");
    await expect(bo.text).toHaveValue("I agree");

    await ann.says("to be gone as well");
    await ann.text.press("ArrowUp");
    await ann.text.pressSequentially(", reworded");
    await remove(/as well/);
    await expect(ann.page.getByText("Editing your message")).toBeHidden();
    await expect(ann.page.locator("[part=trouble]")).toHaveText("Message deleted");
    await expect(ann.text).toHaveValue("to be gone as well, reworded");
  });

  test("that are refused come back as they were written", async ({ comeTo, page, relay, visit }) => {
    const name = freshRoom();
    const token = await mint(relay, "mod", `${name}=moderator`);
    await visit(page, tag(name, `token="${token}"`));
    const bo = await comeTo(name);
    await bo.says("as it was", "Bo");
    await bo.text.fill("a draft");
    const own = bo.page.getByRole("article", { name: /as it was/ });
    await own.hover();
    await own.getByRole("button", { name: "Edit" }).click();
    await bo.text.fill("as it is to be");
    const configure = (locked: boolean) =>
      page.evaluate(async (locked) => {
        const room = document.querySelector("chat-room")?.roomHandle as Room | undefined;
        await room?.configure({ locked });
      }, locked);
    // Refused before the lock is heard of.
    await bo.page.evaluate(() => {
      const room = document.querySelector("chat-room")?.roomHandle;
      if (room)
        Object.assign(room, { edit: () => Promise.reject(Object.assign(new Error(), { code: "locked" })) });
    });
    await bo.text.press("Enter");
    await expect(bo.page.locator("[part=trouble]")).toHaveText(/closed for new messages/);
    await expect(bo.text).toHaveValue("as it is to be");
    await expect(bo.page.getByText("Editing your message")).toBeVisible();
    await bo.text.press("Escape");
    await expect(bo.text).toHaveValue("a draft");

    await bo.text.focus();
    await configure(true);
    // The focus goes to the words that say why, and comes back.
    await expect(bo.page.locator("[part=note]")).toBeFocused();
    await configure(false);
    await expect(bo.text).toBeFocused();
    await expect(bo.text).toHaveValue("a draft");
  });

  test("ask the page first, as messages do", async ({ page, visit }) => {
    const ann = await settle(visit, page);
    await page.evaluate(() => {
      document.querySelector("chat-room")?.addEventListener("chat-before-send", (event) => {
        if (event.edit === undefined) return;
        if (event.text.includes("secret")) event.preventDefault();
        else event.text += ` (edit of ${event.edit})`;
      });
    });
    await ann.text.press("ArrowUp");
    await ann.text.fill("a secret");
    await ann.text.press("Enter");
    await expect(ann.text).toHaveValue("a secret");
    await ann.text.fill("better");
    await ann.text.press("Enter");
    await expect(ann.messages.last()).toContainText("better (edit of 1)");
  });
});

test("keys that write stay in the field, and those of browser and page go on", async ({ page, visit }) => {
  const ann = await visit(page, tag());
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const kind of ["keydown", "keyup", "keypress"]) {
      document.addEventListener(kind, (event) => {
        const { key, defaultPrevented } = event as KeyboardEvent;
        heard.push(`${kind} ${key}${defaultPrevented ? " prevented" : ""}`);
      });
    }
  });
  const heard = () =>
    page.evaluate(() => {
      const { heard } = window as unknown as { heard: string[] };
      return heard.splice(0);
    });
  await ann.text.click();
  await page.keyboard.type("j/k? :smi");
  for (const key of ["ArrowUp", "Escape", "Enter", "Backspace", "Home"]) await page.keyboard.press(key);
  // One Escape put the list away; the first of these leaves the question for a name.
  await page.keyboard.press("Escape");
  expect(await heard()).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("F8");
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Shift+Tab");
  expect(await heard()).toEqual(
    expect.arrayContaining(["keydown Escape", "keydown F8", "keydown k", "keydown Tab"]),
  );
});

/** What each row of the keyboard map does, in its words; `ann` stands in the empty text, after "first". */
const KEYBOARD_MAP: Record<string, (ann: Visitor) => Promise<void>> = {
  Enter: async ({ page, text, messages }) => {
    await page.keyboard.type("one");
    await page.keyboard.press("Enter");
    await expect(messages).toHaveCount(2);
    await expect(text).toHaveValue("");
  },
  "Shift+Enter": async ({ page, text }) => {
    await page.keyboard.type("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    await expect(text).toHaveValue("one\ntwo");
  },
  "↑ in the empty text": async ({ page, text }) => {
    await page.keyboard.press("ArrowUp");
    await expect(text).toHaveValue("first");
    await expect(page.getByText("Editing your message")).toBeVisible();
  },
  Escape: async ({ page, text }) => {
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Escape");
    await expect(page.getByText("Editing your message")).toBeHidden();
    await expect(text).toHaveValue("");
  },
  "↓ ↑ in suggestions": async ({ page }) => {
    await page.keyboard.type(":smi");
    await expect(page.getByRole("option").first()).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("option", { selected: true })).toHaveText(/smirk/);
    await page.keyboard.press("ArrowUp");
    await expect(page.getByRole("option", { selected: true })).toHaveText(/:smile:/);
  },
  "Enter, Tab in these": async ({ page, text, messages }) => {
    for (const key of ["Enter", "Tab"]) {
      await page.keyboard.type(":tad");
      await expect(page.getByRole("option").first()).toBeVisible();
      await page.keyboard.press(key);
    }
    await expect(text).toHaveValue("🎉 🎉 ");
    await expect(text).toBeFocused();
    await expect(messages).toHaveCount(1);
  },
  "Escape in these": async ({ page, text }) => {
    await page.keyboard.press("ArrowUp");
    await page.keyboard.type(" :smi");
    await expect(page.getByRole("option").first()).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("listbox")).toBeHidden();
    await expect(text).toHaveValue("first :smi");
    await expect(page.getByText("Editing your message")).toBeVisible();
  },
  Tab: async ({ page }) => {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "Send" })).toBeFocused();
  },
  "Shift+Tab": async ({ page, log }) => {
    await page.keyboard.press("Shift+Tab");
    await expect(log.locator(":focus")).toHaveCount(1);
  },
};

test.describe("the keyboard map", () => {
  const guide = readFileSync(new URL("../../docs/EMBEDDING.md", import.meta.url), "utf8");
  const [, table = ""] = /\| key in the text[^\n]*\n\|[-| ]+\n((?:\|[^\n]*\n)+)/.exec(guide) ?? [];
  const keys = table
    .trim()
    .split("\n")
    .map((row) => row.split("|")[1]?.trim() ?? "");

  test("is whole", () => {
    expect(keys).toEqual(Object.keys(KEYBOARD_MAP));
  });

  test("holds, row by row", async ({ page, visit }) => {
    const ann = await settle(visit, page);
    for (const [key, walk] of Object.entries(KEYBOARD_MAP)) {
      await test.step(key, async () => {
        await moveOn(ann);
        await walk(ann);
      });
    }
  });
});

/** Takes a visitor to a room of their own, to where {@link settle} leaves them. */
async function moveOn(ann: Visitor): Promise<void> {
  await ann.page.locator("chat-room").evaluate((room, name) => room.setAttribute("room", name), freshRoom());
  await expect(ann.messages).toHaveCount(0);
  await expect(ann.text).toHaveValue("");
  await ann.says("first");
  await ann.text.click();
}
