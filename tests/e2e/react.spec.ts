import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { build, type Rolldown } from "vite";
import { expect, freshRoom, test } from "./room-page.ts";

const ENTRY = fileURLToPath(new URL("react/page.ts", import.meta.url));
let script = "";
test.beforeAll(async () => {
  script = await bundled();
});

async function open(page: Page): Promise<void> {
  await page.addScriptTag({ type: "module", content: script });
  await page.waitForFunction(() => "reactPage" in window);
}

test("a component is a room, with its attributes, events and methods", async ({ page, relay, visit }) => {
  const room = freshRoom();
  const ann = await visit(page, "<main></main>", { script: false });
  await open(page);
  await page.evaluate(
    ([relay = "", room = ""]) => window.reactPage.change({ relay, room, placeholder: "Say it" }),
    [relay.url, room],
  );
  await expect(page.getByPlaceholder("Say it")).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.reactPage.told)).toEqual([`ready ${room} 0`]);
  await page.getByRole("button", { name: "Drawn again 0" }).click();
  await page.evaluate(() => window.reactPage.element()?.send("from a method"));
  await expect(ann.messages).toHaveCount(1);
  await expect
    .poll(() => page.evaluate(() => window.reactPage.told))
    .toEqual([`ready ${room} 0`, "message from a method 1"]);
});

test("props that change do, props that go are gone, and so is the room", async ({ page, relay, visit }) => {
  const room = freshRoom();
  await visit(page, "<main></main>", { script: false });
  await open(page);
  const props = { relay: relay.url, room };
  await page.evaluate((props) => window.reactPage.change({ ...props, layout: "bubble", open: true }), props);
  const panel = page.getByRole("dialog");
  await expect(panel).toBeVisible();
  await page.keyboard.press("Escape");
  await page.evaluate((props) => window.reactPage.change({ ...props, layout: "bubble", open: false }), props);
  await expect(panel).toBeHidden();
  await page.evaluate((props) => window.reactPage.change({ ...props, readonly: true }), props);
  await expect(page.locator("chat-composer")).toHaveCount(0);
  await page.evaluate((props) => window.reactPage.change(props), props);
  await expect(page.locator("chat-composer")).toHaveCount(1);
  await page.evaluate(() => window.reactPage.change(undefined));
  await expect(page.locator("chat-room")).toHaveCount(0);
});

/** The page's script as a site would build it. */
async function bundled(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: ENTRY, output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput;
  return built.output[0].code;
}
