import { beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../doubles/client.ts";
import { ENOUGH, MemoryRelay, RATES } from "../doubles/memory-relay.ts";

const FEW = { perSecond: 1, burst: 3 };

/** How many of so many equal requests in one frame are refused for their rate. */
async function refusedOf(
  relay: MemoryRelay,
  client: Client,
  count: number,
  request: (at: number) => Record<string, unknown> & { type: string },
): Promise<number> {
  client.forget();
  client.say(...Array.from({ length: count }, (_, at) => ({ ...request(at), ref: 1000 + at })));
  await relay.clock.settle();
  expect(client.of("ok").length + client.of("error").length).toBe(count);
  return client.of("error").filter(({ code }) => code === "rate-limited").length;
}

describe("[LIM5] whatever is stored counts as a post", () => {
  const requests: Record<string, (at: number) => Record<string, unknown> & { type: string }> = {
    post: (at) => ({ type: "post", id: `x-${at}`, text: "x" }),
    edit: (at) => ({ type: "edit", id: `x-${at}`, target: 1, text: `x ${at}` }),
    delete: (at) => ({ type: "delete", id: `x-${at}`, target: 99 }),
    react: (at) => ({ type: "react", id: `x-${at}`, target: 1, emoji: "👍", on: at % 2 === 0 }),
    pin: (at) => ({ type: "pin", id: `x-${at}`, target: 1, on: at % 2 === 0 }),
    moderate: (at) => ({ type: "moderate", id: `x-${at}`, action: "mute", user: "eve" }),
    configure: (at) => ({ type: "configure", id: `x-${at}`, title: `x ${at}` }),
  };

  test.each(Object.keys(requests))("%s", async (type) => {
    const relay = new MemoryRelay({ limits: { rates: { ...ENOUGH, posts: { perSecond: 1, burst: 4 } } } });
    const ann = await relay.join({ id: "ann", rooms: { "*": "moderator" } }, "lobby");
    await ann.post("lobby", "first");
    const request = requests[type] as (at: number) => Record<string, unknown> & { type: string };
    expect(await refusedOf(relay, ann, 5, (at) => ({ ...request(at), room: "lobby" }))).toBe(2);
    expect(relay.core.context.meter.limited.get("posts")).toBe(2);
    await relay.clock.pass(1000);
    await ann.post("lobby", "and again");
  });
});

describe("[LIM6] a connection that asks for much in a short time", () => {
  test("waits for its next join, and has its rooms after that", async () => {
    const relay = new MemoryRelay({ limits: { rates: { ...ENOUGH, joins: FEW } } });
    const ann = await relay.enter("ann");
    expect(await refusedOf(relay, ann, 5, (at) => ({ type: "join", room: `r-${at}` }))).toBe(2);
    expect(ann.last("error")).toMatchObject({ code: "rate-limited", retryAfter: 1000, room: "r-4" });
    expect(relay.core.context.meter.limited.get("joins")).toBe(2);
    await relay.clock.pass(1000);
    await ann.ask({ type: "join", room: "r-4" });
  });

  test.each(["history", "members"])("[OV-11] waits for its next page: %s", async (type) => {
    const relay = new MemoryRelay({ limits: { rates: { ...ENOUGH, history: FEW } } });
    const ann = await relay.join("ann", "lobby");
    expect(await refusedOf(relay, ann, 5, () => ({ type, room: "lobby" }))).toBe(2);
    expect(relay.core.context.meter.limited.get("history")).toBe(2);
    await relay.clock.pass(1000);
    await ann.ask({ type: "history", room: "lobby" });
  });

  test("owes the bytes of its frames, and is served again when they are paid for", async () => {
    const relay = new MemoryRelay({
      limits: { rates: { ...ENOUGH, bytes: { perSecond: 1000, burst: 4000 } } },
    });
    const ann = await relay.join("ann", "lobby");
    await relay.clock.pass(10_000);
    // Twice as many bytes as characters; and what is sent in one frame is judged as one.
    const text = "é".repeat(1500);
    await ann.post("lobby", text);
    await ann.post("lobby", text);
    const refused = await ann.askInVain({ type: "post", room: "lobby", id: "third", text });
    expect(refused.code).toBe("rate-limited");
    expect(relay.core.context.meter.limited.get("bytes")).toBe(1);
    await relay.clock.pass(refused.retryAfter ?? 0);
    await ann.post("lobby", "short");
    expect(ann.socket.closed).toBeUndefined();
  });

  test("[LIM3] [OV-03] and sends ever more bytes is closed with 4429", async () => {
    const relay = new MemoryRelay({ limits: { rates: { ...ENOUGH, bytes: RATES.bytes } } });
    const ann = await relay.join("ann", "lobby");
    const text = "x".repeat(3900);
    for (let each = 0; each < 20_000 && !ann.socket.closed; each++) {
      ann.say({ type: "post", room: "lobby", id: `p-${each}`, text });
      if (each % 10 === 0) await relay.clock.pass(10);
    }
    expect(ann.socket.closed?.code).toBe(4429);
  });
});

describe("[LIM7] the connections of one user", () => {
  test("may together do what a few may, and others are not slowed by them", async () => {
    const relay = new MemoryRelay();
    const tabs: Client[] = [];
    for (let each = 0; each < 12; each++) tabs.push(await relay.join("ann", "lobby"));
    let stored = 0;
    for (const tab of tabs) {
      const refused = await refusedOf(relay, tab, 150, (at) => ({
        type: "post",
        room: "lobby",
        id: `${tabs.indexOf(tab)}-${at}`,
        text: "x",
      }));
      stored += 150 - refused;
    }
    expect(stored).toBe(1500);
    const bob = await relay.join("bob", "lobby");
    await bob.post("lobby", "not disturbed");
  });

  test("are not given a new allowance for a new connection", async () => {
    const posts = { perSecond: 1, burst: 3 };
    const relay = new MemoryRelay({ limits: { rates: { ...ENOUGH, posts } } });
    for (let each = 0; each < 3; each++) {
      const ann = await relay.join("ann", "lobby");
      await ann.post("lobby", "x");
      await ann.vanish();
    }
    const ann = await relay.join("ann", "lobby");
    expect(await ann.askInVain({ type: "post", room: "lobby", id: "x", text: "x" })).toMatchObject({
      code: "rate-limited",
    });
  });

  test("[P6] are forgotten once they left and their allowance is whole again", async () => {
    const relay = new MemoryRelay();
    const { users } = relay.core.context;
    for (let each = 0; each < 50; each++) {
      const client = await relay.join(`user-${each}`, "lobby");
      await client.post("lobby", "x");
      await client.vanish();
    }
    expect(users.size).toBe(50);
    await relay.clock.pass(60_000);
    expect(users.size).toBe(0);
  });

  test("[OV-10] are so many at most, and the next is told and closed with 4429", async () => {
    const { users } = new MemoryRelay().core.context.limits;
    const relay = new MemoryRelay({ limits: { users: { ...users, connectionsPerUser: 2 } } });
    const first = await relay.enter("ann");
    await relay.enter("ann");
    const third = await relay.enter("ann");
    expect(third.socket.closed?.code).toBe(4429);
    expect(third.last("error")).toMatchObject({ code: "rate-limited" });
    expect(third.last("error")?.message).toContain("2 connections");
    expect(relay.core.context.meter.limited.get("user")).toBe(1);
    await relay.enter("bob");
    await first.vanish();
    expect((await relay.enter("ann")).socket.closed).toBeUndefined();
  });

  test("are counted for plain clients as well", async () => {
    const { users } = new MemoryRelay().core.context.limits;
    const relay = new MemoryRelay({ limits: { users: { ...users, connectionsPerUser: 1 } } });
    const token = relay.token({ id: "ann" });
    const first = relay.plain("lobby", token);
    expect(relay.plain("lobby", token).socket.closed?.code).toBe(4429);
    first.socket.close(1000, "");
    await relay.clock.settle();
    expect(relay.plain("lobby", token).socket.closed).toBeUndefined();
  });
});

describe("[LIM7] [OV-10] the connections of an app", () => {
  test("are so many at most, and the next is told and closed with 1013, which clients try again after", async () => {
    const { users } = new MemoryRelay().core.context.limits;
    const relay = new MemoryRelay({ limits: { users: { ...users, connectionsPerApp: 2 } } });
    await relay.enter("ann");
    const bob = await relay.enter("bob");
    const cid = await relay.enter("cid");
    expect(cid.socket.closed?.code).toBe(1013);
    expect(cid.last("error")).toMatchObject({ code: "unavailable" });
    expect(relay.core.context.meter.limited.get("app")).toBe(1);
    expect([...relay.core.context.users.connections()]).toEqual([["default", 2]]);
    await bob.vanish();
    expect((await relay.enter("cid")).socket.closed).toBeUndefined();
  });
});

describe("[LIM9] [OV-09] while a relay has too much to do", () => {
  let load: { isShedding: boolean };
  let relay: MemoryRelay;

  beforeEach(() => {
    load = { isShedding: false };
    relay = new MemoryRelay({ load });
  });

  test("who says hello is told, and closed with 1013", async () => {
    load.isShedding = true;
    const ann = await relay.enter("ann");
    expect(ann.last("error")).toMatchObject({ code: "unavailable" });
    expect(ann.socket.closed?.code).toBe(1013);
    expect(relay.core.context.meter.shed.get("connection")).toBe(1);
  });

  test("who joins a room waits; who is in one goes on, and may mend a gap", async () => {
    const ann = await relay.join("ann", "lobby");
    const bob = await relay.join("bob", "lobby");
    load.isShedding = true;
    expect(await ann.askInVain({ type: "join", room: "other" })).toMatchObject({
      code: "unavailable",
      retryAfter: 5000,
    });
    expect(relay.core.context.meter.shed.get("join")).toBe(1);
    await bob.post("lobby", "goes on");
    expect(ann.texts).toEqual(["goes on"]);
    await ann.ask({ type: "join", room: "lobby" });
    load.isShedding = false;
    await ann.ask({ type: "join", room: "other" });
  });
});

describe("what is counted", () => {
  test("[OPS6] are packets by type, refusals by code, posts and joins by app, and bytes", async () => {
    const relay = new MemoryRelay();
    const ann = await relay.join("ann", "lobby");
    await ann.post("lobby", "one", "same");
    await ann.post("lobby", "one", "same");
    await ann.askInVain({ type: "leave", room: "elsewhere" });
    await ann.askInVain({ type: "nonsense" });
    const { meter } = relay.core.context;
    expect(Object.fromEntries(meter.packets.entries())).toEqual({
      hello: 1,
      join: 1,
      post: 2,
      leave: 1,
      unreadable: 1,
    });
    expect(Object.fromEntries(meter.errors.entries())).toEqual({ "not-joined": 1, "unknown-type": 1 });
    expect(Object.fromEntries(meter.app("default").entries())).toEqual({
      hello: 1,
      "join-fresh": 1,
      post: 1,
    });
    expect(meter.received.frames).toBe(6);
    expect(meter.received.bytes).toBeGreaterThan(200);
    expect(meter.connections).toEqual({ opened: 1, closed: 0 });
    await ann.vanish();
    expect(meter.connections).toEqual({ opened: 1, closed: 1 });
  });
});
