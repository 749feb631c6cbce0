import { mkdir, readFile, writeFile } from "node:fs/promises";
import { get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createRelay, mintToken, secretKey, type Relay } from "@natter/relay";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { markedBlocks } from "./markdown.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SECRET = "only-for-the-snippets-of-the-documents";

let relay: Relay;
let url: string;

beforeEach(async () => {
  relay = await createRelay({ memory: true, guests: "on", secret: SECRET, port: 0 });
  url = await relay.listen();
  vi.stubGlobal("WebSocket", WebSocket);
  vi.stubGlobal("fetch", (address: string) =>
    Promise.resolve(new Response(address === "/chat-token" ? token("ann") : "", { status: 200 })),
  );
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(async () => {
  await relay.close();
});

describe("the snippets of the documents run", () => {
  test("docs/SDK.md, from connect to close", async () => {
    const said = vi.mocked(console.log);
    await run("SDK.md", "sdk");
    expect(said).toHaveBeenCalledWith(expect.anything(), "ping");
  });

  test("docs/SDK.md, a relay inside a test", async () => {
    await run("SDK.md", "testing");
    expect(vi.mocked(console.log)).toHaveBeenCalledWith(["Hello", "Hi"]);
  });

  test("docs/OPERATING.md, a relay in a server of one's own", async () => {
    const { server } = (await run("OPERATING.md", "attach")) as { server: Server };
    const { port } = server.address() as AddressInfo;
    expect(await textAt(port, "/healthz")).toContain('"ok"');
    expect(await textAt(port, "/")).toBe("my site");
    server.close();
  });
});

describe("the client of docs/PROTOCOL.md", () => {
  test("joins, posts, sees others, and goes on after its connection was lost", async () => {
    const { connect } = (await run("PROTOCOL.md", "client")) as Client;
    const ben = connect(
      url,
      () => Promise.resolve(token("ben")),
      () => {},
    );
    let texts: string[] = [];
    const sockets = spyOnSockets();
    const ann = connect(
      url,
      () => Promise.resolve(token("ann")),
      (_name, room) => {
        texts = [...(room?.messages.values() ?? [])].map((message) => message.text);
      },
    );
    ann.join("cafe\u0301");
    ben.join("café");
    ann.post("café", "one");
    await vi.waitFor(() => expect(texts).toEqual(["one"]), 5000);
    sockets.cut();
    ann.post("café", "two");
    ben.post("café", "three");
    await vi.waitFor(() => expect(texts.toSorted()).toEqual(["one", "three", "two"]), 10_000);
    ann.close();
    ben.close();
  });
});

interface Client {
  connect(
    relay: string,
    getToken: () => Promise<string>,
    show: (name: string, room?: { messages: Map<number, { text: string }> }) => void,
  ): { join(name: string): void; post(name: string, text: string): void; close(): void };
}

/** Runs all blocks of one name of a page as one module, against the relay of this test. */
async function run(page: string, name: string): Promise<unknown> {
  const blocks = markedBlocks(await readFile(`${ROOT}docs/${page}`, "utf8"), "snippet");
  const code = blocks.flatMap((block) => (block.name === name ? [block.code] : []));
  expect(code).not.toEqual([]);
  const folder = `${ROOT}test-results/snippets/`;
  const file = `${folder}${page.replace(".md", "").toLowerCase()}-${name}.ts`;
  await mkdir(folder, { recursive: true });
  await writeFile(file, code.join("\n").replaceAll("https://relay.example", url));
  return import(/* @vite-ignore */ file);
}

function token(sub: string): string {
  const rooms = { "*": "moderator" } as const;
  return mintToken({ sub, rooms, expiresInMs: 3_600_000 }, secretKey(SECRET), Date.now()).token;
}

/** Keeps the sockets made from now on, so that a test can cut them. */
function spyOnSockets(): { cut: () => void } {
  const made: WebSocket[] = [];
  class Kept extends WebSocket {
    constructor(address: string, protocols?: string) {
      super(address, protocols);
      made.push(this);
    }
  }
  vi.stubGlobal("WebSocket", Kept);
  return { cut: () => made.forEach((socket) => socket.terminate()) };
}

function textAt(port: number, path: string): Promise<string> {
  return new Promise((resolve) => {
    get({ port, path, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += String(chunk)));
      response.on("end", () => resolve(text));
    });
  });
}
