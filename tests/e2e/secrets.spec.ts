import type { Page } from "@playwright/test";
import { expect, freshRoom, mint, test } from "./room-page.ts";
import { everythingIn } from "./screen.ts";

/** Everything that leaves a trace on a page: what is asked for what it wrote down so far. */
async function follow(page: Page): Promise<() => Promise<string>> {
  const traces: string[] = [];
  page.on("console", (message) => traces.push(message.text(), JSON.stringify(message.args())));
  page.on("pageerror", (error) => traces.push(String(error), error.stack ?? ""));
  page.on("request", (request) => traces.push(request.url(), JSON.stringify(request.headers())));
  page.on("websocket", (socket) => traces.push(socket.url()));
  await page.addInitScript(() => {
    const events: string[] = [];
    Object.assign(globalThis, { events });
    // As deep as a listener of the page could look.
    const tell = (value: unknown, depth: number, known: Set<object>): string => {
      if (typeof value !== "object" || value === null) return String(value);
      if (depth === 0 || known.has(value) || value instanceof Node || value === globalThis) return "";
      known.add(value);
      const fields = value instanceof Event ? Object.getOwnPropertyNames(value) : Reflect.ownKeys(value);
      return fields
        .map((field) => tell((value as Record<PropertyKey, unknown>)[field], depth - 1, known))
        .join(" ");
    };
    const dispatch = EventTarget.prototype.dispatchEvent;
    EventTarget.prototype.dispatchEvent = function (event: Event) {
      events.push(`${event.type} ${tell(event, 6, new Set())}`);
      return dispatch.call(this, event);
    };
  });
  return async () => {
    const inPage = await page.evaluate(async () => {
      const { events } = globalThis as unknown as { events: string[] };
      const databases = (await indexedDB.databases()).map(({ name }) => name);
      const caches = await globalThis.caches?.keys().catch(() => []);
      const entries = performance.getEntries().map(({ name }) => name);
      return JSON.stringify([
        events,
        document.cookie,
        location.href,
        history.state,
        databases,
        caches,
        entries,
      ]);
    });
    return [...traces, inPage, await everythingIn(page)].join("\n");
  };
}

/** A token, its signature alone, and its claims, which name the visitor's rights. */
function piecesOf(token: string): string[] {
  const [, claims = "", signature = ""] = token.split(".");
  expect(signature.length).toBeGreaterThan(20);
  return [token, signature, claims];
}

test("a token is in no text, event, address, console or storage of the page", async ({
  page,
  relay,
  site,
  visit,
}) => {
  const name = freshRoom();
  const token = await mint(relay, "ann", `${name}=member`);
  site.token = { status: 200, body: token };
  const traces = await follow(page);
  const ann = await visit(page, `<chat-room room="${name}" token-url="/chat-token" sound></chat-room>`);
  await ann.says("Hello");
  await page.context().setOffline(true);
  // A line that stands does not notice by itself.
  await page.evaluate(() => document.querySelector("chat-room")?.client?.reconnect());
  await expect(page.getByText("You are offline.")).toBeVisible();
  await ann.text.fill("written without a line");
  await ann.text.press("Enter");
  await page.context().setOffline(false);
  await expect(ann.messages).toHaveCount(2);
  await ann.text.fill("a draft");
  await page.reload();
  await expect(ann.messages).toHaveCount(2);

  const all = await traces();
  // What is looked through holds what it should.
  for (const known of ["chat-ready", "a draft", "Hello", "/chat-token"]) expect(all).toContain(known);
  for (const piece of piecesOf(token)) expect(all).not.toContain(piece);
});

test("a token that the relay refuses is not repeated to anybody", async ({ page, relay, site, visit }) => {
  const token = await mint(relay, "ann", "elsewhere=member");
  const [header = "", claims = "", signature = ""] = token.split(".");
  const forged = [header, claims, [...signature].reverse().join("")].join(".");
  site.token = { status: 200, body: forged };
  const traces = await follow(page);
  await visit(page, `<chat-room room="${freshRoom()}" token-url="/chat-token"></chat-room>`);
  await expect(page.getByText("You are signed out of this chat.")).toBeVisible();
  const all = await traces();
  expect(all).toContain("(refused)");
  for (const piece of piecesOf(forged)) expect(all).not.toContain(piece);
});

test("a guest's token is kept nowhere", async ({ page, visit }) => {
  const tokens: string[] = [];
  page.on("response", async (response) => {
    if (!response.url().endsWith("/v1/guest") || response.request().method() !== "POST") return;
    const { token } = (await response.json()) as { token: string };
    tokens.push(token);
  });
  const traces = await follow(page);
  const ann = await visit(page, `<chat-room room="${freshRoom()}"></chat-room>`);
  await ann.says("Hello", "Ann");
  await page.reload();
  await expect(ann.messages).toHaveCount(1);
  expect(tokens.length).toBeGreaterThan(1);
  const all = await traces();
  for (const token of tokens) for (const piece of piecesOf(token)) expect(all).not.toContain(piece);
});
