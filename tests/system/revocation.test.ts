import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRelay, type Relay } from "@natter/relay";
import { connect, memoryStorage, type Chat } from "@natter/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { RawClient, SECRET, tokenFor } from "../support/raw-client.ts";
import { pause, until } from "../support/until.ts";

/** What "at once" may take, from the call to the last connection that is gone. */
const AT_ONCE_MS = 2000;

let data = "";
let relay: Relay;
let url = "";
const chats: Chat[] = [];

async function start(): Promise<void> {
  relay = await createRelay({ port: Number(new URL(url || "http://x:0").port), data, secret: SECRET });
  url = await relay.listen();
}

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "natter-revoked-"));
  url = "";
  await start();
});

afterEach(async () => {
  for (const chat of chats.splice(0)) chat.close();
  await relay.close();
  await rm(data, { recursive: true });
});

/** One tab of somebody who keeps showing the same token, by the real SDK. */
function tab(token: string): Chat {
  const storage = memoryStorage();
  // As hasty as can be, so that whoever could come back has long done so when the test looks.
  const chat = connect({ relay: url, token: () => token, WebSocket, storage, random: () => 0.0002 });
  chats.push(chat);
  chat.room("lobby").subscribe(() => {});
  return chat;
}

const isIn = (chat: Chat): boolean => chat.state.status === "open";
const isOut = (chat: Chat): boolean => chat.state.status === "refused";

async function tryToEnter(token: string): Promise<number | "in"> {
  const client = await RawClient.open(url);
  client.say({ type: "hello", token });
  const first = await Promise.race([client.next("welcome").catch(() => undefined), client.closed]);
  if (first && "type" in first) {
    await client.close();
    return "in";
  }
  return (await client.closed).code;
}

describe("[AUTH15] a user with three tabs whose tokens are revoked", () => {
  test("is out of all three within two seconds, and stays out, also when the relay was started again", async () => {
    const token = tokenFor("ann");
    const tabs = [tab(token), tab(token), tab(token)];
    const bob = await RawClient.join(url, "bob", "lobby");
    await until(() => tabs.every(isIn), "all three are in");
    const began = performance.now();
    await relay.revoke({ user: "ann" });
    await until(() => tabs.every(isOut), "all three are out");
    expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
    await bob.ask({ type: "post", room: "lobby", id: "1", text: "not for Ann" });
    await pause(500);
    expect(tabs.every(isOut)).toBe(true);
    expect(JSON.stringify(tabs.map((chat) => chat.room("lobby").view()))).not.toContain("not for Ann");
    expect(await tryToEnter(token)).toBe(4401);
    await bob.close();

    await relay.close();
    await start();
    expect(await tryToEnter(token)).toBe(4401);
    expect(await tryToEnter(tokenFor("bob"))).toBe("in");
    const later = Math.floor(Date.now() / 1000) + 2;
    expect(await tryToEnter(tokenFor("ann", { iat: later }))).toBe("in");
  });

  test("[AUTH16] a token that was revoked by its name stays so as well", async () => {
    const token = tokenFor("ann", { jti: "stolen" });
    await relay.revoke({ token: "stolen" });
    expect(await tryToEnter(token)).toBe(4401);
    await relay.close();
    await start();
    expect(await tryToEnter(token)).toBe(4401);
    expect(await tryToEnter(tokenFor("ann", { jti: "another" }))).toBe("in");
  });
});

test("what the library does to somebody stands in the audit, as what is asked for over HTTP does", async () => {
  await relay.revoke({ user: "ann" });
  await relay.revoke({ token: "stolen" });
  expect(relay.disconnect({ user: "bob" })).toBe(0);
  await expect(relay.revoke({ app: "another", user: "ann" })).rejects.toThrow("There is no app");
  const headers = { authorization: `Bearer ${tokenFor("mia", { rooms: { "*": "admin" } })}` };
  const read = async (): Promise<Record<string, unknown>[]> => {
    const answer = await fetch(`${url}/v1/audit`, { headers });
    return ((await answer.json()) as { entries: Record<string, unknown>[] }).entries;
  };
  await expect.poll(read).toMatchObject([
    { action: "disconnect", by: "(operator)", user: "bob" },
    { action: "revoke-token", by: "(operator)", token: "stolen" },
    { action: "revoke", by: "(operator)", user: "ann" },
  ]);
});
