import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import type { Page } from "@playwright/test";
import { rollup } from "rollup";
import { markedBlocks } from "../docs/markdown.ts";
import { expect, freshRoom, test } from "./room-page.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the page of the documents holds: its tags, and its script as a bundler makes it for a site. */
async function documented(relay: string, room: string): Promise<{ tags: string; script: string }> {
  const page = await readFile(`${ROOT}docs/PARTS.md`, "utf8");
  const tags = /```html\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const [block] = markedBlocks(page, "snippet");
  const code = (block?.code ?? "").replace("https://relay.example", relay).replace('"lobby"', `"${room}"`);
  return { tags, script: await bundle(code) };
}

async function bundle(code: string): Promise<string> {
  // Inside the repository, so that packages are found as from any site in it.
  await mkdir(`${ROOT}test-results`, { recursive: true });
  const folder = await mkdtemp(`${ROOT}test-results/parts-`);
  try {
    await writeFile(`${folder}/page.js`, code);
    const plugins = [nodeResolve({ browser: true, exportConditions: ["production"] })];
    const made = await rollup({ input: `${folder}/page.js`, plugins });
    const { output } = await made.generate({ format: "es", inlineDynamicImports: true });
    await made.close();
    return output[0].code;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const STYLE = "<style>chat-messages { height: 300px }</style>";

test("the parts stand alone around one room, as the documents show them", async ({
  comeTo,
  page,
  relay,
  visit,
}) => {
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  const name = freshRoom();
  const bo = await comeTo(name);
  await bo.says("Is anybody here?", "Bo");
  const { tags, script } = await documented(relay.url, name);
  const ann = await visit(page, `${STYLE}${tags}<script type="module">${script}</script>`, { script: false });

  await expect(ann.messages).toHaveText(/Is anybody here/);
  await ann.text.fill("I am");
  await ann.text.press("Enter");
  await expect(bo.messages.last()).toContainText("I am");

  await test.step("people are counted and listed", async () => {
    await page.getByRole("button", { name: "2 people here" }).click();
    await expect(page.getByRole("dialog", { name: "People" })).toContainText("Bo");
    await page.keyboard.press("Escape");
  });

  await test.step("the list and the composer work together", async () => {
    const message = page.getByRole("article", { name: /Is anybody here/ });
    await message.hover();
    await message.getByRole("button", { name: "Reply", exact: true }).click();
    await expect(ann.text).toBeFocused();
    await ann.text.fill("Yes");
    await ann.text.press("Enter");
    await expect(bo.messages.last().getByRole("button", { name: /Bo.*Is anybody here/ })).toBeVisible();
  });

  await test.step("what is unread is counted on the launcher", async () => {
    await page.evaluate(() =>
      document.querySelector<HTMLElement>("chat-messages")?.style.setProperty("display", "none"),
    );
    await bo.says("And now?");
    await page.getByRole("button", { name: "Open the chat. 1 new message" }).click();
    await expect(page.getByRole("button", { name: "Close the chat" })).toBeVisible();
  });

  expect(await page.evaluate(() => customElements.get("chat-room"))).toBeUndefined();
  expect(said).toEqual([]);
});

test("parts of two rooms on one page keep to their own", async ({ page, relay, visit }) => {
  const names = [freshRoom(), freshRoom()];
  const script = await bundle(`
    import { connect } from "@natter/sdk";
    import "@natter/widget/parts";
    const chat = connect({ relay: ${JSON.stringify(relay.url)} });
    for (const section of document.querySelectorAll("section")) {
      const room = chat.room(section.id);
      for (const part of section.children) Object.assign(part, { room, chat });
    }
  `);
  const section = (name: string): string =>
    `<section id="${name}"><chat-messages></chat-messages><chat-composer></chat-composer></section>`;
  const body = `${STYLE}${names.map(section).join("")}<script type="module">${script}</script>`;
  await visit(page, body, { script: false });
  const [first, second] = names.map((name) => page.locator(`#${name}`));
  await first?.getByRole("textbox").fill("Only here");
  await first?.getByRole("textbox").press("Enter");
  await expect(first?.getByRole("article") ?? page.locator("none")).toHaveText(/Only here/);
  await expect(second?.getByRole("article") ?? page.locator("none")).toHaveCount(0);

  await reply(page, "Only here");
  await expect(first?.getByText("Replying to") ?? page.locator("none")).toBeVisible();
  await expect(second?.getByText("Replying to") ?? page.locator("none")).toHaveCount(0);
  await expect(second?.getByRole("textbox") ?? page.locator("none")).toHaveValue("");
});

async function reply(page: Page, to: string): Promise<void> {
  const message = page.getByRole("article", { name: to });
  await message.hover();
  await message.getByRole("button", { name: "Reply", exact: true }).click();
}
