import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encode, handshake, RawClient, RawSocket, TEXT, tokenFor } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

let running: Running;
let url: string;

beforeAll(async () => {
  running = await startRelay({ origins: ["https://good.example"] });
  ({ url } = running);
});

afterAll(() => running.relay.close());

/** Sends a request as it stands and returns the status of the answer, or `ended`. */
async function statusOf(request: string): Promise<number | "ended"> {
  const raw = await RawSocket.dial(url);
  raw.write(Buffer.from(request, "latin1"));
  const head = await raw.head().catch(() => undefined);
  raw.destroy();
  return head === undefined ? "ended" : Number(head.split(" ")[1]);
}

async function expectAlive(): Promise<void> {
  const bob = await RawClient.join(url, "bob", "lobby");
  await bob.close();
}

describe("[WIRE11] [SD-10] subprotocols", () => {
  test.each<[string, string[], string]>([
    ["ours", ["natter.v1"], "natter.v1"],
    ["none", [], ""],
    ["ours among others", ["other", "natter.v1"], "natter.v1"],
  ])("%s is served", async (_, protocols, chosen) => {
    const client = await RawClient.open(url, { protocols });
    expect(client.protocol).toBe(chosen);
    client.say({ type: "hello", token: tokenFor("ann") });
    await client.next("welcome");
    await client.close();
  });

  test.each([[["natter.v2"]], [["other"]], [["chat", "natter"]]])(
    "%j is refused with HTTP 400",
    async (protocols) => {
      await expect(RawClient.open(url, { protocols })).rejects.toThrow("HTTP 400");
    },
  );
});

describe("[AUTH11] [AU-14] a page of an origin that is not allowed", () => {
  test.each([
    "https://good.example.evil.example",
    "https://evilgood.example",
    "http://good.example",
    "https://good.example:8443",
    "HTTPS://GOOD.EXAMPLE",
    "null",
    "",
  ])("%j is told which origin to add, and closed with 4403 before anything is read", async (origin) => {
    const client = await RawClient.open(url, { headers: { origin } });
    client.say({ type: "hello", token: tokenFor("ann") });
    const ending = await client.closed;
    expect(ending.code).toBe(4403);
    expect(ending.reason).toContain("--origins");
    expect(client.packets).toMatchObject([{ type: "error", code: "forbidden" }]);
    if (origin) expect(client.packets[0]?.["message"]).toContain(origin);
  });

  test("one that is allowed is served, and a program without any", async () => {
    for (const headers of [{ origin: "https://good.example" }, {}]) {
      const client = await RawClient.open(url, { headers });
      client.say({ type: "hello", token: tokenFor("ann") });
      await client.next("welcome");
      await client.close();
    }
  });

  test.each([
    "x".repeat(5000),
    "\u00e9".repeat(60),
    "\u00ff".repeat(2000),
    `https://${"é".repeat(58)}.example`,
    "https://a b",
    "https://[::1",
    "file://",
    "about:blank",
    "javascript:alert(1)",
    "https://good.example,https://evil.example",
    "%%%",
    "__proto__",
  ])("[PR-13] that is no origin at all costs nothing: %.30j", async (origin) => {
    const raw = await RawSocket.dial(url);
    raw.write(Buffer.from(handshake({ headers: [`Origin: ${origin}`] }), "latin1"));
    expect(await raw.head()).toContain(" 101 ");
    expect(await raw.nextPackets()).toMatchObject([{ type: "error", code: "forbidden" }]);
    expect(await raw.closeCode()).toBe(4403);
    raw.destroy();
    await expectAlive();
  });
});

describe("[PR-12] [PR-13] handshakes that are wrong get a status, and the relay lives on", () => {
  const replaced = (headers: Record<string, string | undefined>): string => handshake({ replaced: headers });

  test.each<[string, string, (number | "ended")[]]>([
    [
      "2,500 headers",
      handshake({ headers: Array.from({ length: 2500 }, (_, at) => `X: ${at}`) }),
      [101, 431],
    ],
    ["a header of 20 KB", handshake({ headers: [`X-Large: ${"x".repeat(20_000)}`] }), [431]],
    ["a path of 20 KB", handshake({ path: `/v1/socket?${"x".repeat(20_000)}` }), [431]],
    ["POST", handshake().replace("GET", "POST"), [400, 405]],
    ["another version", replaced({ "Sec-WebSocket-Version": "7" }), [400, 426]],
    ["no version", replaced({ "Sec-WebSocket-Version": undefined }), [400, 426]],
    ["no key", replaced({ "Sec-WebSocket-Key": undefined }), [400]],
    ["a bad key", replaced({ "Sec-WebSocket-Key": "rubbish" }), [400]],
    ["two keys", handshake({ headers: ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="] }), [400]],
    ["another upgrade", replaced({ Upgrade: "foo" }), [400, 426]],
    ["no upgrade", replaced({ Upgrade: undefined, Connection: "close" }), [426]],
    ["no host", replaced({ Host: undefined }), [101, 400]],
    ["a host that is none", replaced({ Host: "%%% / \\" }), [101, 400]],
    ["two hosts", handshake({ headers: ["Host: other.example"] }), [101, 400]],
    ["a path that is no encoding", handshake({ path: "/v1/socket%" }), [404]],
    ["a path with a NUL", handshake({ path: "/v1/socket%00" }), [404]],
    ["a path that climbs", handshake({ path: "/v1/../v1/socket" }), [404]],
    ["a path of two slashes", handshake({ path: "//v1/socket" }), [404]],
    ["another path", handshake({ path: "/socket.io/?EIO=4&transport=websocket" }), [404]],
    ["a path in another case", handshake({ path: "/V1/Socket" }), [404]],
    ["an address instead of a path", handshake({ path: "http://evil.example/v1/socket" }), [101, 404]],
    ["10 KB of subprotocols", replaced({ "Sec-WebSocket-Protocol": "a,".repeat(5000) }), [400]],
    ["10 KB of one subprotocol", replaced({ "Sec-WebSocket-Protocol": "a".repeat(10_000) }), [400]],
    ["a subprotocol twice", replaced({ "Sec-WebSocket-Protocol": "natter.v1, natter.v1" }), [400]],
    ["10 KB of spaces", replaced({ "Sec-WebSocket-Protocol": `natter.v1${" ".repeat(10_000)}x` }), [400]],
    ["an extension that is none", handshake({ headers: ["Sec-WebSocket-Extensions: ;;;=,"] }), [101, 400]],
    ["a header named __proto__", handshake({ headers: ["__proto__: x"] }), [101]],
    ["no HTTP at all", "hello\r\n\r\n", [400]],
    ["a TLS client", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n", [400, "ended"]],
    ["a header that smuggles another", handshake({ headers: ["X: a\rSet-Cookie: b"] }), [400]],
  ])("%s", async (_, request, statuses) => {
    expect(statuses).toContain(await statusOf(request));
    await expectAlive();
  });

  test("[PR-10] compression is not agreed to", async () => {
    const raw = await RawSocket.dial(url);
    raw.write(
      handshake({ headers: ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"] }),
    );
    const head = await raw.head();
    expect(head).toContain(" 101 ");
    expect(head.toLowerCase()).not.toContain("sec-websocket-extensions");
    raw.destroy();
  });

  test("frames that come with the handshake are taken once", async () => {
    const frame = encode({
      opcode: TEXT,
      payload: JSON.stringify([{ type: "hello", token: tokenFor("ann") }]),
    });
    const raw = await RawSocket.open(url, { after: frame });
    expect((await raw.nextPackets()).map(({ type }) => type)).toEqual(["welcome"]);
    raw.say([{ type: "members", ref: 1, room: "lobby" }]);
    expect((await raw.nextPackets()).map(({ type }) => type)).toEqual(["ok"]);
    raw.destroy();
  });
});

describe("[AUTH1] [AUTH2] who does not say hello, or says it wrong", () => {
  test.each<[string, unknown, number, string]>([
    ["a join", [{ type: "join", ref: 1, room: "lobby" }], 4401, "unauthorized"],
    ["no token", [{ type: "hello" }], 4401, "invalid"],
    ["a bad token", [{ type: "hello", token: "x.y.z" }], 4401, "unauthorized"],
    ["another secret", [{ type: "hello", token: tokenFor("ann", {}, "x".repeat(40)) }], 4401, "unauthorized"],
    ["an old token", [{ type: "hello", token: tokenFor("ann", { iat: 1, exp: 2 }) }], 4401, "token-expired"],
    ["an object", { type: "hello" }, 4400, "invalid"],
  ])("%s: an error packet, then %i", async (_, frame, code, error) => {
    const client = await RawClient.open(url);
    client.sayText(JSON.stringify(frame));
    const ending = await client.closed;
    expect(client.packets).toMatchObject([{ type: "error", code: error }]);
    expect(ending.code).toBe(code);
    expect(ending.reason).not.toBe("");
  });
});

describe.concurrent("those who are slow", () => {
  test(
    "[PR-14] a connection without a byte is ended within 15 seconds",
    { timeout: 20_000 },
    async ({ expect }) => {
      const raw = await RawSocket.dial(url);
      const begin = Date.now();
      await raw.ended;
      expect(Date.now() - begin).toBeLessThan(15_000);
    },
  );

  test("[PR-14] a header a second is ended within 15 seconds", { timeout: 20_000 }, async ({ expect }) => {
    const raw = await RawSocket.dial(url);
    const begin = Date.now();
    raw.write("GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    const drip = setInterval(() => raw.write("X-Slow: x\r\n"), 1000);
    await raw.ended;
    clearInterval(drip);
    expect(Date.now() - begin).toBeLessThan(15_000);
  });

  test(
    "[PR-14] [AUTH1] a socket without hello is closed with 4408 within 12 seconds",
    { timeout: 20_000 },
    async ({ expect }) => {
      const client = await RawClient.open(url);
      const begin = Date.now();
      expect((await client.closed).code).toBe(4408);
      expect(Date.now() - begin).toBeGreaterThan(9000);
      expect(Date.now() - begin).toBeLessThan(12_000);
      expect(client.packets).toMatchObject([{ type: "error" }]);
    },
  );

  test(
    "[PR-16] who never answers a close is cut off within 7 seconds",
    { timeout: 20_000 },
    async ({ expect }) => {
      const raw = await RawSocket.enter(url, "ann");
      raw.frame({ opcode: TEXT, payload: "rubbish" });
      const begin = Date.now();
      await raw.ended;
      expect(Date.now() - begin).toBeLessThan(7000);
    },
  );

  test(
    "[WIRE10] [PR-15] who falls silent is closed with 4408, and leaves the room",
    { timeout: 20_000 },
    async ({ expect }) => {
      const quick = await startRelay({ heartbeat: 200, presenceGrace: 0 });
      const raw = await RawSocket.enter(quick.url, "ann");
      raw.say([{ type: "join", ref: 1, room: "lobby" }]);
      const plain = await RawSocket.dial(quick.url);
      plain.write(
        handshake({
          path: `/ws/chat/lobby/?token=${tokenFor("dan")}`,
          replaced: { "Sec-WebSocket-Protocol": undefined },
        }),
      );
      await plain.head();
      const bob = await RawClient.join(quick.url, "bob", "lobby");
      const beat = setInterval(() => bob.sayText("[]"), 100);
      const gone = (id: string) => bob.next((packet) => ((packet["left"] ?? []) as string[]).includes(id));
      // A plain client knows no heartbeats; its WebSocket answers pings, and this one does not.
      await gone("dan");
      let isEnded = false;
      void raw.ended.then(() => (isEnded = true));
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(isEnded).toBe(false);
      await gone("ann");
      clearInterval(beat);
      await quick.relay.close();
      plain.destroy();
      raw.destroy();
    },
  );
});
