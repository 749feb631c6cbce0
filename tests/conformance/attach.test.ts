import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { createRelay, type Relay } from "@natter/relay";
import { handshake, RawClient, RawSocket, SECRET } from "../support/raw-client.ts";
import { ELEMENT_VERSION } from "../../relay/src/http/assets.ts";

let server: Server;
let url: string;
let relay: Relay;
let requests: string[];

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.end("the application");
  });
  relay = await createRelay({ secret: SECRET, memory: true });
});

afterEach(async () => {
  await relay.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const body = async (path: string): Promise<string> => (await fetch(url + path)).text();

describe("[OPS4] a relay that is attached to somebody else's server", () => {
  test("serves rooms, and leaves every other address alone", async () => {
    relay.attach(server);
    await listen();
    const ann = await RawClient.join(url, "ann", "lobby");
    for (const path of [
      "/",
      "/v1/users",
      "/v1/rooms-of-mine",
      "/api",
      "/r",
      "/chat-room.js.map",
      "/healthz2",
    ]) {
      expect(await body(path)).toBe("the application");
    }
    expect(requests).toHaveLength(7);
    expect(await body("/r/lobby")).toContain("<chat-room");
    expect(await body("/healthz")).toContain("ok");
    expect(requests).toHaveLength(7);
    await ann.close();
  });

  test("leaves /admin to the application, unless it was told to serve its own", async () => {
    const detach = relay.attach(server);
    await listen();
    for (const path of ["/admin", "/admin.js", "/admin/users"])
      expect(await body(path)).toBe("the application");
    detach();
    await relay.close();
    relay = await createRelay({ secret: SECRET, memory: true, adminPage: "on" });
    relay.attach(server);
    expect(await body("/admin")).toContain("<natter-admin>");
    expect(await body("/admin.js")).not.toBe("the application");
    expect(await body("/admin/users")).toBe("the application");
  });

  test("serves all that a page of its own may ask for", async () => {
    relay.attach(server);
    await listen();
    const versioned = ["chat-room", "parts/moderation", "parts/trouble", "strings/ko", "chat-room-memory"];
    for (const path of [
      "/chat-room.js",
      ...versioned.map((name) => `/v${ELEMENT_VERSION}/${name}.js`),
      "/natter-sdk.js",
      "/room-page.css",
      "/embed/lobby",
      "/embed.js",
      "/readyz",
      "/v1/openapi.json",
    ]) {
      expect([path, await body(path)]).not.toEqual([path, "the application"]);
    }
    expect(requests).toEqual([]);
  });

  test("answers each request once", async () => {
    relay.attach(server);
    await listen();
    const answer = await fetch(`${url}/v1/guest`, { method: "POST" });
    expect(answer.status).toBe(403);
    expect(requests).toEqual([]);
  });

  test.each(["before", "after"])(
    "lives beside a WebSocket server of the application's, made %s it",
    async (when) => {
      const theirs = (): void => {
        const sockets = new WebSocketServer(
          when === "before" ? { server, path: "/app" } : { noServer: true },
        );
        sockets.on("connection", (ws) => ws.send('[{"type":"theirs"}]'));
        if (when === "after") {
          server.on("upgrade", (request, socket, head) => {
            if (request.url === "/app")
              sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws));
          });
        }
      };
      if (when === "before") theirs();
      relay.attach(server);
      if (when === "after") theirs();
      await listen();
      const ann = await RawClient.join(url, "ann", "lobby");
      const app = await RawClient.open(url, { path: "/app", protocols: [] });
      await app.next("theirs");
      await ann.ask({ type: "post", room: "lobby", id: "1", text: "still here" });
      await ann.close();
      await app.close();
    },
  );

  test("refuses an upgrade that nobody takes, and does not keep its socket", async () => {
    relay.attach(server);
    await listen();
    const raw = await RawSocket.dial(url, { keepsOpen: true });
    raw.write(handshake({ path: "/nowhere" }));
    expect(await raw.head()).toContain(" 404 ");
    const bad = await RawSocket.dial(url, { keepsOpen: true });
    bad.write(handshake({ replaced: { "Sec-WebSocket-Protocol": "other" } }));
    expect(await bad.head()).toContain(" 400 ");
    const open = (): Promise<number> =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      });
    await expect.poll(open).toBe(0);
    raw.destroy();
    bad.destroy();
  });

  test("goes when it is asked to, and leaves the server as it was", async () => {
    const before = [server.listeners("request"), server.listeners("upgrade")];
    const detach = relay.attach(server);
    await listen();
    const ann = await RawClient.join(url, "ann", "lobby");
    detach();
    detach();
    expect([server.listeners("request"), server.listeners("upgrade")]).toEqual(before);
    expect(await body("/healthz")).toBe("the application");
    await ann.ask({ type: "post", room: "lobby", id: "1", text: "who is in stays in" });
    await relay.close();
    expect((await ann.closed).code).toBe(1012);
    expect(await body("/")).toBe("the application");
  });

  test("goes before or after another that came later", async () => {
    const other = await createRelay({ secret: SECRET, memory: true });
    const detach = relay.attach(server);
    const detachOther = other.attach(server);
    await listen();
    expect(await body("/")).toBe("the application");
    detach();
    expect(await body("/")).toBe("the application");
    expect(requests).toHaveLength(2);
    expect(await body("/healthz")).toContain("ok");
    detachOther();
    expect(await body("/healthz")).toBe("the application");
    expect(requests).toHaveLength(3);
    await other.close();
  });

  test("on a server without anything else answers for itself", async () => {
    server.removeAllListeners("request");
    relay.attach(server);
    await listen();
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });
});

test("[SD-01] while it stops takes nobody in, and who is in is told", async () => {
  relay.attach(server);
  await listen();
  const ann = await RawClient.join(url, "ann", "lobby");
  const stopping = relay.close({ drainMs: 600 });
  const { within } = await ann.next("goaway");
  expect(within).toBeGreaterThan(0);
  expect(within).toBeLessThanOrEqual(600);
  await expect(RawClient.open(url)).rejects.toThrow("HTTP 503");
  expect((await ann.closed).code).toBe(1012);
  await stopping;
});
