import { mkdir, readFile, writeFile } from "node:fs/promises";
import { get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createRelay, mintToken, secretKey, type Relay } from "@natter/relay";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Receiver } from "../../relay/test/webhooks/receiver.ts";
import { markedBlocks } from "./markdown.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SECRET = "only-for-the-snippets-of-the-documents";

const realFetch = globalThis.fetch;

let relay: Relay;
let url: string;

beforeEach(async () => {
  relay = await createRelay({ memory: true, guests: "on", secret: SECRET, port: 0 });
  url = await relay.listen();
  vi.stubGlobal("WebSocket", WebSocket);
  vi.stubGlobal("fetch", (address: string, init?: RequestInit) =>
    address.startsWith(`${url}/v1/rooms`) || address.startsWith(`${url}/v1/users`)
      ? realFetch(address, init)
      : Promise.resolve(new Response(address === "/chat-token" ? token("ann") : "", { status: 200 })),
  );
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await relay.close();
});

describe("the snippets of the documents run", () => {
  test("docs/SDK.md, from connect to close", async () => {
    const said = vi.mocked(console.log);
    await run("SDK.md", "sdk");
    expect(said).toHaveBeenCalledWith(expect.anything(), "ping");
  });

  test("docs/SDK.md, from a back end", async () => {
    vi.stubEnv("NATTER_SECRET", SECRET);
    await run("SDK.md", "server");
    expect(vi.mocked(console.log).mock.calls).toEqual([
      [1, undefined],
      ["lobby", 1, 0],
      ["0 messages erased"],
    ]);
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

describe("hooks and webhooks of docs/OPERATING.md", () => {
  test("the hooks decide as the page says", async () => {
    vi.stubEnv("NATTER_SECRET", SECRET);
    const { relay: hooked } = (await run("OPERATING.md", "hooks")) as { relay: Relay };
    const headers = { authorization: `Bearer ${token("ann")}`, "content-type": "application/json" };
    const address = await hooked.listen();
    const say = async (room: string, text: string): Promise<unknown> => {
      const body = JSON.stringify({ text });
      return (
        await realFetch(`${address}/v1/rooms/${room}/messages`, { method: "POST", headers, body })
      ).json();
    };
    expect(await say("lobby", "casino")).toMatchObject({
      error: { code: "rejected", message: "No casinos here." },
    });
    expect(await say("staff-1", "hi")).toMatchObject({ error: { code: "forbidden" } });
    expect(await say("lobby", " hi ")).toMatchObject({ seq: 1 });
    await vi.waitFor(() =>
      expect(vi.mocked(console.log).mock.calls).toEqual([["default", "lobby", "message"]]),
    );
    await hooked.close();
  });

  test("the check of a signature takes what a relay sends, and nothing else", async () => {
    type Check = (headers: Record<string, string | undefined>, body: string, secret: string) => boolean;
    const { isFromNatter } = (await run("OPERATING.md", "webhook")) as { isFromNatter: Check };
    const receiver = await new Receiver().open();
    const given: [Record<string, string | undefined>, string][] = [];
    receiver.answer = (response, { body }, { headers }) => {
      given.push([headers as Record<string, string>, JSON.stringify(body)]);
      response.end();
    };
    const { secret } = receiver;
    const webhooks = [{ url: receiver.url, secret, allowPrivate: true }];
    const telling = await createRelay({ memory: true, secret: SECRET, port: 0, webhooks });
    const headers = { authorization: `Bearer ${token("ann")}`, "content-type": "application/json" };
    const address = `${await telling.listen()}/v1/rooms/lobby/messages`;
    await realFetch(address, { method: "POST", headers, body: '{"text":"hi"}' });
    await vi.waitFor(() => expect(given).toHaveLength(1));
    const [sent, body] = given[0] ?? [{}, ""];
    expect(isFromNatter(sent, body, secret)).toBe(true);
    expect(isFromNatter(sent, `${body} `, secret)).toBe(false);
    expect(isFromNatter({ ...sent, "webhook-timestamp": "1" }, body, secret)).toBe(false);
    expect(isFromNatter(sent, body, `whsec_${Buffer.alloc(32).toString("base64")}`)).toBe(false);
    await telling.close();
    await receiver.close();
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
    const shown = screen();
    const sockets = spyOnSockets();
    const ann = connect(url, () => Promise.resolve(token("ann")), shown.show);
    ann.join("cafe\u0301");
    ben.join("café");
    ann.post("café", "one");
    await vi.waitFor(() => expect(shown.texts()).toEqual(["one"]), 5000);
    sockets.cut();
    ann.post("café", "two");
    ben.post("café", "three");
    await vi.waitFor(() => expect(shown.texts().toSorted()).toEqual(["one", "three", "two"]), 10_000);
    ann.close();
    ben.close();
  });

  test("shows another user the whole room, and not only what the user before had missed", async () => {
    const { connect } = (await run("PROTOCOL.md", "client")) as Client;
    let user = "ann";
    const shown = screen();
    const sockets = spyOnSockets();
    const client = connect(url, () => Promise.resolve(token(user)), shown.show);
    client.join("lobby");
    client.post("lobby", "one");
    await vi.waitFor(() => expect(shown.texts()).toEqual(["one"]), 5000);
    user = "mia";
    sockets.cut();
    client.post("lobby", "never sent: it was the other user's");
    await vi.waitFor(() => expect(sockets.made()).toBe(2), 5000);
    await vi.waitFor(() => expect(shown.isJoined()).toBe(true), 5000);
    client.post("lobby", "two");
    await vi.waitFor(() => expect(shown.texts()).toEqual(["one", "two"]), 5000);
    client.close();
  });

  test("asks for a new token as often as a connection was good before, and stops at a second refusal", async () => {
    const { connect } = (await run("PROTOCOL.md", "client")) as Client;
    vi.spyOn(Math, "random").mockReturnValue(0);
    const scripted = await script((say, nth) => (nth <= 3 ? say(WELCOME, 4401) : say(4401)));
    const client = connect(
      scripted.url,
      () => Promise.resolve("token"),
      () => {},
    );
    await vi.waitFor(() => expect(scripted.hellos()).toBe(4), 5000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(scripted.hellos()).toBe(4);
    client.close();
    scripted.close();
  });

  test("leaves a relay that is going, and tries until another takes it in", async () => {
    const { connect } = (await run("PROTOCOL.md", "client")) as Client;
    vi.spyOn(Math, "random").mockReturnValue(0.01);
    const isServed = (nth: number): boolean => nth === 1 || nth > 3;
    const scripted = await script((say) => say(WELCOME, { type: "goaway", within: 5000 }), isServed);
    const client = connect(
      scripted.url,
      () => Promise.resolve("token"),
      () => {},
    );
    await vi.waitFor(() => expect(scripted.hellos()).toBe(2), 5000);
    expect(scripted.dialled()).toBe(4);
    client.close();
    scripted.close();
  });

  test("lives on when no new token can be had in time", async () => {
    const { connect } = (await run("PROTOCOL.md", "client")) as Client;
    vi.spyOn(Math, "random").mockReturnValue(0);
    const getToken = vi.fn(() => Promise.resolve("token"));
    getToken.mockResolvedValueOnce("token").mockRejectedValueOnce(new Error("No network."));
    const scripted = await script((say, nth) => {
      if (nth > 1) return say(WELCOME);
      say(WELCOME, { type: "expiring", at: Date.now() });
      setTimeout(() => say(4401), 50);
    });
    const client = connect(scripted.url, getToken, () => {});
    await vi.waitFor(() => expect(scripted.hellos()).toBe(2), 5000);
    expect(getToken).toHaveBeenCalledTimes(3);
    client.close();
    scripted.close();
  });
});

interface Client {
  connect(
    relay: string,
    getToken: () => Promise<string>,
    show: Show,
  ): { join(name: string): void; post(name: string, text: string): void; close(): void };
}

type Show = (name: string, room?: { joining: boolean; messages: Map<number, { text: string }> }) => void;

/** What a client shows of its one room. */
function screen(): { show: Show; texts: () => string[]; isJoined: () => boolean } {
  let room: Parameters<Show>[1];
  return {
    show: (_name, shown) => (room = shown),
    texts: () => [...(room?.messages.values() ?? [])].map(({ text }) => text),
    isJoined: () => room?.joining === false,
  };
}

const WELCOME = { type: "welcome", user: { id: "ann", name: "Ann" }, heartbeat: 25_000 };

/** Says packets in a frame each, and a close code as the end. */
type Say = (...said: (object | number)[]) => void;

/** A relay that says what a test wants said, once somebody said hello; who is not served gets HTTP 503. */
async function script(
  onHello: (say: Say, nth: number) => void,
  isServed: (nth: number) => boolean = () => true,
): Promise<{ url: string; dialled: () => number; hellos: () => number; close: () => void }> {
  let dialled = 0;
  let hellos = 0;
  const server = new WebSocketServer({
    port: 0,
    verifyClient: (_info: unknown, answer: (isServed: boolean, status: number) => void) =>
      answer(isServed(++dialled), 503),
  });
  server.on("connection", (socket) => {
    const say: Say = (...said) => {
      for (const each of said) {
        if (typeof each === "number") socket.close(each);
        else socket.send(JSON.stringify([each]));
      }
    };
    socket.once("message", () => onHello(say, ++hellos));
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    dialled: () => dialled,
    hellos: () => hellos,
    close: () => server.close(),
  };
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

/** Keeps the sockets made from now on, so that a test can count and cut them. */
function spyOnSockets(): { made: () => number; cut: () => void } {
  const made: WebSocket[] = [];
  class Kept extends WebSocket {
    constructor(address: string, protocols?: string) {
      super(address, protocols);
      made.push(this);
    }
  }
  vi.stubGlobal("WebSocket", Kept);
  return { made: () => made.length, cut: () => made.forEach((socket) => socket.terminate()) };
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
