import { createContext, runInContext } from "node:vm";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { Apps } from "../../src/apps/apps.ts";
import { serveEmbedPages } from "../../src/http/embed-page.ts";

interface Message {
  source: unknown;
  origin: string;
  data: unknown;
}

const RELAY = "https://relay.example";

/** The page of a frame, with its script run in a window that a test has made. */
class Frame {
  readonly asked: { id: number; room: string }[] = [];
  readonly parent = { postMessage: (question: { id: number; room: string }) => this.asked.push(question) };
  readonly page: string;
  readonly #listeners = new Set<(message: Message) => void>();
  readonly #room: {
    dataset: { origins: string };
    getAttribute: () => string;
    getToken?: () => Promise<string>;
  };

  private constructor(page: string, script: string) {
    this.page = page;
    const origins = /data-origins="([^"]*)"/.exec(page)?.[1] ?? "";
    this.#room = { dataset: { origins }, getAttribute: () => "lobby" };
    const addEventListener = (
      _type: string,
      listener: (message: Message) => void,
      { signal }: { signal: AbortSignal },
    ): void => {
      this.#listeners.add(listener);
      signal.addEventListener("abort", () => this.#listeners.delete(listener));
    };
    const window = {
      document: { querySelector: () => (page.includes('data-identity="parent"') ? this.#room : null) },
      parent: this.parent,
      location: { origin: RELAY },
      addEventListener,
      setTimeout: () => 0,
      clearTimeout: () => {},
      AbortController,
    };
    runInContext(script, createContext(window));
  }

  static async open(allowed: string[], allowLocal = false): Promise<Frame> {
    const app = new Hono();
    const found = { policy: { origins: { allowed, allowLocal } } };
    serveEmbedPages(app, { apps: { ofVisitor: () => found } as unknown as Apps });
    const text = async (path: string): Promise<string> => (await app.request(path)).text();
    return new Frame(await text("/embed/lobby?identity=parent"), await text("/embed.js"));
  }

  /** The token that is given for an answer; undefined when the answer does not count. */
  async tokenOf({ origin, source = this.parent }: { origin: string; source?: unknown }): Promise<unknown> {
    let token: unknown;
    void this.#room.getToken?.().then((given) => (token = given));
    const id = this.asked.at(-1)?.id;
    const message = { source, origin, data: { type: "natter:token", id, token: "a-token" } };
    for (const listener of [...this.#listeners]) listener(message);
    await new Promise((resolve) => setImmediate(resolve));
    return token;
  }
}

describe("a page in a frame that asks the page around it for tokens", () => {
  test("takes them from that page, where it is one of the app's or the relay's own", async () => {
    const frame = await Frame.open(["https://shop.example", "capacitor://localhost"]);
    for (const origin of ["https://shop.example", "capacitor://localhost", RELAY]) {
      expect(await frame.tokenOf({ origin })).toBe("a-token");
    }
    expect(frame.asked).toMatchObject([{ room: "lobby" }, { room: "lobby" }, { room: "lobby" }]);
  });

  test("and from no other page, however its name begins or ends, and from no other window", async () => {
    const frame = await Frame.open(["https://shop.example"]);
    for (const origin of [
      "https://evil.example",
      "https://shop.example.evil.example",
      "http://shop.example",
      "https://shop.example:8443",
      "http://localhost:3000",
      "null",
      "",
    ]) {
      expect([origin, await frame.tokenOf({ origin })]).toEqual([origin, undefined]);
    }
    expect(await frame.tokenOf({ origin: "https://shop.example", source: {} })).toBeUndefined();
  });

  test("where pages of this machine may, from those; where all may, from all", async () => {
    const local = await Frame.open([], true);
    for (const origin of [
      "http://localhost:3000",
      "http://a.localhost",
      "https://127.0.0.1:8443",
      "http://[::1]:1",
    ])
      expect([origin, await local.tokenOf({ origin })]).toEqual([origin, "a-token"]);
    for (const origin of [
      "http://localhost.evil.example",
      "http://127.0.0.1.evil.example",
      "https://evil.example",
    ])
      expect([origin, await local.tokenOf({ origin })]).toEqual([origin, undefined]);
    const open = await Frame.open(["*"]);
    expect(await open.tokenOf({ origin: "https://any.example" })).toBe("a-token");
  });

  test("the list is text of an attribute, whatever is in it", async () => {
    const frame = await Frame.open(['https://a.example"><script>', "https://b.example"]);
    expect(frame.page).not.toContain('"><script>');
    expect(await frame.tokenOf({ origin: "https://b.example" })).toBe("a-token");
  });
});
