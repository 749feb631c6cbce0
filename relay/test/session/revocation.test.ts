import { beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../doubles/client.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";
import { forge } from "../doubles/tokens.ts";

let relay: MemoryRelay;
let now: number;

beforeEach(() => {
  relay = new MemoryRelay();
  now = Math.floor(relay.clock.now() / 1000);
});

const token = (claims: object): string => forge({ sub: "ann", iat: now, exp: now + 3600, ...claims });

async function enter(given: string): Promise<Client> {
  const client = relay.connect();
  await client.hello(given);
  return client;
}

const code = (client: Client): number | undefined => client.socket.closed?.code;

describe("[AUTH15] a user whose tokens are revoked", () => {
  test("is out at once, on all connections, and comes in with none of those tokens", async () => {
    const old = token({});
    const tabs = [await enter(old), await enter(old), await enter(token({ jti: "another" }))];
    const bob = await relay.join("bob", "lobby");
    for (const tab of tabs) await tab.ask({ type: "join", room: "lobby" });
    await relay.expulsion.revoke({ user: "ann" });
    for (const tab of tabs) {
      expect(code(tab)).toBe(4401);
      expect(tab.last("error")).toMatchObject({
        code: "unauthorized",
        message: expect.stringContaining("revoked") as string,
      });
      tab.forget();
    }
    await bob.post("lobby", "not for Ann");
    await relay.clock.pass(10_000);
    for (const tab of tabs) expect(tab.heard).toEqual([]);
    expect(bob.socket.closed).toBeUndefined();
    expect(code(await enter(old))).toBe(4401);
    const plain = relay.plain("lobby", old);
    expect(plain.socket.closed?.code).toBe(4401);
  });

  test("comes in again with a token that was issued later", async () => {
    await relay.expulsion.revoke({ user: "ann" });
    expect(code(await enter(token({ iat: now })))).toBe(4401);
    await relay.clock.pass(2000);
    expect(code(await enter(token({ iat: now })))).toBe(4401);
    expect(code(await enter(token({ iat: now + 1 })))).toBeUndefined();
  });

  test("cannot renew with a token of before", async () => {
    await relay.expulsion.revoke({ user: "ann" });
    await relay.clock.pass(2000);
    const client = await enter(token({ iat: now + 1 }));
    const renewal = { type: "token", token: token({ iat: now }) };
    expect(await client.askInVain(renewal)).toMatchObject({ code: "unauthorized" });
    expect(code(client)).toBeUndefined();
  });

  test("is out as well with a token that does not say when it was issued", async () => {
    const undated = token({ iat: undefined });
    const client = await enter(undated);
    await relay.expulsion.revoke({ user: "ann" });
    expect(code(client)).toBe(4401);
    await relay.clock.pass(60_000);
    expect(code(await enter(undated))).toBe(4401);
  });

  test("on the plain endpoint is out, too", async () => {
    const plain = relay.plain("lobby", token({}));
    await relay.clock.settle();
    await relay.expulsion.revoke({ user: "ann" });
    expect(plain.socket.closed).toMatchObject({
      code: 4401,
      reason: expect.stringContaining("revoked") as string,
    });
  });

  test("[P7] is not the user of that name in another app", async () => {
    relay = new MemoryRelay({ apps: ["default", "other"] });
    const here = await enter(token({ aud: "default" }));
    const there = await enter(token({ aud: "other" }));
    await relay.expulsion.revoke({ user: "ann" });
    expect([code(here), code(there)]).toEqual([4401, undefined]);
    await relay.expulsion.revoke({ app: "other", user: "ann" });
    expect(code(there)).toBe(4401);
    await expect(relay.expulsion.revoke({ app: "third", user: "ann" })).rejects.toThrow(/no app "third"/);
  });
});

describe("[AUTH16] a token that is revoked by its name", () => {
  test("is out, and the user's others are not", async () => {
    const one = await enter(token({ jti: "one" }));
    const two = await enter(token({ jti: "two" }));
    const nameless = await enter(token({}));
    await relay.expulsion.revoke({ token: "one" });
    expect([one, two, nameless].map(code)).toEqual([4401, undefined, undefined]);
    expect(code(await enter(token({ jti: "one", iat: now })))).toBe(4401);
    await relay.clock.pass(5000);
    expect(code(await enter(token({ jti: "one", iat: now + 5 })))).toBe(4401);
  });

  test("is remembered until it would have run out", async () => {
    const expires = relay.clock.now() + 3_600_000;
    await relay.expulsion.revoke({ token: "one", expires });
    const { revocations } = relay.engine;
    expect(await revocations.list(expires + 60_000)).toHaveLength(1);
    expect(await revocations.list(expires + 200_000)).toHaveLength(0);
  });
});

describe("a revocation", () => {
  test("that another relay has made holds here, too", async () => {
    const client = await enter(token({}));
    const at = relay.clock.now();
    await relay.engine.revocations.add({ app: "default", kind: "user", id: "ann", at, until: at + 1e9 });
    expect(code(client)).toBe(4401);
    expect(code(await enter(token({})))).toBe(4401);
  });

  test("that cannot be stored holds until the relay stops, and its maker is told", async () => {
    relay = new MemoryRelay({
      engine: (engine) => ({
        ...engine,
        revocations: {
          add: () => Promise.reject(new Error("the disk is full")),
          list: engine.revocations.list.bind(engine.revocations),
          subscribe: engine.revocations.subscribe.bind(engine.revocations),
        },
      }),
    });
    const client = await enter(token({}));
    await expect(relay.expulsion.revoke({ user: "ann" })).rejects.toThrow("the disk is full");
    expect(code(client)).toBe(4401);
    expect(code(await enter(token({})))).toBe(4401);
  });
});

describe("a user who is disconnected", () => {
  test("goes from all connections, and may come back", async () => {
    const tabs = [await enter(token({})), await enter(token({}))];
    const bob = await relay.enter("bob");
    expect(relay.expulsion.disconnect({ user: "ann", message: "Come in again." })).toBe(2);
    expect(tabs.map(code)).toEqual([4401, 4401]);
    expect(tabs[0]?.last("error")).toMatchObject({ code: "unauthorized", message: "Come in again." });
    expect(bob.socket.closed).toBeUndefined();
    expect(code(await enter(token({})))).toBeUndefined();
    expect(relay.expulsion.disconnect({ user: "nobody" })).toBe(0);
  });
});
