import { beforeEach, describe, expect, test } from "vitest";
import type { RelayPacketOf } from "@natter/sdk/protocol";
import { MemoryRelay } from "../doubles/memory-relay.ts";
import type { Client } from "../doubles/client.ts";
import { forge } from "../doubles/tokens.ts";

let relay: MemoryRelay;
let client: Client;

beforeEach(() => {
  relay = new MemoryRelay();
  client = relay.connect();
});

/** How the connection ended: its close code, and the error that came before. */
function ending(): [number | undefined, string | undefined] {
  return [client.socket.closed?.code, client.last("error")?.code];
}

test("[LIM4] a good token is welcomed with who one is and what holds here", async () => {
  const rooms = { lobby: "member" as const };
  await client.hello(relay.token({ id: "ann", name: "Ann", rooms }));
  expect(client.heard).toEqual([
    {
      type: "welcome",
      connection: expect.any(String) as string,
      user: { id: "ann", name: "Ann" },
      app: "default",
      heartbeat: 25_000,
      expires: relay.clock.now() + 3_600_000,
      limits: {
        frameBytes: 65_536,
        textLength: 4000,
        dataBytes: 4096,
        roomsPerConnection: 100,
        pageMax: 200,
        replayEvents: 1000,
        listedMembers: 200,
      },
    } satisfies RelayPacketOf<"welcome">,
  ]);
});

test("hello and joins go into one frame", async () => {
  const token = relay.token({ id: "ann" });
  client.say(
    { type: "hello", token },
    { type: "join", ref: 1, room: "a" },
    { type: "join", ref: 2, room: "b" },
  );
  await relay.clock.settle();
  expect(client.of("ok").map(({ ref }) => ref)).toEqual([1, 2]);
});

describe("[AUTH1] before hello", () => {
  test.each<[string, string]>([
    ["a request", '[{"type":"join","ref":1,"room":"lobby"}]'],
    ["a packet nobody knows", '[{"type":"teapot"}]'],
    ["a packet that is wrong", '[{"type":"post","ref":1}]'],
    ["a hello that is wrong", '[{"type":"hello"}]'],
  ])("%s ends the connection with 4401, and is not done", async (_, frame) => {
    client.sayText(frame);
    await relay.clock.settle();
    expect(ending()[0]).toBe(4401);
    expect(client.heard).toHaveLength(1);
    expect(client.heard[0]?.type).toBe("error");
  });

  test("[AU-10] what comes after it in the frame is not done either", async () => {
    const token = relay.token({ id: "ann" });
    const post = { type: "post", ref: 1, room: "lobby", id: "1", text: "early" };
    client.say(post, { type: "hello", token }, { ...post, ref: 2, id: "2" });
    await relay.clock.settle();
    expect(ending()).toEqual([4401, "unauthorized"]);
    const bob = await relay.enter("bob");
    expect((await bob.ask({ type: "history", room: "lobby" })).messages).toEqual([]);
  });

  test("[AU-10] ten seconds of silence end it with 4408", async () => {
    await relay.clock.pass(9000);
    expect(client.socket.closed).toBeUndefined();
    await relay.clock.pass(2000);
    expect(ending()).toEqual([4408, "unauthorized"]);
  });

  test("heartbeats are taken, and put off nothing", async () => {
    for (let second = 0; second < 12; second++) {
      client.sayText("[]");
      await relay.clock.pass(1000);
    }
    expect(ending()[0]).toBe(4408);
  });

  test("what comes after the end is not done", async () => {
    client.say({ type: "join", ref: 1, room: "lobby" });
    const heard = client.heard.length;
    await client.hello(relay.token({ id: "ann" }));
    expect(client.heard).toHaveLength(heard);
  });
});

describe("[AUTH2] [AUTH3] a token that is refused", () => {
  const now = 1_800_000_000;
  const good = { sub: "ann", exp: now + 3600 };

  test.each<[string, string, string]>([
    [
      "with another secret",
      forge(good, { secret: "another secret of more than thirty-two bytes" }),
      "unauthorized",
    ],
    ["with another algorithm", forge(good, { header: { alg: "HS512" }, hash: "sha512" }), "unauthorized"],
    ["without an end", forge({ sub: "ann" }), "unauthorized"],
    ["for another app", forge({ ...good, aud: "other" }), "unauthorized"],
    ["long expired", forge({ ...good, exp: now - 60 }), "token-expired"],
    ["empty", "", "unauthorized"],
    ["no token", "ann", "unauthorized"],
  ])("%s ends the connection with 4401 and says why", async (_, token, code) => {
    await client.hello(token);
    expect(ending()).toEqual([4401, code]);
    expect(client.heard).toHaveLength(1);
    if (token) expect(JSON.stringify(client.heard)).not.toContain(token);
  });
});

describe("once somebody was welcomed", () => {
  beforeEach(() => client.hello(relay.token({ id: "ann" })));

  test("[AU-11] a second hello is refused, and changes nothing", async () => {
    await client.hello(relay.token({ id: "bob" }));
    expect(client.last("error")).toMatchObject({ code: "invalid" });
    await client.post("lobby", "still me");
    const { messages } = await client.ask({ type: "history", room: "lobby" });
    expect(messages[0]?.by.id).toBe("ann");
  });

  test("[AUTH9] a token of somebody else, or of another app, is refused, and changes nothing", async () => {
    const token = relay.token({ id: "bob" });
    expect(await client.askInVain({ type: "token", token })).toMatchObject({ code: "identity-changed" });
    const elsewhere = forge({ sub: "ann", exp: 1_800_003_600, aud: "other" });
    expect(await client.askInVain({ type: "token", token: elsewhere })).toMatchObject({
      code: "unauthorized",
    });
    await client.post("lobby", "still me");
    const { messages } = await client.ask({ type: "history", room: "lobby" });
    expect(messages[0]?.by.id).toBe("ann");
  });

  test("a renewal tells the new end", async () => {
    const token = relay.token({ id: "ann", expiresInMs: 7_200_000 });
    expect(await client.ask({ type: "token", token })).toMatchObject({
      expires: relay.clock.now() + 7_200_000,
    });
  });
});

describe("[AUTH10] a renewal that takes rights away", () => {
  test("takes out of the rooms that may no longer be read, at once and for good", async () => {
    await client.hello(relay.token({ id: "ann", rooms: { "*": "member" } }));
    await client.ask({ type: "join", room: "open" });
    await client.ask({ type: "join", room: "secret" });
    const bob = await relay.join("bob", "secret");
    client.forget();
    await client.ask({ type: "token", token: relay.token({ id: "ann", rooms: { open: "member" } }) });
    expect(client.of("left")).toMatchObject([{ room: "secret", code: "forbidden" }]);
    await bob.post("secret", "not for Ann");
    await bob.post("open", "for all");
    await relay.clock.pass(100);
    expect(client.texts).toEqual(["for all"]);
    expect(await client.askInVain({ type: "join", room: "secret" })).toMatchObject({ code: "forbidden" });
    expect(await client.askInVain({ type: "history", room: "secret" })).toMatchObject({ code: "forbidden" });
    expect(bob.last("presence")).toMatchObject({ room: "secret", left: ["ann"] });
  });

  test("changes verbs in place, and the role that others see", async () => {
    await client.hello(relay.token({ id: "ann", rooms: { lobby: "moderator" } }));
    await client.ask({ type: "join", room: "lobby" });
    const bob = await relay.join("bob", "lobby");
    await client.ask({ type: "token", token: relay.token({ id: "ann", rooms: { lobby: "reader" } }) });
    const post = { type: "post", room: "lobby", id: "1", text: "no more" };
    expect(await client.askInVain(post)).toMatchObject({ code: "forbidden", room: "lobby" });
    expect(bob.last("presence")?.joined).toEqual([{ id: "ann", name: "ann", role: "reader" }]);
    await client.ask({ type: "token", token: relay.token({ id: "ann", rooms: { lobby: "member" } }) });
    await client.ask(post as never);
  });

  test("also stops a join that is on its way", async () => {
    await client.hello(relay.token({ id: "ann" }));
    const token = relay.token({ id: "ann", rooms: {} });
    client.say({ type: "join", ref: 901, room: "lobby" }, { type: "token", ref: 902, token });
    await relay.clock.settle();
    expect(client.replies(901)).toMatchObject([{ type: "error", code: "forbidden" }]);
    expect(client.replies(902)).toMatchObject([{ type: "ok" }]);
  });
});
