import type { memoryRelay } from "@natter/widget/memory";
import type { Page } from "@playwright/test";
import { expect, freshRoom, test } from "./room-page.ts";

interface Memory {
  memoryRelay: typeof memoryRelay;
}

/** Where a relay serves the module that the element fetches. */
const memoryOf = (relay: string): string => `${relay}/chat-room-memory.js`;

/** What a page asks the network for. */
function requests(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  page.on("websocket", (socket) => asked.push(socket.url()));
  return asked;
}

test("a room in memory works without a relay: posts, answers, edits, deletions, people", async ({
  page,
  relay,
  visit,
}) => {
  const asked = requests(page);
  const ann = await visit(page, `<chat-room transport="memory" room="lobby"></chat-room>`);
  await ann.says("Hello?", "Ann");
  await page.evaluate(async (file) => {
    const { memoryRelay } = (await import(file)) as Memory;
    memoryRelay.say("lobby", "Bo", "Hello, Ann!");
  }, memoryOf(relay.url));
  await expect(page.getByRole("article", { name: /^Bo Hello, Ann!/ })).toBeVisible();
  const message = page.getByRole("article", { name: /Hello, Ann/ });
  await message.hover();
  await message.getByRole("button", { name: "React" }).click();
  await message.getByRole("button", { name: "👍" }).click();
  await expect(message.getByRole("button", { name: /👍/, pressed: true })).toBeVisible();
  await ann.text.press("ArrowUp");
  await ann.text.fill("Hello!");
  await ann.text.press("Enter");
  await expect(page.getByRole("article", { name: /Hello!.*edited/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "1 person here" })).toBeVisible();
  expect(asked.filter((path) => !path.endsWith(".js"))).toEqual([expect.stringMatching(/^\/\d+$/)]);
});

test("rooms in the memory of one page share it; tokens make them different people", async ({
  page,
  relay,
  visit,
}) => {
  await visit(page, "<main></main>");
  await page.evaluate(async (file) => {
    const { memoryRelay } = (await import(file)) as Memory;
    for (const sub of ["ann", "bo"]) {
      const room = document.createElement("chat-room");
      room.setAttribute("token", memoryRelay.token({ sub, name: sub }));
      room.setAttribute("transport", "memory");
      room.setAttribute("room", "lobby");
      document.querySelector("main")?.append(room);
    }
  }, memoryOf(relay.url));
  const [ann, bo] = [page.locator("chat-room").first(), page.locator("chat-room").last()];
  await ann.getByRole("textbox").fill("From one to the other");
  await ann.getByRole("textbox").press("Enter");
  await expect(bo.getByRole("article", { name: /^ann From one to the other/ })).toBeVisible();
  await expect(bo.getByRole("button", { name: "2 people here" })).toBeVisible();
});

test("nothing of it is fetched where no room is in memory, and a relay takes over when asked to", async ({
  page,
  visit,
}) => {
  const asked = requests(page);
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`);
  await ann.says("With a relay", "Ann");
  expect(asked.filter((path) => path.includes("memory"))).toEqual([]);
  const room = page.locator("chat-room");
  await room.evaluate((room) => room.setAttribute("transport", "memory"));
  await expect(ann.messages).toHaveCount(0);
  await room.evaluate((room) => room.removeAttribute("transport"));
  await expect(ann.messages).toHaveText(/With a relay/);
});
