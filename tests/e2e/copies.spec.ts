import type { connect } from "@natter/sdk";
import type { Page } from "@playwright/test";
import { VERSION } from "../../widget/src/version.ts";
import { documentedPolicy } from "../support/documented-policy.ts";
import { expect, freshRoom, mint, test } from "./room-page.ts";

/** The lines to relays that a page has opened, and those that stand. */
function sockets(page: Page): { opened: string[]; standing: () => number } {
  const opened: string[] = [];
  let standing = 0;
  page.on("websocket", (socket) => {
    opened.push(socket.url());
    standing++;
    socket.on("close", () => standing--);
  });
  return { opened, standing: () => standing };
}

function complaints(page: Page): string[] {
  const said: string[] = [];
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("console", (message) => {
    if (message.type() !== "log") said.push(message.text());
  });
  return said;
}

test("the two lines pasted twice make two rooms on one line", async ({ page, relay, visit }) => {
  const lines = sockets(page);
  const said = complaints(page);
  const name = freshRoom();
  const paste = `<script type="module" src="${relay.url}/chat-room.js"></script>
    <chat-room room="${name}"><a href="${relay.url}/r/${name}">Open the chat</a></chat-room>`;
  await visit(page, paste + paste, { script: false });
  const [first, second] = [page.locator("chat-room").first(), page.locator("chat-room").last()];
  await first.getByRole("textbox", { name: "Message" }).fill("Hello twice");
  await page.evaluate(() => document.querySelector("chat-room")?.send("Hello twice"));
  await expect(first.getByRole("article")).toHaveText(/Hello twice/);
  await expect(second.getByRole("article")).toHaveText(/Hello twice/);
  expect(lines.opened).toHaveLength(1);
  expect(said).toEqual([]);
});

test("another copy of the script, with a Lit of its own, stands back, also under a strict policy", async ({
  page,
  relay,
  visit,
}) => {
  const lines = sockets(page);
  const said = complaints(page);
  const name = freshRoom();
  // Another address is another module: everything in it is there a second time.
  const scripts = ["/chat-room.js", "/chat-room.js?theme", `/v${VERSION}/chat-room.js`]
    .map((path) => `<script type="module" src="${relay.url}${path}"></script>`)
    .join("");
  const room = `<chat-room room="${name}"></chat-room>`;
  await visit(page, room + scripts + room, {
    script: false,
    headers: { "content-security-policy": documentedPolicy(relay.url) },
  });
  await page.waitForFunction(() => document.querySelectorAll("chat-room:state(live)").length === 2);
  await page.evaluate(() => document.querySelector("chat-room")?.send("Once"));
  for (const room of await page.locator("chat-room").all()) {
    await expect(room.getByRole("article")).toHaveCount(1);
    await expect(room.getByRole("article")).toHaveText(/Once/);
  }
  expect(await page.evaluate(() => document.querySelectorAll("#natter-announcer").length)).toBe(1);
  expect(lines.opened).toHaveLength(1);
  expect(said).toEqual([]);
});

test("three rooms and the client that one of them has share one line", async ({ page, visit }) => {
  const lines = sockets(page);
  const names = [freshRoom(), freshRoom(), freshRoom()];
  await visit(page, names.map((name) => `<chat-room room="${name}"></chat-room>`).join(""));
  await page.waitForFunction(() => document.querySelectorAll("chat-room:state(live)").length === 3);
  const fourth = freshRoom();
  const heard = await page.evaluate(
    async ({ names, fourth }) => {
      const client = document.querySelector("chat-room")?.client;
      await client?.room(names[1] ?? "").post("From a script");
      await client?.room(fourth).post("In a room without an element");
      return client
        ?.room(fourth)
        .view()
        .messages.map(({ text }) => text);
    },
    { names, fourth },
  );
  expect(heard).toEqual(["In a room without an element"]);
  await expect(page.locator("chat-room").nth(1).getByRole("article")).toHaveText(/From a script/);
  await expect(page.locator("chat-room").nth(0).getByRole("article")).toHaveCount(0);
  expect(lines.opened).toHaveLength(1);
});

test("three rooms are given the SDK's client of the page, and open no line of their own", async ({
  page,
  relay,
  visit,
}) => {
  const lines = sockets(page);
  const names = [freshRoom(), freshRoom(), freshRoom()];
  await visit(page, "<main></main>");
  await page.evaluate(
    async ({ relay, names }) => {
      const sdk = (await import(`${relay}/natter-sdk.js`)) as { connect: typeof connect };
      const client = sdk.connect({ relay });
      for (const name of names) {
        const room = document.createElement("chat-room");
        Object.assign(room, { client, room: name });
        document.querySelector("main")?.append(room);
      }
      await client.room(names[2] ?? "").post("From the page’s own client");
    },
    { relay: relay.url, names },
  );
  await page.waitForFunction(() => document.querySelectorAll("chat-room:state(live)").length === 3);
  await expect(page.locator("chat-room").nth(2).getByRole("article")).toHaveText(
    /From the page’s own client/,
  );
  expect(lines.opened).toHaveLength(1);

  // The client is the page's: it stays when its rooms go.
  await page.evaluate(() => document.querySelector("main")?.replaceChildren());
  await page.waitForTimeout(1500);
  expect(lines.standing()).toBe(1);
});

test("each relay and each visitor has a line, and no more", async ({ page, relay, visit }) => {
  const lines = sockets(page);
  const name = freshRoom();
  const ann = await mint(relay, "ann", `${name}=member`);
  const bo = await mint(relay, "bo", `${name}=member`);
  const tag = (attributes: string): string => `<chat-room room="${name}" ${attributes}></chat-room>`;
  const elsewhere = `relay="${relay.url.replace("127.0.0.1", "localhost")}"`;
  const tokens = [`token="${ann}"`, `token="${ann}"`, `token="${bo}"`];
  await visit(page, [...tokens, "", "", elsewhere].map(tag).join(""));
  await page.waitForFunction(() => document.querySelectorAll("chat-room:state(live)").length === 6);
  expect(lines.opened).toHaveLength(4);
  await page.evaluate(() => document.querySelectorAll("chat-room").forEach((room) => room.remove()));
  await expect.poll(() => lines.standing()).toBe(0);
});
