import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Locator, Page } from "@playwright/test";
import { test as base, type NatterFixtures } from "../support/browser-test.ts";
import { tokenFor } from "../support/raw-client.ts";
import type { RelayProcess } from "../support/relay-process.ts";

/** What a page says besides its body. */
interface PageOptions {
  headers?: Record<string, string>;
  lang?: string;
  /** False for a page that loads the script itself. */
  script?: boolean;
}

/** A website of its own, on an origin that is not the relay's, as where the element is meant to stand. */
export class Site {
  readonly #server: Server;
  readonly #pages = new Map<string, { body: string; headers: Record<string, string> }>();
  /** What the site answers to a POST for a token; nothing until a test says what. */
  token: { status: number; body: string } = { status: 404, body: "" };
  readonly url: string;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => {
      if (request.method === "POST") return void response.writeHead(this.token.status).end(this.token.body);
      const page = this.#pages.get(request.url ?? "");
      response.writeHead(page ? 200 : 204, { "content-type": "text/html; charset=utf-8", ...page?.headers });
      response.end(page?.body);
    });
  }

  static async start(): Promise<Site> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return new Site(server);
  }

  /** Puts up a page with this body and the relay's script after it; returns its address. */
  page(relay: string, body: string, { headers = {}, lang = "en", script = true }: PageOptions = {}): string {
    const path = `/${this.#pages.size}`;
    const tag = script ? `<script type="module" src="${relay}/chat-room.js"></script>` : "";
    const html = `<!doctype html><html lang="${lang}"><title>A page</title>${body}${tag}</html>`;
    this.#pages.set(path, { body: html, headers });
    return this.url + path;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A policy that allows a page its relay and nothing else: no inline style or script, no HTML made from text. */
export function strictPolicy(relay: string): string {
  return [
    "default-src 'none'",
    `script-src ${relay}`,
    "style-src 'none'",
    `connect-src ${relay} ${relay.replace("http", "ws")}`,
    "require-trusted-types-for 'script'",
    "trusted-types lit-html",
  ].join("; ");
}

/**
 * A token of a relay in development, signed as a website's server would.
 *
 * @param rights such as `lobby=member`
 */
export async function mint(relay: RelayProcess, sub: string, ...rights: string[]): Promise<string> {
  const secret = await readFile(join(relay.data, "dev-secret"), "utf8");
  const rooms = rights.map((right) => {
    const cut = right.lastIndexOf("=");
    return [right.slice(0, cut), right.slice(cut + 1)];
  });
  return tokenFor(sub, { name: `${sub} of the token`, rooms: Object.fromEntries(rooms) }, secret.trim());
}

let rooms = 0;

/** A room that no other test is in. */
export function freshRoom(): string {
  rooms++;
  return `room-${process.pid}-${Date.now()}-${rooms}`;
}

interface RoomFixtures {
  site: Site;
  /** Goes to a page with this body. */
  visit(page: Page, body: string, options?: PageOptions): Promise<Visitor>;
  /** Somebody else, with a browser of their own, in a room. */
  comeTo(room: string, options?: BrowserContextOptions): Promise<Visitor>;
}

/** The relay's `test`, with a website beside it. */
export const test = base.extend<RoomFixtures & Pick<NatterFixtures, "relay">>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures wanted from the pattern
  site: async ({}, use) => {
    const site = await Site.start();
    await use(site);
    site.close();
  },
  visit: async ({ relay, site }, use) => {
    await use(async (page, body, options) => {
      await page.goto(site.page(relay.url, body, options));
      return new Visitor(page);
    });
  },
  comeTo: async ({ browser, visit }, use) => {
    await use((room, options) => openRoom(browser, visit, room, options));
  },
});

async function openRoom(
  browser: Browser,
  visit: RoomFixtures["visit"],
  room: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext(options);
  const visitor = await visit(await context.newPage(), `<chat-room room="${room}"></chat-room>`);
  await visitor.text.waitFor();
  return visitor;
}

/** One visitor's view of a room. */
export class Visitor {
  readonly page: Page;
  readonly text: Locator;
  readonly messages: Locator;
  readonly log: Locator;

  constructor(page: Page) {
    this.page = page;
    this.text = page.getByRole("textbox", { name: "Message", exact: true });
    this.messages = page.getByRole("article");
    this.log = page.getByRole("log");
  }

  /** Writes a message and gives a name where one is asked for. */
  async says(text: string, name = "Visitor"): Promise<void> {
    await this.text.fill(text);
    await this.text.press("Enter");
    const naming = this.page.getByRole("textbox", { name: "What should people call you?" });
    await naming
      .or(this.messages.filter({ hasText: text }).last())
      .first()
      .waitFor();
    if (!(await naming.isVisible())) return;
    await naming.fill(name);
    await naming.press("Enter");
    await this.messages.filter({ hasText: text }).last().waitFor();
  }
}

export { expect } from "@playwright/test";
