import { createSecretKey } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { Verdict } from "../../src/auth/token-verifier.ts";
import { hs256, policy, verdictOf } from "../doubles/apps.ts";
import type { Client } from "../doubles/client.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

const OTHER = createSecretKey(Buffer.from("another secret, of more than thirty-two bytes"));

let relay: MemoryRelay;

/** Puts a policy in place that differs in this, as a reload does. */
async function change(given: Parameters<typeof policy>[1]): Promise<void> {
  const app = relay.apps.get("default");
  if (!app) throw new Error("There is no app.");
  const { policy: before } = app;
  relay.apps.update([
    { id: "default", audiences: ["default"], policy: { ...before, limits: { ...before.limits }, ...given } },
  ]);
  for (const session of relay.core.sessions.all()) session.onChange();
  await relay.clock.settle();
}

beforeEach(() => {
  relay = new MemoryRelay();
});

describe("[AUTH14] when an app's policy is another", () => {
  test("connections stay, and are told nothing", async () => {
    const ann = await relay.join("ann", "lobby");
    ann.forget();
    await change({});
    expect(ann.heard).toEqual([]);
    await ann.post("lobby", "still here");
    expect(ann.texts).toEqual(["still here"]);
  });

  test("a default role that may read less takes out of rooms, and does not touch who has rights by name", async () => {
    const ann = await relay.join("ann", "lobby");
    const bob = await relay.join({ id: "bob", rooms: { lobby: "member" } }, "lobby");
    const cat = relay.plain("lobby", relay.token({ id: "cat" }));
    await relay.clock.settle();
    await change({ defaultRole: "none" });
    expect(ann.of("left")).toMatchObject([{ room: "lobby", code: "forbidden" }]);
    expect(cat.socket.closed?.code).toBe(4403);
    await bob.post("lobby", "not for Ann");
    await relay.clock.settle();
    expect([ann.texts, bob.texts]).toEqual([[], ["not for Ann"]]);
    expect(await ann.askInVain({ type: "join", room: "lobby" })).toMatchObject({ code: "forbidden" });
  });

  test("verbs change in place", async () => {
    const ann = await relay.join("ann", "lobby");
    await change({ defaultRole: "reader" });
    const post = { type: "post", room: "lobby", id: "1", text: "no more" };
    expect(await ann.askInVain(post)).toMatchObject({ code: "forbidden" });
    await change({ defaultRole: "moderator" });
    await ann.ask(post as never);
  });

  test("limits hold for connections that are open", async () => {
    const ann = await relay.join("ann", "lobby");
    const { limits } = relay.apps.get("default")?.policy ?? policy(relay.clock);
    await change({ limits: { ...limits, textLength: 5, roomsPerConnection: 1 } });
    const post = { type: "post", room: "lobby", id: "1", text: "too long" };
    expect(await ann.askInVain(post)).toMatchObject({ code: "too-large" });
    expect(await ann.askInVain({ type: "join", room: "garden" })).toMatchObject({ code: "too-many-rooms" });
  });

  test("[AU-15] a key that is gone ends the connections whose tokens it signed, and no others", async () => {
    const ann = await relay.join("ann", "lobby");
    await change({ verifier: hs256(relay.clock, { key: OTHER }) });
    expect(ann.socket.closed?.code).toBe(4401);
    expect(ann.last("error")?.message).toContain("not in use any more");
  });

  test("[AU-14] a page that is taken off the list is told so, and closed", async () => {
    relay = new MemoryRelay({
      policy: { origins: { allowed: ["https://shop.example"], allowLocal: false } },
    });
    const page = relay.connect({ origin: "https://shop.example", host: "relay.example" });
    await page.hello(relay.token({ id: "ann" }));
    const program = await relay.enter("bob");
    await change({ origins: { allowed: [], allowLocal: false } });
    expect([page.socket.closed?.code, program.socket.closed?.code]).toEqual([4403, undefined]);
    expect(page.last("error")?.message).toContain("https://shop.example");
  });

  test("an app that is gone takes its connections along, and those of the others stay", async () => {
    relay = new MemoryRelay({ apps: ["default", "other"] });
    const here = await relay.enter({ id: "ann", app: "default" });
    const there = await relay.enter({ id: "ann", app: "other" });
    await change({});
    expect([here.socket.closed?.code, there.socket.closed?.code]).toEqual([undefined, 4403]);
  });
});

describe("while the keys for a token are being asked for", () => {
  let answer: (verdict?: Verdict) => void;
  let client: Client;

  beforeEach(() => {
    const { clock } = relay;
    const verifier = hs256(clock);
    let release: () => void;
    let said: Verdict | undefined;
    const asked = new Promise<void>((resolve) => (release = resolve));
    answer = (verdict) => {
      said = verdict;
      release();
    };
    relay = new MemoryRelay({
      policy: {
        verifier: {
          verify: (token) => asked.then(() => said ?? verdictOf(verifier, token)),
          holds: () => true,
        },
      },
    });
    client = relay.connect();
  });

  test("what comes behind `hello` waits, and is done in its order", async () => {
    const token = relay.token({ id: "ann" });
    client.say({ type: "hello", token }, { type: "join", ref: 1, room: "lobby" });
    client.say({ type: "post", ref: 2, room: "lobby", id: "1", text: "one" });
    client.say({ type: "post", ref: 3, room: "lobby", id: "2", text: "two" });
    await relay.clock.settle();
    expect(client.heard).toEqual([]);
    answer();
    await relay.clock.settle();
    expect(client.heard[0]?.type).toBe("welcome");
    expect(
      client
        .of("ok")
        .map(({ ref }) => ref)
        .toSorted((a, b) => (a ?? 0) - (b ?? 0)),
    ).toEqual([1, 2, 3]);
    expect(client.texts).toEqual(["one", "two"]);
  });

  test("a refusal ends the connection, and nothing that waited is done", async () => {
    client.say(
      { type: "hello", token: "forged" },
      { type: "post", ref: 2, room: "lobby", id: "1", text: "x" },
    );
    answer();
    await relay.clock.settle();
    expect(client.socket.closed?.code).toBe(4401);
    expect(client.heard.map(({ type }) => type)).toEqual(["error"]);
  });

  test("keys that cannot be had are not the client's fault: it comes back later", async () => {
    client.say({ type: "hello", token: relay.token({ id: "ann" }) });
    answer({ ok: false, code: "unavailable", message: "Later." });
    await relay.clock.settle();
    expect(client.socket.closed?.code).toBe(1013);
  });

  test("[P6] what waits is bounded", async () => {
    client.say({ type: "hello", token: relay.token({ id: "ann" }) });
    for (let each = 0; each < 30; each++) {
      client.say({ type: "post", ref: each, room: "lobby", id: `${each}`, text: "x".repeat(3000) });
    }
    await relay.clock.settle();
    expect(client.socket.closed?.code).toBe(4429);
    answer();
    await relay.clock.settle();
    expect(client.of("welcome")).toEqual([]);
  });

  test("a client that goes away is not welcomed", async () => {
    client.say({ type: "hello", token: relay.token({ id: "ann" }) });
    await client.vanish();
    answer();
    await relay.clock.settle();
    expect(client.of("welcome")).toEqual([]);
    expect(relay.core.sessions.size).toBe(0);
  });
});
