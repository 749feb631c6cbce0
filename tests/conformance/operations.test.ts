import { afterEach, describe, expect, test } from "vitest";
import { handshake, RawClient, RawSocket, tokenFor } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

const running: Running[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ relay }) => relay.close()));
});

async function start(options: Parameters<typeof startRelay>[0] = {}): Promise<Running> {
  const started = await startRelay(options);
  running.push(started);
  return started;
}

/** The values of the metrics, by their names with labels. */
async function metricsOf(url: string, headers: Record<string, string> = {}): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/metrics`, { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/plain");
  const lines = (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const cut = line.lastIndexOf(" ");
      return [line.slice(0, cut), Number(line.slice(cut + 1))];
    }),
  );
}

/** Upgrades with headers of a proxy, and returns the status. */
async function upgradeAs(url: string, forwarded: string): Promise<{ status: string; raw: RawSocket }> {
  const raw = await RawSocket.dial(url);
  raw.write(handshake({ headers: [`X-Forwarded-For: ${forwarded}`] }));
  const head = await raw.head();
  return { status: head.split(" ")[1] ?? "", raw };
}

describe("[OPS5] [SD-07] probes", () => {
  test("a relay that serves is healthy and ready", async () => {
    const { url } = await start();
    const health = await fetch(`${url}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: "ready" }]);
    expect(ready.headers.get("cache-control")).toBe("no-store");
  });

  test("one that stops is not ready from the first moment, and healthy as long as it serves", async () => {
    const { url, relay } = await start();
    const ann = await RawClient.join(url, "ann", "lobby");
    const closing = relay.close({ drainMs: 3000 });
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: "stopping" }]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await expect(RawClient.open(url)).rejects.toThrow("HTTP 503");
    await ann.next("goaway");
    await ann.close();
    await closing;
  });
});

describe("[OPS6] metrics", () => {
  test("tell what happened, each with a word about it, and nothing that a client named", async () => {
    const { url, relay } = await start();
    const ann = await RawClient.join(url, "ann-of-the-metrics", "a room of the metrics");
    const bob = await RawClient.join(url, "bob", "a room of the metrics");
    await ann.ask({ type: "post", room: "a room of the metrics", id: "1", text: "hello" });
    await bob.next("event");
    await bob.request({ type: "made-up-by-a-client" });
    const text = await relay.metrics();
    expect(text).not.toMatch(/of the metrics|of-the-metrics|made-up/);
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    const helped = [...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name);
    expect(helped).toEqual(names);
    const metrics = await metricsOf(url);
    expect(Object.fromEntries(metrics)).toMatchObject({
      'natter_connections{app="default"}': 2,
      natter_sockets: 2,
      natter_connections_opened_total: 2,
      'natter_hellos_total{app="default"}': 2,
      'natter_joins_total{app="default",outcome="fresh"}': 2,
      'natter_posts_total{app="default"}': 1,
      'natter_received_packets_total{type="hello"}': 2,
      'natter_received_packets_total{type="post"}': 1,
      'natter_received_packets_total{type="unreadable"}': 1,
      'natter_errors_total{code="unknown-type"}': 1,
      natter_rooms: 1,
      natter_members: 2,
      natter_ready: 1,
      natter_shedding: 0,
      natter_commit_seconds_count: 1,
      natter_commit_drafts_total: 1,
    });
    expect(metrics.get("natter_deliveries_total")).toBeGreaterThan(6);
    expect(metrics.get("natter_received_bytes_total")).toBeGreaterThan(200);
    expect(metrics.get("process_resident_memory_bytes")).toBeGreaterThan(1e6);
    await Promise.all([ann.close(), bob.close()]);
  });

  test("tell with which codes connections were ended, those too that the WebSocket found broken", async () => {
    const { url } = await start({ maxFrame: 2048 });
    const ends: [string, (client: RawClient) => void][] = [
      ["4400", (client) => client.sayText("rubbish")],
      ["1003", (client) => client.sayBytes(Buffer.from([1]))],
      ["1009", (client) => client.sayText("x".repeat(3000))],
    ];
    for (const [, end] of ends) {
      const client = await RawClient.enter(url, "ann");
      end(client);
      await client.closed;
    }
    const metrics = await metricsOf(url);
    for (const [code] of ends) expect(metrics.get(`natter_closes_total{code="${code}"}`)).toBe(1);
    expect(metrics.get('natter_limited_total{limit="frame"}')).toBe(1);
    expect(metrics.get("natter_sockets")).toBe(0);
  });

  test("are told only to who brings their token, where they have one", async () => {
    const { url } = await start({ metricsToken: "a token for metrics" });
    for (const authorization of ["", "Bearer", "Bearer wrong", "Basic a token for metrics"]) {
      const answer = await fetch(`${url}/metrics`, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain("natter_");
    }
    await metricsOf(url, { authorization: "Bearer a token for metrics" });
  });
});

describe("[LIM8] [OV-10] connections of one address", () => {
  const behindProxy = { trustedProxies: ["loopback"], connectionsPerAddress: 2 };

  test("are so many at most, as a trusted proxy tells addresses apart; the next gets HTTP 429", async () => {
    const { url } = await start(behindProxy);
    const first = await upgradeAs(url, "203.0.113.9");
    const second = await upgradeAs(url, "192.0.2.1, 203.0.113.9");
    expect([first.status, second.status]).toEqual(["101", "101"]);
    const third = await upgradeAs(url, "198.51.100.1, 203.0.113.9");
    expect(third.status).toBe("429");
    expect((await upgradeAs(url, "203.0.113.10")).status).toBe("101");
    expect((await metricsOf(url)).get('natter_limited_total{limit="address"}')).toBe(1);
    first.raw.destroy();
    await expect.poll(async () => (await upgradeAs(url, "203.0.113.9")).status).toBe("101");
  });

  test("of IPv6 are counted by the network of a customer", async () => {
    const { url } = await start(behindProxy);
    const statuses = [];
    for (const address of [
      "2001:db8:0:1::1",
      "[2001:db8:0:1::2]:99",
      "2001:db8:0:1:f::3",
      "2001:db8:0:2::1",
    ]) {
      statuses.push((await upgradeAs(url, address)).status);
    }
    expect(statuses).toEqual(["101", "101", "429", "101"]);
  });

  test("guests are counted by what a trusted proxy says, and not by what anybody says", async () => {
    const ask = (url: string, forwarded: string): Promise<number> =>
      fetch(`${url}/v1/guest`, { method: "POST", headers: { "x-forwarded-for": forwarded } }).then(
        ({ status }) => status,
      );
    const open = await start({ guests: "on", guestsPerMinute: 2 });
    expect(await Promise.all(["1.1.1.1", "2.2.2.2"].map((each) => ask(open.url, each)))).toEqual([200, 200]);
    expect(await ask(open.url, "3.3.3.3")).toBe(429);
    expect(open.logged.filter((line) => line.includes("--trusted-proxies"))).toHaveLength(1);
    const behind = await start({ guests: "on", guestsPerMinute: 1, trustedProxies: ["127.0.0.1"] });
    expect(await ask(behind.url, "1.1.1.1")).toBe(200);
    expect(await ask(behind.url, "9.9.9.9, 1.1.1.1")).toBe(429);
    expect(await ask(behind.url, "1.1.1.1, 2.2.2.2")).toBe(200);
  });

  test("a list of proxies that is none stops the start", async () => {
    await expect(startRelay({ trustedProxies: ["my-proxy"] })).rejects.toThrow("loopback");
  });
});

describe("[LIM11] [AU-16] who tries one bad token after the other", () => {
  const bad = (sub: string): string => tokenFor(sub, {}, "another secret, of more than thirty-two bytes");
  const call = (url: string, token: string): Promise<Response> =>
    fetch(`${url}/v1/rooms/lobby`, { headers: { authorization: `Bearer ${token}` } });

  async function hello(url: string, token: string): Promise<string> {
    const client = await RawClient.open(url);
    client.say({ type: "hello", token });
    const { code } = await client.closed;
    return `${code} ${String(client.of("error")[0]?.["code"])}`;
  }

  test("is told to wait, over HTTP, on sockets and in addresses; good tokens of the same address come in", async () => {
    const { url } = await start({ badTokensPerMinute: 4 });
    expect((await call(url, bad("eve"))).status).toBe(401);
    expect(await hello(url, bad("eve"))).toBe("4401 unauthorized");
    expect(await hello(url, "rubbish")).toBe("4401 unauthorized");
    expect((await call(url, bad("mallory"))).status).toBe(401);
    const refused = await call(url, bad("eve"));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(10);
    expect(await refused.json()).toMatchObject({ error: { code: "rate-limited" } });
    expect(await hello(url, bad("eve"))).toBe("4429 rate-limited");
    const plain = await RawClient.open(url, { path: `/ws/chat/lobby/?token=${bad("eve")}`, protocols: [] });
    expect((await plain.closed).code).toBe(4429);

    expect((await call(url, tokenFor("ann"))).status).toBe(200);
    const ann = await RawClient.join(url, "ann", "lobby");
    await ann.close();
    expect((await metricsOf(url)).get('natter_limited_total{limit="tokens"}')).toBe(3);
  });

  test("and holds up nobody while thousands of them come", async () => {
    const { url } = await start();
    const [ann, bob] = [await RawClient.join(url, "ann", "lobby"), await RawClient.join(url, "bob", "lobby")];
    let isOver = false;
    const statuses = new Map<number, number>();
    const flood = Array.from({ length: 8 }, async (_, at) => {
      while (!isOver || (statuses.get(429) ?? 0) === 0) {
        const { status } = await call(url, bad(`eve-${at}`));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    const waits: number[] = [];
    const floodBegun = performance.now();
    for (let each = 0; each < 20; each++) {
      const begun = performance.now();
      await ann.ask({ type: "post", room: "lobby", id: `m-${each}`, text: `message ${each}` });
      await bob.next((packet) => packet["text"] === `message ${each}`);
      waits.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    isOver = true;
    await Promise.all(flood);
    // The flood runs in the same process here, and so takes far more of it than from outside.
    expect(waits.toSorted((a, b) => a - b)[10]).toBeLessThan(1000);
    expect(new Set(statuses.keys())).toEqual(new Set([401, 429]));
    // 300 at once, and 5 a second from then on.
    const seconds = (performance.now() - floodBegun) / 1000;
    expect(statuses.get(401)).toBeLessThanOrEqual(300 + Math.ceil(seconds) * 5);
    await Promise.all([ann.close(), bob.close()]);
  }, 60_000);
});

describe("[LIM9] [OV-09] over HTTP, a relay that has too much to do", () => {
  test("serves no call and makes no guest, says when to come again, and does what relieves it", async () => {
    // More than that is in use by the time it is first looked at.
    const { url } = await start({ maxMemory: 1, guests: "on" });
    const admin = tokenFor("root", { rooms: { "*": "admin" } });
    const ask = (method: string, path: string, body?: object): Promise<Response> =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${admin}`,
          origin: url,
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    await expect.poll(async () => (await metricsOf(url)).get("natter_shedding")).toBe(1);
    for (const [method, path, body] of [
      ["GET", "/v1/rooms"],
      ["GET", "/v1/rooms/lobby/messages"],
      ["POST", "/v1/rooms/lobby/messages", { text: "hi" }],
      ["POST", "/v1/guest", {}],
    ] as const) {
      const answer = await ask(method, path, body);
      expect([answer.status, answer.headers.get("retry-after")], path).toEqual([503, "5"]);
      expect(answer.headers.get("access-control-allow-origin"), path).toBe(url);
      expect(await answer.json()).toMatchObject({ error: { code: "unavailable", retryAfter: 5000 } });
    }
    expect((await ask("POST", "/v1/rooms/lobby/moderation", { action: "ban", user: "eve" })).status).toBe(
      201,
    );
    expect((await ask("PATCH", "/v1/rooms/lobby", { locked: true })).status).toBe(200);
    expect((await ask("POST", "/v1/users/eve/revoke")).status).toBe(200);
    expect((await ask("POST", "/v1/users/eve/disconnect")).status).toBe(200);
    const metrics = await metricsOf(url);
    expect(metrics.get('natter_shed_total{what="call"}')).toBe(3);
    expect(metrics.get('natter_shed_total{what="guest"}')).toBe(1);
  });
});

describe("[OPS7] the log", () => {
  test("names every request by an id that its answer bears, and holds no query", async () => {
    const { url, logged } = await start();
    const given = await fetch(`${url}/nowhere?token=very-secret`, { headers: { "x-request-id": "abc-1" } });
    expect(given.headers.get("x-request-id")).toBe("abc-1");
    const odd = await fetch(`${url}/nowhere`, { headers: { "x-request-id": "a b <script>" } });
    expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const lines = logged.filter((line) => line.includes("A request was answered."));
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ request: "abc-1", path: "/nowhere", status: 404 });
    expect(logged.join("")).not.toMatch(/very-secret|script/);
  });

  test("[AU-09] holds no token of a client that comes in or is refused", async () => {
    const { url, logged } = await start({ guests: "on" });
    const good = tokenFor("ann");
    const bad = tokenFor("ann", {}, "x".repeat(40));
    const ann = await RawClient.open(url);
    ann.say({ type: "hello", token: good });
    await ann.next("welcome");
    await ann.close();
    const refused = await RawClient.open(url);
    refused.say({ type: "hello", token: bad });
    await refused.closed;
    const plain = await RawSocket.dial(url);
    plain.write(
      handshake({
        path: `/ws/chat/lobby/?token=${bad}`,
        replaced: { "Sec-WebSocket-Protocol": undefined },
      }),
    );
    await plain.head();
    plain.destroy();
    for (const token of [good, bad]) {
      for (const part of token.split(".")) expect(logged.join("")).not.toContain(part);
    }
    expect(logged.filter((line) => line.includes('"connection"')).length).toBeGreaterThan(0);
  });
});
