// Its parts wait to be drawn as it does itself.
import type { ChatRoom as Drawn } from "@natter/widget";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser-test.ts";
import { CONTROLS, xssCorpus, type Vector } from "../support/xss-corpus.ts";
import { openGallery, type GalleryWindow } from "./gallery-page.ts";

// The page has no Content-Security-Policy: whatever came alive here would run.
const VECTORS = xssCorpus();
const BATCH = 48;

/** All that a room may be made of. */
const ELEMENTS = new Set(
  [
    "chat-messages chat-composer chat-members chat-banner chat-launcher chat-pins chat-moderation",
    "section header h2 h3 small slot div p span b i ol ul li article time bdi q button a",
    "strong em s code pre blockquote",
    "form textarea label input",
    "svg path circle rect",
  ].flatMap((names) => names.split(" ")),
);

/** An address, the host it leads to, and what is shown of that beside it. */
const DRESSED = [
  ["https://apple.com/", "apple.com", ""],
  ["https://аpple.com/", "xn--pple-43d.com", "(xn--pple-43d.com)"],
  ["https://gοogle.com/login", "xn--gogle-rce.com", "(xn--gogle-rce.com)"],
  ["https://bank.example@evil.example/", "evil.example", "(evil.example)"],
  ["https://bank.example:443@evil.example:8443/", "evil.example:8443", "(evil.example:8443)"],
  ["https://münchen.example/", "xn--mnchen-3ya.example", ""],
  ["https://日本語.example/", "xn--wgv71a119e.example", ""],
] as const;

test.use({ trace: "off" });
test.describe.configure({ timeout: 240_000 });

test("the alarm of the corpus can be heard", async ({ page }) => {
  await openGallery(page);
  await setAlarm(page);
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=alarm()>");
  });
  await expect.poll(() => alarms(page)).toBe(1);
});

test("a corpus of hostile texts stays text in everything that people can write", async ({ page }) => {
  expect(VECTORS.length).toBeGreaterThanOrEqual(300);
  await openGallery(page);
  await setAlarm(page);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  const own = new URL(page.url()).origin;

  const faults: string[] = [];
  for (let at = 0; at < VECTORS.length; at += BATCH) {
    const batch = VECTORS.slice(at, at + BATCH);
    const seen = await showEverywhere(page, batch);
    faults.push(...judge(seen), ...(await lostIn(page, batch)));
  }
  expect(faults).toEqual([]);
  // The element fetches parts of its own when they are first shown.
  const isPart = (url: string): boolean => url.startsWith(own) && /\/v[\d.]+\/parts\/[a-z]+\.js$/.test(url);
  expect(requests.filter((url) => !isPart(url))).toEqual([]);
  expect(await alarms(page)).toBe(0);
  expect(page.url()).toContain("/gallery.html");
});

test("no name turns around what stands beside it", async ({ page }) => {
  await openGallery(page);
  const turned = await page.evaluate(async (controls) => {
    const { stage, HandChat, HandRoom } = (globalThis as unknown as GalleryWindow).gallery;
    /** Where a text begins on the screen: the left edge of its first sign that is drawn. */
    const leftOf = (root: ParentNode, text: string): number => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.nodeValue?.lastIndexOf(text) ?? -1;
        if (at < 0 || node.parentElement?.closest(".unseen")) continue;
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + text.length);
        return range.getBoundingClientRect().left;
      }
      return Number.NaN;
    };
    const faults: string[] = [];
    for (const control of controls) {
      const name = `Ann${control}`;
      const by = { id: "ann", name };
      const message = { seq: 1, at: Date.now(), id: "m1", by, text: "A question", mine: false };
      const typing = [by, { id: "bo", name: "Bo" }];
      const room = document.createElement("chat-room");
      const hand = new HandRoom({ messages: [message], typing, members: [by], count: 1 });
      Object.assign(room, { room: "names", client: new HandChat(), roomHandle: hand });
      stage.replaceChildren(room);
      await room.updateComplete;
      const list = room.renderRoot.querySelector<Drawn>("chat-messages");
      await list?.updateComplete;
      const line = room.shadowRoot?.querySelector(".typing");
      const [first, between, last] = line
        ? ["Ann", "Bo", "are typing"].map((text) => leftOf(line, text))
        : [];
      const inOrder = first !== undefined && first < (between ?? 0) && (between ?? 0) < (last ?? 0);
      if (!inOrder)
        faults.push(`the typing line with ${JSON.stringify(control)}: ${first}, ${between}, ${last}`);
      const byline = list?.shadowRoot?.querySelector(".byline");
      const time = byline?.querySelector("time")?.getBoundingClientRect().left ?? 0;
      if (!byline || !(leftOf(byline, "Ann") < time))
        faults.push(`the byline with ${JSON.stringify(control)}`);
    }
    return faults;
  }, CONTROLS);
  expect(turned).toEqual([]);
});

test("an address that is dressed up as another says where it really leads", async ({ page }) => {
  await openGallery(page);
  const hosts = await page.evaluate(
    async (addresses) => {
      const { stage, HandChat, HandRoom } = (globalThis as unknown as GalleryWindow).gallery;
      const by = { id: "ann", name: "Ann" };
      const at = Date.now();
      const messages = addresses.map((text, nth) => ({
        seq: nth + 1,
        at,
        id: `m${nth}`,
        by,
        text,
        mine: false,
      }));
      const room = document.createElement("chat-room");
      Object.assign(room, { room: "links", client: new HandChat(), roomHandle: new HandRoom({ messages }) });
      stage.replaceChildren(room);
      await room.updateComplete;
      const list = room.renderRoot.querySelector<Drawn>("chat-messages");
      await list?.updateComplete;
      return [...(list?.renderRoot.querySelectorAll("[part~=text]") ?? [])].map((text) => {
        const link = text.querySelector("a");
        return [link && new URL(link.href).host, text.querySelector("[part~=link-host]")?.textContent ?? ""];
      });
    },
    DRESSED.map(([address]) => address),
  );
  expect(hosts).toEqual(DRESSED.map(([, host, shown]) => [host, shown]));
});

/** What of an element in the room can do harm. */
interface Seen {
  where: string;
  name: string;
  attributes: [name: string, value: string][];
}

function judge(seen: Seen[]): string[] {
  return seen.flatMap(({ where, name, attributes }) => {
    const faults: string[] = [];
    if (!ELEMENTS.has(name)) faults.push(`<${name}> in ${where}`);
    const values = new Map(attributes);
    // Lengths that the element measured and set by itself are all that may stand there.
    const style = values.get("style") ?? "";
    if (!/^(?:[a-z-]+: -?[\d.]+(?:px)?; ?)*$/.test(style))
      faults.push(`style="${style}" at <${name}> in ${where}`);
    for (const [attribute, value] of attributes) {
      if (/^on|^srcdoc$|^formaction$|^ping$|^action$/.test(attribute))
        faults.push(`${attribute}="${value}" at <${name}> in ${where}`);
      if (/^(?:href|src|xlink:href|poster|data)$/.test(attribute) && !/^(?:https?|mailto):/.test(value))
        faults.push(`${attribute}="${value}" at <${name}> in ${where}`);
    }
    if (name === "a") {
      const rel = values.get("rel")?.split(" ") ?? [];
      const isGuarded = ["noopener", "noreferrer", "nofollow", "ugc"].every((word) => rel.includes(word));
      if (!isGuarded || values.get("target") !== "_blank") faults.push(`an unguarded link in ${where}`);
    }
    return faults;
  });
}

async function setAlarm(page: Page): Promise<void> {
  await page.evaluate(() => {
    const rung: number[] = [];
    Object.assign(globalThis, { rung, alarm: () => rung.push(1) });
  });
}

function alarms(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { rung: number[] }).rung.length);
}

/** Puts each text wherever somebody's text can stand, and returns every element that there was. */
function showEverywhere(page: Page, batch: Vector[]): Promise<Seen[]> {
  return page.evaluate(async (batch) => {
    const { stage, HandChat, HandRoom, MODERATOR, ChatError } = (globalThis as unknown as GalleryWindow)
      .gallery;
    const room = document.createElement("chat-room");
    const by = (text: string) => ({ id: text, name: text, role: "member" });
    const at = Date.now();
    const messages = batch.flatMap(({ text }, nth) => {
      const seq = nth * 2 + 1;
      const said = { seq, at, id: text, by: by(text), text, mine: false, pinned: nth % 8 === 0 };
      const data = { text, [text]: text };
      const reactions = { [text]: { count: 1, mine: false } };
      const answer = {
        ...said,
        seq: seq + 1,
        id: `${text} `,
        mine: nth % 2 === 0,
        reply: seq,
        data,
        reactions,
      };
      return [said, { ...answer, pinned: false }];
    });
    const failed = batch.map(({ text }, nth) => {
      const error = new ChatError("rejected", text);
      return { seq: 0, at, id: `failed ${nth}`, by: by("me"), text, mine: true, state: "failed", error };
    });
    const hand = new HandRoom({ messages: [...messages, ...failed], can: new Set(MODERATOR), pins: [1] });
    Object.assign(room, { room: "corpus", client: new HandChat(), roomHandle: hand });
    stage.replaceChildren(room);

    const drawn = async (): Promise<void> => {
      for (let time = 0; time < 3; time++) {
        await room.updateComplete;
        const parts = room.renderRoot.querySelectorAll<Drawn>("*");
        await Promise.all([...parts].map(async (part) => part.updateComplete));
      }
    };
    const seen = new Map<string, { where: string; name: string; attributes: [string, string][] }>();
    const note = (where: string): void => {
      const enter = (place: ParentNode): void => {
        for (const element of place.querySelectorAll("*")) {
          const attributes = [...element.attributes].map(({ name, value }): [string, string] => [
            name,
            value,
          ]);
          const telling = attributes.filter(([name]) =>
            /^on|href|src|style|action|ping|rel|target|data$/.test(name),
          );
          const found = { where, name: element.localName, attributes: telling };
          seen.set(JSON.stringify(found), found);
          if (element.shadowRoot) enter(element.shadowRoot);
        }
      };
      if (room.shadowRoot) enter(room.shadowRoot);
      const announcer = document.querySelector("#natter-announcer");
      if (announcer) enter(announcer);
    };
    /** What is looked for, as soon as it is there: some of it is fetched first. */
    const come = async (find: () => Element | null | undefined, what: string): Promise<HTMLElement> => {
      for (let wait = 0; wait < 200; wait++) {
        await drawn();
        const found = find();
        if (found) return found as HTMLElement;
        await new Promise((done) => setTimeout(done, 25));
      }
      throw new Error(`There is no ${what}.`);
    };
    const within = (part: string): ShadowRoot | null | undefined =>
      room.shadowRoot?.querySelector(part)?.shadowRoot;
    await drawn();
    const people = within("chat-members");
    hand.show({ members: batch.map(({ text }) => by(text)), count: batch.length });
    await drawn();
    people?.querySelector("button")?.click();
    await come(() => people?.querySelector("[part=member]"), "list of people");
    note("messages, quotes, names, reactions, people");
    people?.querySelector("button")?.click();
    hand.show({ messages: [], members: [], count: 1 });

    for (const { text } of batch) {
      const id = crypto.randomUUID();
      hand.show({ settings: { title: text }, typing: [by(text)], muted: { reason: text } });
      hand.hear({ seq: 1e6, at, id, by: by(text), text, mine: false });
      hand.tell("moderation", { action: "mute", user: "me", by: by("mod"), reason: text });
      // The list is another one after each kick.
      const list = (): ShadowRoot | null | undefined => within("chat-messages");
      const article = await come(() => list()?.getElementById(`by-${id}`)?.closest("article"), "message");
      note(`title, typing line, mute: ${text}`);
      hand.tell("moderation", { action: "unmute", user: "me", by: by("mod") });
      hand.show({ muted: undefined });
      await drawn();
      // Answering quotes the message, and its author's name, in the composer.
      article.focus();
      const tool = (label: string): HTMLElement | undefined =>
        [...(list()?.querySelectorAll<HTMLElement>("[part~=tool]") ?? [])].find(
          ({ ariaLabel }) => ariaLabel === label,
        );
      (await come(() => tool("Reply"), "way to answer")).click();
      await drawn();
      note(`composer: ${text}`);
      const error = Object.assign(new ChatError("kicked", text), { reason: text });
      hand.show({ status: "removed", error });
      await come(() => room.shadowRoot?.querySelector("[part=shut-out]"), "word of why");
      note(`the reason of a kick: ${text}`);
      hand.show({ status: "live", error: undefined, messages: [] });
    }
    return [...seen.values()];
  }, batch);
}

/** Which texts cannot be read, sign by sign, where they were written; marks and breaks aside. */
async function lostIn(page: Page, batch: Vector[]): Promise<string[]> {
  // What stands behind the sign of a code block names its language, and is not shown.
  const texts = batch.flatMap(({ kind, text }) => (kind.endsWith("with a language") ? [] : text));
  const lost = await page.evaluate(async (texts) => {
    const { stage, HandChat, HandRoom } = (globalThis as unknown as GalleryWindow).gallery;
    const room = document.createElement("chat-room");
    const at = Date.now();
    const messages = texts.map((text, nth) => {
      return { seq: nth + 1, at, id: `m${nth}`, by: { id: `u${nth}`, name: text }, text, mine: false };
    });
    Object.assign(room, { room: "read", client: new HandChat(), roomHandle: new HandRoom({ messages }) });
    stage.replaceChildren(room);
    await room.updateComplete;
    const list = room.renderRoot.querySelector<Drawn>("chat-messages");
    await list?.updateComplete;
    const bare = (text: string): string => text.replace(/[\s*_~`>-]|^\d+\./gm, "");
    return [...(list?.shadowRoot?.querySelectorAll("article") ?? [])].flatMap((article, nth) => {
      const shown = bare(article.querySelector("[part~=text]")?.textContent ?? "");
      const name = article.querySelector("[part~=author]")?.textContent ?? "";
      const wanted = texts[nth] ?? "";
      return name === wanted && shown.length >= bare(wanted).length * 0.9 ? [] : [wanted];
    });
  }, texts);
  return lost.map((text) => `not to be read: ${text}`);
}
