import { beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../doubles/client.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

let relay: MemoryRelay;
let ann: Client;

beforeEach(async () => {
  relay = new MemoryRelay();
  ann = await relay.join("ann", "lobby");
  ann.forget();
});

const heartbeats = (client: Client): number => client.frames.filter((frame) => frame.length === 0).length;

describe("[WIRE9] heartbeats", () => {
  test("come when nothing else was said for their time, and not before", async () => {
    await relay.clock.pass(24_000);
    expect(heartbeats(ann)).toBe(0);
    await relay.clock.pass(3000);
    expect(heartbeats(ann)).toBe(1);
    await relay.clock.pass(300_000);
    expect(heartbeats(ann)).toBeGreaterThanOrEqual(12);
    expect(heartbeats(ann)).toBeLessThanOrEqual(14);
    expect(ann.socket.closed).toBeUndefined();
  });

  test("also ask who only listens in a busy room, so that answering them is enough to stay", async () => {
    const bob = await relay.join("bob", "lobby");
    for (let minute = 0; minute < 180; minute++) {
      await bob.post("lobby", `${minute}`);
      await relay.clock.pass(1000);
    }
    expect(ann.texts).toHaveLength(180);
    expect(ann.socket.closed).toBeUndefined();
    expect(heartbeats(ann)).toBeLessThanOrEqual(8);
  });

  test("are not needed by who speaks and is spoken to", async () => {
    for (let minute = 0; minute < 30; minute++) {
      await ann.post("lobby", `${minute}`);
      await relay.clock.pass(10_000);
    }
    expect(heartbeats(ann)).toBe(0);
  });
});

describe("[WIRE10] who falls silent", () => {
  beforeEach(() => {
    ann.isLively = false;
  });

  test("for two heartbeats and five seconds is told so, and closed with 4408", async () => {
    await relay.clock.pass(54_000);
    expect(ann.socket.closed).toBeUndefined();
    await relay.clock.pass(4000);
    expect(ann.last("error")?.message).toContain("[]");
    expect(ann.socket.closed?.code).toBe(4408);
  });

  test("leaves the room with it", async () => {
    const bob = await relay.join("bob", "lobby");
    await relay.clock.pass(70_000);
    expect(bob.last("presence")).toMatchObject({ count: 1, left: ["ann"] });
  });

  test("and takes nothing is cut off, for a close frame would wait for ever", async () => {
    ann.socket.pause();
    await relay.clock.pass(70_000);
    expect(ann.socket.isTerminated).toBe(true);
    await relay.clock.settle();
    expect(relay.core.sessions.size).toBe(0);
  });

  test("[MN-08] is not who could not be heard because the relay stood still", async () => {
    ann.isLively = true;
    await relay.clock.pass(5000);
    relay.clock.sleep(120_000);
    await relay.clock.pass(0);
    ann.sayText("[]");
    await relay.clock.pass(30_000);
    expect(ann.socket.closed).toBeUndefined();
    ann.isLively = false;
    await relay.clock.pass(60_000);
    expect(ann.socket.closed?.code).toBe(4408);
  });

  test("is heard by any frame", async () => {
    for (let minute = 0; minute < 10; minute++) {
      ann.say({ type: "typing", room: "lobby", on: true });
      await relay.clock.pass(50_000);
    }
    expect(ann.socket.closed).toBeUndefined();
  });
});

describe("[JOIN8] who drains nothing", () => {
  test("for thirty seconds is closed with 1013 and cut off, and what waited is let go", async () => {
    ann.socket.pause();
    const bob = await relay.join("bob", "lobby");
    await bob.post("lobby", "x");
    await relay.clock.pass(28_000);
    expect(ann.socket.closed).toBeUndefined();
    await relay.clock.pass(4000);
    expect(ann.socket.closed?.code).toBe(1013);
    await relay.clock.pass(2000);
    expect(ann.socket.isTerminated).toBe(true);
    expect(relay.core.sessions.size).toBe(1);
  });

  test("[JOIN7] is not who drains slower than the room speaks", async () => {
    const bob = await relay.join("bob", "lobby");
    ann.socket.pause();
    for (let second = 0; second < 120; second++) {
      await bob.post("lobby", `${second} ${"x".repeat(900)}`);
      await bob.post("lobby", `${second} ${"y".repeat(900)}`);
      ann.socket.drain(1);
      await relay.clock.pass(1000);
    }
    expect(ann.socket.bufferedBytes).toBeGreaterThan(50_000);
    expect(ann.socket.closed).toBeUndefined();
    ann.socket.resume();
    await relay.clock.pass(1000);
    expect(ann.seqs("lobby")).toEqual(Array.from({ length: 240 }, (_, at) => at + 1));
  });

  test("[JOIN7] [OV-01] is told nothing past a bound, and goes on from the log when it reads again", async () => {
    const bob = await relay.join("bob", "lobby");
    ann.socket.pause();
    const text = "x".repeat(3900);
    for (let each = 0; each < 400; each++) {
      await bob.post("lobby", `${each} ${text}`);
      if (each % 50 === 0) await relay.clock.pass(1000);
    }
    await relay.clock.pass(2000);
    expect(ann.socket.bufferedBytes).toBeLessThan(300_000);
    ann.socket.resume();
    await relay.clock.pass(5000);
    const expected = Array.from({ length: 400 }, (_, at) => at + 1);
    expect(ann.seqs("lobby")).toEqual(expected);
    expect(bob.seqs("lobby")).toEqual(expected);
  });

  test("[JOIN7] gets the room anew when the log does not reach back to it any more", async () => {
    relay = new MemoryRelay({ roomLimits: { replayEvents: 50, stalledBytes: 5000, tailBytes: 20_000 } });
    ann = await relay.join("ann", "lobby");
    const bob = await relay.join("bob", "lobby");
    ann.socket.pause();
    for (let each = 1; each <= 200; each++) {
      await bob.post("lobby", `text ${each} ${"x".repeat(200)}`);
      if (each % 40 === 0) await relay.clock.pass(1000);
    }
    ann.socket.resume();
    await relay.clock.pass(1000);
    await bob.post("lobby", "after");
    await relay.clock.pass(1000);
    const reset = ann.last("reset");
    expect(reset).toMatchObject({ room: "lobby", seq: 200, more: true });
    expect(reset?.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, at) => at + 151));
    const seqs = ann.seqs("lobby");
    expect(seqs.slice(0, -1)).toEqual(Array.from({ length: seqs.length - 1 }, (_, at) => at + 1));
    expect(seqs.at(-1)).toBe(201);
  });
});

describe("a token that runs out", () => {
  async function enter(expiresInMs: number): Promise<Client> {
    const client = await relay.enter({ id: "eve", expiresInMs });
    await client.ask({ type: "join", room: "lobby" });
    client.forget();
    return client;
  }

  test("[AUTH7] is announced a minute ahead, once", async () => {
    const eve = await enter(600_000);
    const end = relay.clock.now() + 600_000;
    await relay.clock.pass(538_000);
    expect(eve.of("expiring")).toEqual([]);
    await relay.clock.pass(30_000);
    expect(eve.of("expiring")).toEqual([{ type: "expiring", at: end }]);
  });

  test("[AUTH7] is announced at half of its life if that is shorter", async () => {
    const eve = await enter(60_000);
    await relay.clock.pass(28_000);
    expect(eve.of("expiring")).toEqual([]);
    await relay.clock.pass(4000);
    expect(eve.of("expiring")).toHaveLength(1);
  });

  test("[AUTH8] [AU-12] ends the connection after a grace, and nothing is told after that", async () => {
    const eve = await enter(60_000);
    await relay.clock.pass(84_000);
    expect(eve.socket.closed).toBeUndefined();
    await relay.clock.pass(2000);
    expect(eve.socket.closed?.code).toBe(4401);
    expect(eve.heard.at(-1)).toMatchObject({ type: "error", code: "token-expired" });
    const heard = eve.heard.length;
    await ann.post("lobby", "not for Eve");
    await relay.clock.pass(10_000);
    expect(eve.heard).toHaveLength(heard);
    expect(ann.last("presence")).toMatchObject({ left: ["eve"] });
  });

  test("[AUTH8] that is renewed, again and again, leaves no gap", async () => {
    const eve = await enter(60_000);
    for (let round = 0; round < 10; round++) {
      await relay.clock.pass(40_000);
      await eve.ask({ type: "token", token: relay.token({ id: "eve", expiresInMs: 60_000 }) });
      await ann.post("lobby", `${round}`);
    }
    await relay.clock.settle();
    expect(eve.texts).toHaveLength(10);
    expect(eve.of("expiring")).toHaveLength(10);
    expect(eve.socket.closed).toBeUndefined();
  });

  test("[AUTH8] and whose renewal is refused goes on until its end", async () => {
    const eve = await enter(60_000);
    await relay.clock.pass(40_000);
    await eve.askInVain({ type: "token", token: "rubbish" });
    expect(eve.socket.closed).toBeUndefined();
    await relay.clock.pass(46_000);
    expect(eve.socket.closed?.code).toBe(4401);
  });

  test("[AUTH8] by the wall clock: also when that is set forward", async () => {
    const eve = await enter(3_600_000);
    relay.clock.jump(4_000_000);
    await relay.clock.pass(1000);
    expect(eve.socket.closed?.code).toBe(4401);
  });
});

test("[OPS3] who is told to go away is told how long there is", async () => {
  relay.connect();
  for (const session of relay.core.sessions.all()) session.goAway(5000);
  await relay.clock.settle();
  expect(ann.last("goaway")).toEqual({ type: "goaway", within: 5000 });
});

test("[OV-12] what comes and goes leaves nothing behind", async () => {
  const timers = relay.clock.timers;
  for (let each = 0; each < 300; each++) {
    const client = await relay.join(`user-${each}`, `room-${each % 30}`);
    await client.post(`room-${each % 30}`, "hello");
    await client.vanish();
  }
  await ann.ask({ type: "leave", room: "lobby" });
  await relay.clock.pass(60_000);
  expect(relay.core.sessions.size).toBe(1);
  expect(relay.core.context.rooms.size).toBe(0);
  expect(relay.core.context.appender.waiting).toBe(0);
  expect(relay.clock.timers).toBeLessThanOrEqual(timers);
});
