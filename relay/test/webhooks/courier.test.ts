import { createServer, type Server } from "node:http";
import { Socket, type AddressInfo, type LookupFunction } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Courier, type Letter, type Lookup } from "../../src/webhooks/courier.ts";

let server: Server;
let port: number;
let asked: string[];
const couriers: Courier[] = [];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    request.resume();
    switch (request.url) {
      case "/hang":
        return;
      case "/redirect":
        response.writeHead(307, { location: `http://127.0.0.1:${port}/ok` }).end();
        return;
      case "/flood":
        response.write("x".repeat(200_000));
        return;
      case "/drip":
        response.write("{");
        return;
      case "/later":
        response.writeHead(503, { "retry-after": "7" }).end();
        return;
      default:
        response.end("answer");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const courier of couriers.splice(0)) courier.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function courier(lookup?: Lookup): Courier {
  const made = new Courier(lookup);
  couriers.push(made);
  return made;
}

const letter = (path: string, more: Partial<Letter> = {}): Letter => ({
  url: new URL(`http://127.0.0.1:${port}${path}`),
  headers: {},
  body: "{}",
  timeoutMs: 2000,
  allowPrivate: true,
  answerBytes: 100,
  ...more,
});

describe("[WH5] a webhook leads where its operator pointed, and not into the network of the relay", () => {
  test("a private address is not asked, however it is written", async () => {
    for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]) {
      const url = new URL(`http://${host}:${port}/ok`);
      const receipt = await courier().carry(letter("/ok", { url, allowPrivate: false }));
      expect(receipt).toMatchObject({ ok: false, why: expect.stringContaining("allowPrivate") as string });
    }
    expect(asked).toEqual([]);
  });

  test("nor is one that a name leads to", async () => {
    const lookup: Lookup = (_host, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
    const url = new URL(`http://hooks.example:${port}/ok`);
    const receipt = await courier(lookup).carry(letter("/ok", { url, allowPrivate: false }));
    expect(receipt).toMatchObject({ ok: false, why: expect.stringContaining("allowPrivate") as string });
    const local = new URL(`http://localhost:${port}/ok`);
    expect(await courier().carry(letter("/ok", { url: local, allowPrivate: false }))).toMatchObject({
      ok: false,
    });
    expect(asked).toEqual([]);
  });

  test("nor is a name that leads to an address of each kind, whichever comes first: one of them is a way in", async () => {
    const both = [
      { address: "8.8.8.8", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    const url = new URL(`http://hooks.example:${port}/ok`);
    for (const found of [both, both.toReversed(), [...both, { address: "::1", family: 6 }]]) {
      const lookup: Lookup = (_host, _options, done) => done(null, found);
      const receipt = await courier(lookup).carry(
        letter("/ok", { url, allowPrivate: false, timeoutMs: 300 }),
      );
      expect(receipt).toMatchObject({ ok: false, why: expect.stringContaining("allowPrivate") as string });
    }
    expect(asked).toEqual([]);
  });

  test("a name that is public when it is looked at, and private when it is connected to, leads nowhere", async () => {
    const tried: unknown[] = [];
    let lookups = 0;
    const lookup: Lookup = (_host, _options, done) => {
      lookups++;
      // A place in a network of nobody: nothing answers there, and nothing does here.
      done(null, [{ address: lookups === 1 ? "8.8.8.8" : "127.0.0.1", family: 4 }]);
    };
    const connect = vi.spyOn(Socket.prototype, "connect").mockImplementation(function (
      this: Socket,
      ...args
    ) {
      const [options] = args.flat() as unknown as { lookup: LookupFunction; host: string }[];
      options?.lookup(options.host, {}, (_error, address) => tried.push(address));
      this.destroy();
      return this;
    });
    const url = new URL(`http://hooks.example:${port}/ok`);
    const one = courier(lookup);
    try {
      await one.carry(letter("/ok", { url, allowPrivate: false, timeoutMs: 300 }));
    } finally {
      connect.mockRestore();
    }
    expect([lookups, tried]).toEqual([1, ["8.8.8.8"]]);
    // The next connection is another look, and refused by it.
    expect(await one.carry(letter("/ok", { url, allowPrivate: false }))).toMatchObject({ ok: false });
    expect(lookups).toBe(2);
    expect(asked).toEqual([]);
  });

  test("a name is looked up once, and the connection goes to the address that was looked at", async () => {
    let lookups = 0;
    const lookup: Lookup = (_host, _options, done) => {
      lookups++;
      // A second look would lead elsewhere.
      done(null, [{ address: lookups === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }]);
    };
    const url = new URL(`http://hooks.example:${port}/ok`);
    expect(await courier(lookup).carry(letter("/ok", { url }))).toMatchObject({ ok: true, status: 200 });
    expect(lookups).toBe(1);
  });

  test("a connection of who may reach private addresses is not lent to who may not", async () => {
    const one = courier();
    expect(await one.carry(letter("/ok"))).toMatchObject({ ok: true, status: 200, body: "answer" });
    const url = new URL(`http://localhost:${port}/ok`);
    expect(await one.carry(letter("/ok", { url }))).toMatchObject({ ok: true });
    expect(await one.carry(letter("/ok", { url, allowPrivate: false }))).toMatchObject({ ok: false });
  });

  test("a redirect is not followed", async () => {
    expect(await courier().carry(letter("/redirect"))).toMatchObject({ ok: true, status: 307 });
    expect(asked).toEqual(["/redirect"]);
  });
});

describe("[WH6] an endpoint costs a bounded time and a bounded answer", () => {
  test("one that hangs, before its answer or within", async () => {
    for (const path of ["/hang", "/drip"]) {
      const receipt = await courier().carry(letter(path, { timeoutMs: 200 }));
      expect(receipt).toEqual({ ok: false, why: "no answer came within 200 ms" });
    }
  });

  test("one that says too much, and one whose words nobody wants", async () => {
    expect(await courier().carry(letter("/flood"))).toMatchObject({ ok: false });
    expect(await courier().carry(letter("/flood", { answerBytes: 0 }))).toMatchObject({ ok: true, body: "" });
  });

  test("one that is not there, and one that asks for time", async () => {
    const url = new URL("http://127.0.0.1:1/ok");
    expect(await courier().carry(letter("/ok", { url }))).toMatchObject({
      ok: false,
      why: expect.stringContaining("ECONNREFUSED") as string,
    });
    expect(await courier().carry(letter("/later"))).toMatchObject({ status: 503, retryAfterMs: 7000 });
  });

  test("what is under way is cut off when the relay stops", async () => {
    const one = courier();
    const receipt = one.carry(letter("/hang"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    one.close();
    expect(await receipt).toEqual({ ok: false, why: "the relay stops" });
  });
});
