import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser-test.ts";
import { openGallery } from "./gallery-page.ts";

// What the eye sees and no rule of axe's knows of.

/** What a state of the gallery is there to show. */
const SHOWS: Record<string, string> = {
  gap: "gap",
  unread: "unread",
  "news below": "latest",
  "somebody typing": "typing",
  pinned: "jump",
  tools: "tools",
  "choosing a reaction": "tools",
  "asked before deleting": "tools",
  replying: "task",
  editing: "task",
  "near the limit": "counter",
  "over the limit": "counter",
  "asked for a name": "name-field",
  "completing a name": "choices",
  "completing an emoji": "choices",
  failed: "failed",
  muted: "note",
  members: "list",
  "moderating somebody": "dialog",
  "settings of the room": "dialog",
  "what moderators did": "event",
  "no connection": "notice",
  kicked: "shut-out",
  "no room named": "shut-out",
};

test("a state of the gallery shows what it is called after", async ({ page }) => {
  const gallery = await openGallery(page);
  for (const [state, part] of Object.entries(SHOWS)) {
    await gallery.show({ state });
    await expect(page.locator(`[part~="${part}"]`).last(), state).toBeInViewport();
  }
});

test("the ring around the message that has the focus is seen whole, above its neighbours", async ({
  page,
}) => {
  const gallery = await openGallery(page, { colorScheme: "light" });
  await gallery.show({ state: "tools of a moderator", theme: "light" });
  const own = page.getByRole("article", { name: "Thanks for checking!" });
  const next = page.getByRole("article", { name: "I can bring the lanterns." });
  await next.focus();
  await page.keyboard.press("ArrowUp");
  await expect(own).toBeFocused();
  const box = await own.boundingBox();
  const below = await next.locator("[part~=bubble]").boundingBox();
  if (!box || !below) throw new Error("There are not two messages.");
  // A line of pixels from the message down: once into nothing, once into the bubble of the next one.
  const ringAt = async (x: number): Promise<number> =>
    Math.min(...(await brightness(page, { x, y: box.y + box.height, width: 1, height: 7 })));
  expect(await ringAt(below.x + below.width / 2)).toBe(await ringAt(box.x + 40));
});

for (const dir of ["ltr", "rtl"] as const) {
  test(`lists and names stand on the side where they are read, ${dir}`, async ({ page }) => {
    const gallery = await openGallery(page);
    await gallery.show({ state: "both directions", dir });
    const room = await insets(page, "li[dir]", "[part~=bubble]");
    await gallery.show({ state: "marks", dir });
    // Each item's own side has room for its mark.
    for (const one of [...room, ...(await insets(page, "li[dir]", "[part~=bubble]"))])
      expect(one.direction === "ltr" ? one.left : one.right).toBeGreaterThan(24);

    await gallery.show({ state: "members", dir });
    await page.locator("[part~=list] [part~=member]").first().waitFor();
    const gaps = await page.evaluate(() => {
      const list = document.querySelector("chat-room")?.shadowRoot?.querySelector("chat-members")?.shadowRoot;
      return [...(list?.querySelectorAll(".person") ?? [])].map((person) => {
        const range = document.createRange();
        range.selectNodeContents(person.querySelector("bdi") ?? person);
        const name = range.getBoundingClientRect();
        const face = person.querySelector(".avatar")?.getBoundingClientRect() ?? name;
        return Math.max(name.left - face.right, face.left - name.right);
      });
    });
    expect(gaps).toHaveLength(5);
    expect(Math.max(...gaps)).toBeLessThan(16);
  });
}

test("who is typing stands above the text that one types", async ({ page }) => {
  const gallery = await openGallery(page);
  for (const width of ["360", "760"]) {
    await gallery.show({ state: "somebody typing", width });
    const dots = await page.locator("[part~=typing] .dots").boundingBox();
    const text = await page.getByRole("textbox").evaluate((field) => {
      const { left } = field.getBoundingClientRect();
      return left + Number.parseFloat(getComputedStyle(field).paddingInlineStart);
    });
    expect(Math.abs((dots?.x ?? 0) - text)).toBeLessThan(1.5);
  }
});

test("a room that is on its way is never blank", async ({ page }) => {
  await openGallery(page);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.goto("/gallery.html?bare&state=loading");
  const waits = await page
    .locator("[part~=loading]")
    .evaluate((bones) => bones.getAnimations().map(({ effect }) => effect?.getComputedTiming().delay));
  expect(waits.filter((wait) => wait !== 0)).toEqual([]);
});

test("a message that is stored within a moment stands still from its first sight on", async ({ page }) => {
  await page.goto("/r/standing-still");
  const field = page.getByRole("textbox").last();
  await field.fill("The first one");
  await field.press("Enter");
  await page.keyboard.type("Ann");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article", { name: "The first one" })).toBeVisible();
  await expect(page.getByText("Sending…")).toBeHidden();
  const looks = await page.locator("chat-room").evaluate(async (room) => {
    const { roomHandle } = room as unknown as { roomHandle: { post(text: string): Promise<unknown> } };
    const list = room.shadowRoot?.querySelector("chat-messages")?.shadowRoot;
    const seen = new Set<string>();
    const look = (): void => {
      const bubble = [...(list?.querySelectorAll("[part~=own-bubble]") ?? [])].at(-1);
      if (!bubble?.textContent.includes("The second one")) return;
      seen.add(`${Math.round(bubble.getBoundingClientRect().bottom)} ${getComputedStyle(bubble).opacity}`);
    };
    const stored = roomHandle.post("The second one");
    for (let frames = 0; frames < 5; frames++) {
      await new Promise(requestAnimationFrame);
      // After the frame is laid out and what is read is put back in its place.
      await new Promise((done) => setTimeout(done));
      look();
    }
    await stored;
    await new Promise((done) => setTimeout(done, 100));
    look();
    return [...seen];
  });
  expect(looks).toHaveLength(1);
});

test("what is said before one's eyes in an empty room is not called new", async ({
  browser,
  page,
  relay,
}) => {
  await page.goto("/r/quiet-until-now");
  await expect(page.locator("[part~=empty]")).toBeVisible();
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(`${relay.url}/r/quiet-until-now`);
  await expect(other.locator("[part~=empty]")).toBeVisible();
  await other.evaluate(() => {
    const { roomHandle } = document.querySelector("chat-room") as unknown as {
      roomHandle: { post(text: string): Promise<unknown> };
    };
    return roomHandle.post("Anybody here?").then(() => {});
  });
  await expect(page.getByText("Anybody here?")).toBeVisible();
  await page.waitForTimeout(100);
  await expect(page.locator("[part~=unread]")).toHaveCount(0);
  await context.close();
});

test("a finger taps at a message, and at what can be done with it", async ({ browser, relay }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 780 } });
  const page = await context.newPage();
  await page.goto(`${relay.url}/gallery.html?bare&state=talk&width=360`);
  const message = page.getByRole("article", { name: "See you at seven." });
  await message.locator("[part~=bubble]").tap();
  await message.getByRole("button", { name: "React" }).tap();
  await message.getByRole("button", { name: "🎉" }).tap();
  await expect(message.getByRole("button", { name: "🎉 1 person" })).toBeVisible();
  await message.getByRole("button", { name: "Edit" }).tap();
  await expect(page.getByText("Editing your message")).toBeVisible();
  await expect(message.getByRole("button", { name: "Edit" })).toBeHidden();
  await context.close();
});

/** How far boxes are from the left and the right of the box that holds them, in px, and which way they read. */
function insets(
  page: Page,
  inner: string,
  outer: string,
): Promise<{ left: number; right: number; direction: string }[]> {
  return page.locator(inner).evaluateAll(
    (boxes, outer) =>
      boxes.map((box) => {
        const own = box.getBoundingClientRect();
        const around = box.closest(outer)?.getBoundingClientRect() ?? own;
        const { direction } = getComputedStyle(box);
        return { left: own.left - around.left, right: around.right - own.right, direction };
      }),
    outer,
  );
}

/** How bright each pixel in a part of the page is, from 0 to 765. */
async function brightness(
  page: Page,
  clip: { x: number; y: number; width: number; height: number },
): Promise<number[]> {
  const png = (await page.screenshot({ clip })).toString("base64");
  return page.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context?.drawImage(image, 0, 0);
    const { data = [] } = context?.getImageData(0, 0, image.width, image.height) ?? {};
    const pixels: number[] = [];
    for (let at = 0; at < data.length; at += 4)
      pixels.push((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0));
    return pixels;
  }, png);
}
