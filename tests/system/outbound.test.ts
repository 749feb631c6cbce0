import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { RawClient, SECRET, signed, tokenFor } from "../support/raw-client.ts";
import { RelayProcess } from "../support/relay-process.ts";
import { until } from "../support/until.ts";

const WATCH = fileURLToPath(new URL("../support/watch-outbound.mjs", import.meta.url));

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(args: string[], env: Record<string, string> = {}): Promise<RelayProcess> {
  const relay = await RelayProcess.start({
    args,
    env: { NODE_OPTIONS: `--import=${WATCH}`, NATTER_DRAIN: "100ms", ...env },
  });
  cleanups.push(() => relay.close());
  return relay;
}

/** An address that counts who asks it. */
async function makeTrap(): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server: Server = createServer((_, response) => {
    asked++;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

test("[AZ-13] a relay connects to nobody, whatever is done on it and whatever a token says", async () => {
  const trap = await makeTrap();
  const relay = await start([], { NATTER_SECRET: SECRET, NATTER_GUESTS: "on" });
  const headers = { jku: trap.url, x5u: trap.url, iss: trap.url, kid: trap.url };
  for (const header of [
    headers,
    { ...headers, alg: "RS256" },
    { ...headers, jwk: { kty: "oct", k: "AA" } },
  ]) {
    const client = await RawClient.open(relay.url);
    client.say({
      type: "hello",
      token: signed(header, { iss: trap.url, aud: trap.url }, "a forger's own secret"),
    });
    expect((await client.closed).code).toBe(4401);
  }
  const picture = `${trap.url.replace("http:", "https:")}/a.png`;
  const ann = await RawClient.join(relay.url, "ann", "lobby", { picture, rooms: { "*": "moderator" } });
  await ann.ask({
    type: "post",
    room: "lobby",
    id: "1",
    text: `look: ${trap.url}/page`,
    data: { url: trap.url },
  });
  await ann.ask({ type: "edit", room: "lobby", id: "2", target: 1, text: `and ${trap.url}/other` });
  await ann.ask({ type: "react", room: "lobby", id: "3", target: 1, emoji: "👍", on: true });
  await ann.ask({ type: "moderate", room: "lobby", id: "4", action: "ban", user: "bob" });
  await ann.ask({ type: "history", room: "lobby" });
  await ann.ask({ type: "token", token: tokenFor("ann") });
  for (const path of [
    "/",
    "/healthz",
    "/r/lobby",
    "/chat-room.js",
    "/v1/guest",
    `/r/${encodeURIComponent(trap.url)}`,
  ]) {
    await (await fetch(relay.url + path, { method: path === "/v1/guest" ? "POST" : "GET" })).arrayBuffer();
  }
  await ann.close();
  await relay.stop();
  expect(relay.output).not.toContain("OUTBOUND");
  expect(trap.asked()).toBe(0);
});

test("[AZ-13] but to the keys that its operator has named, which is what the watch above would see", async () => {
  const trap = await makeTrap();
  const folder = mkdtempSync(join(tmpdir(), "natter-outbound-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "natter.json");
  writeFileSync(file, JSON.stringify({ keys: [{ alg: "RS256", jwksUrl: `${trap.url}/jwks` }] }));
  const relay = await start(["--memory", "--config", file]);
  await until(() => trap.asked() > 0, "the keys were asked for");
  await until(() => relay.output.includes("OUTBOUND"), "that was seen");
});
