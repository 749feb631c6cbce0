import { beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../doubles/client.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

let relay: MemoryRelay;
let ann: Client;
let bob: Client;

beforeEach(async () => {
  relay = new MemoryRelay();
  ann = await relay.join("ann", "lobby");
  bob = await relay.join("bob", "lobby");
});

function posts(from: number, count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, at) => ({
    type: "post",
    ref: 1000 + from + at,
    room: "lobby",
    id: `p-${from + at}`,
    text: "x",
  }));
}

describe("[LIM3] [OV-03] who is too fast", () => {
  test("is refused with the time to wait, and served after it", async () => {
    ann.say(...(posts(0, 600) as never[]));
    await relay.clock.settle();
    const refused = ann.of("error");
    expect(refused).toHaveLength(100);
    expect(refused[0]).toMatchObject({ code: "rate-limited", ref: 1500, room: "lobby", retryAfter: 20 });
    await relay.clock.pass(20);
    await ann.ask(posts(5000, 1)[0] as never);
  });

  test("all at once is closed with 4429", async () => {
    ann.say(...(posts(0, 5000) as never[]));
    await relay.clock.settle();
    expect(ann.socket.closed?.code).toBe(4429);
    expect(ann.last("error")).toMatchObject({ code: "rate-limited" });
    expect(ann.heard.length).toBeLessThan(1000);
  });

  test.each([
    ["posts", 10_000],
    ["posts", 400],
    ["typing", 10_000],
    ["rubbish", 10_000],
    ["heartbeats", 10_000],
    ["joins", 1000],
  ])("for long is closed with 4429: %s, %i a second", async (what, perSecond) => {
    let said = 0;
    const frames: Record<string, () => string> = {
      posts: () => JSON.stringify(posts(said, 1)),
      typing: () => '[{"type":"typing","room":"lobby","on":true}]',
      rubbish: () => '[{"type":"rubbish"}]',
      heartbeats: () => "[]",
      joins: () => '[{"type":"join","ref":1,"room":"lobby"}]',
    };
    const perTick = perSecond / 100;
    for (let tick = 0; tick < 2000 && !ann.socket.closed; tick++) {
      for (let each = 0; each < perTick; each++, said++) ann.sayText(frames[what]?.() ?? "");
      await relay.clock.pass(10);
    }
    expect(ann.socket.closed?.code).toBe(4429);
    expect(bob.socket.closed).toBeUndefined();
    await bob.post("lobby", "not disturbed");
  });

  test("now and then is not closed", async () => {
    for (let minute = 0; minute < 20; minute++) {
      ann.say(...(posts(minute * 1000, 560) as never[]));
      await relay.clock.pass(30_000);
    }
    expect(ann.of("error").filter(({ code }) => code === "rate-limited").length).toBeGreaterThan(0);
    expect(ann.socket.closed).toBeUndefined();
  });
});

describe("[P6] who asks for more than they read", () => {
  beforeEach(async () => {
    for (let each = 0; each < 200; each++) await bob.post("lobby", "🙂".repeat(3900), `big-${each}`);
    await relay.clock.pass(20_000);
    ann.forget();
  });

  const MEGABYTE = 1024 * 1024;

  test.each([
    ["history", { type: "history", limit: 200 }],
    ["joins", { type: "join", limit: 200 }],
    ["joins with a place", { type: "join", since: { epoch: "epoch-1", seq: 0 } }],
    ["rubbish", { type: "rubbish" }],
  ])("in one frame gets a bounded amount: %s", async (_, request) => {
    ann.socket.pause();
    ann.say(...Array.from({ length: 900 }, (_, at) => ({ ...request, ref: 1000 + at, room: "lobby" })));
    await relay.clock.settle();
    expect(ann.socket.bufferedBytes).toBeLessThan(10 * MEGABYTE);
    ann.socket.resume();
    await relay.clock.settle();
    const replies = [...ann.of("ok"), ...ann.of("error")].filter(({ ref }) => ref !== undefined);
    expect(replies.length).toBeGreaterThan(0);
  });

  test("again and again, while reading a little, gets a bounded amount", async () => {
    ann.socket.pause();
    let most = 0;
    for (let tick = 0; tick < 300 && !ann.socket.closed; tick++) {
      ann.say(
        ...Array.from({ length: 10 }, (_, at) => ({ type: "history", ref: at, room: "lobby", limit: 200 })),
      );
      ann.socket.drain(1);
      await relay.clock.pass(200);
      most = Math.max(most, ann.socket.bufferedBytes);
    }
    expect(most).toBeLessThan(16 * MEGABYTE);
  });

  test("is served again once it has read", async () => {
    ann.socket.pause();
    ann.say(
      ...Array.from({ length: 20 }, (_, at) => ({
        type: "history",
        ref: 1000 + at,
        room: "lobby",
        limit: 200,
      })),
    );
    await relay.clock.settle();
    ann.socket.resume();
    await relay.clock.settle();
    expect(ann.of("error")[0]).toMatchObject({ code: "rate-limited", retryAfter: 1000, room: "lobby" });
    await relay.clock.pass(20_000);
    expect((await ann.ask({ type: "history", room: "lobby", limit: 200 })).messages).toHaveLength(200);
  });

  test("and reads it all is slowed down by what it costs", async () => {
    let pages = 0;
    for (let tick = 0; tick < 1000 && !ann.socket.closed; tick++) {
      ann.say({ type: "history", ref: 1, room: "lobby", limit: 200 });
      await relay.clock.pass(10);
      pages = ann.of("ok").length;
    }
    expect(pages).toBeGreaterThan(10);
    expect(pages).toBeLessThan(60);
  });

  test("of a hundred rooms with a page each, in one frame, is given them all", async () => {
    for (let room = 0; room < 100; room++) {
      bob.say({ type: "post", ref: 5000 + room, room: `room-${room}`, id: "1", text: "hello ".repeat(50) });
      await relay.clock.pass(100);
    }
    const cid = await relay.enter("cid");
    cid.say(...Array.from({ length: 100 }, (_, at) => ({ type: "join", ref: at, room: `room-${at}` })));
    await relay.clock.settle();
    expect(cid.of("ok")).toHaveLength(100);
  });
});
