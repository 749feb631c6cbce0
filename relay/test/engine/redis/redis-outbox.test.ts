import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { partsOfKey, roomKeyOf, type RoomKey, type Route } from "../../../src/engine/engine.ts";
import { connectRedis } from "../../../src/engine/redis/connection.ts";
import { writeStored } from "../../../src/engine/redis/event-text.ts";
import { Keys } from "../../../src/engine/redis/keys.ts";
import type { Redis } from "../../../src/engine/redis/redis.ts";
import { RedisOutbox } from "../../../src/engine/redis/redis-outbox.ts";
import { silentLog } from "../../../src/telemetry/log.ts";
import { findRedis, RedisServer, startCluster } from "../../../../tests/support/redis-server.ts";
import { author, GARDEN, LOBBY } from "../../contracts/harness.ts";
import { roomName } from "../../doubles/events.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";

const TURN_MS = 400;
const ROUND_MS = 30_000;

const hook: Route = { to: "hook", app: "default", kinds: ["message"], max: 100 };

/** One relay's outbox, and the log as far as an outbox looks at it. */
class Relay {
  readonly clock = new FakeClock();
  readonly outbox: RedisOutbox;
  readonly redis: Redis;
  readonly keys: Keys;

  constructor(redis: Redis, prefix: string, relayId: string, quietMs = 300_000) {
    this.redis = redis;
    this.keys = new Keys(prefix);
    const { clock, keys } = this;
    this.outbox = new RedisOutbox({ redis, keys, clock, relayId, times: { turnMs: TURN_MS, quietMs } });
  }

  /** Stores a message as the log's step does; `isTold` false: the relay dies at once after it. */
  async say(text: string, room: RoomKey = LOBBY, isTold = true): Promise<void> {
    await this.outbox.expect(room);
    const [meta, events] = [this.keys.room(room, "meta"), this.keys.room(room, "events")];
    const [epoch, at] = (await this.redis.command(meta, "HMGET", meta, "epoch", "at")) as (string | null)[];
    if (epoch === null) await this.redis.command(meta, "HSET", meta, "epoch", "e1");
    const seq = (await this.redis.command(meta, "HINCRBY", meta, "seq", 1)) as number;
    const now = Math.max(this.clock.now(), Number(at ?? 0));
    await this.redis.command(meta, "HSET", meta, "at", now);
    const { room: name } = partsOfKey(room);
    const event = {
      type: "event",
      kind: "message",
      room: name,
      seq,
      at: now,
      id: text,
      by: author("ann"),
      text,
    };
    await this.redis.command(events, "HSET", events, seq, writeStored(text, event as never));
    if (isTold) this.outbox.stir(room);
  }

  async texts(to = "hook"): Promise<unknown[]> {
    const listed = await this.outbox.list(to, 0, 1000);
    const opened = await Promise.all(listed.map(({ id }) => this.outbox.open(id)));
    return opened.map((parcel) => (parcel?.event?.kind === "message" ? parcel.event.text : parcel?.note));
  }

  /** Says that the first so many of what waits were told. */
  async settle(count: number, to = "hook"): Promise<void> {
    const listed = await this.outbox.list(to, 0, count);
    await this.outbox.settle(listed.map(({ id }) => id));
  }
}

describe.skipIf(!findRedis())("what is to be told, over Redis", () => {
  const opened: Redis[] = [];
  let server: RedisServer;
  let prefix = "";

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(() => {
    prefix = `${randomUUID().slice(0, 8)}:`;
  });
  afterEach(async () => {
    for (const redis of opened.splice(0)) await redis.close();
  });
  afterAll(() => server.close());

  async function relay(id: string, quietMs?: number): Promise<Relay> {
    const redis = await connectRedis({ url: server.url, prefix }, silentLog);
    opened.push(redis);
    const made = new Relay(redis, prefix, id, quietMs);
    await made.outbox.route([hook]);
    return made;
  }

  test("[WH9] one relay at a time has the turn; it goes to another when it was given back, or has run out", async () => {
    const [a, b] = [await relay("a"), await relay("b")];
    expect(await a.outbox.claim("hook")).toBe(TURN_MS);
    expect(await b.outbox.claim("hook")).toBe(0);
    expect(await a.outbox.claim("hook")).toBe(TURN_MS);
    await a.outbox.close();
    expect(await b.outbox.claim("hook")).toBe(TURN_MS);
    const c = await relay("c");
    await expect.poll(() => c.outbox.claim("hook"), { timeout: TURN_MS * 5, interval: 20 }).toBe(TURN_MS);
    expect(await b.outbox.claim("hook")).toBe(0);
  });

  test("[WH2] what another relay stores is heard at once by the one that tells", async () => {
    const [a, b] = [await relay("a"), await relay("b")];
    const heard: string[] = [];
    a.outbox.watch((to) => heard.push(to));
    await a.outbox.claim("hook");
    expect(await a.texts()).toEqual([]);
    await b.say("one");
    b.clock.jump(1);
    await b.say("two", GARDEN);
    b.clock.jump(1);
    await b.say("three");
    await b.clock.pass(10);
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(await a.texts()).toEqual(["one", "two", "three"]);
  });

  test("[WH2] what was stored by a relay that died in the same moment is found within 30 s", async () => {
    const [a, b] = [await relay("a"), await relay("b")];
    await a.outbox.claim("hook");
    await b.say("told");
    await b.outbox.close();
    await b.say("and dead", LOBBY, false);
    await b.say("elsewhere", GARDEN, false);
    expect(await a.texts()).toEqual(["told", "and dead", "elsewhere"]);
    const c = await relay("c");
    await c.say("again", LOBBY, false);
    expect(await a.texts()).toEqual(["told", "and dead", "elsewhere"]);
    await a.clock.pass(ROUND_MS);
    expect(await a.texts()).toEqual(["told", "and dead", "elsewhere", "again"]);
  });

  test("[WH2] another relay goes on where one has ended, note for note", async () => {
    const a = await relay("a");
    await a.outbox.note("hook", LOBBY, "filled");
    for (const text of ["1", "2"]) await a.say(text);
    await a.outbox.note("hook", LOBBY, "emptied");
    await a.say("3");
    expect(await a.texts()).toEqual(["filled", "1", "2", "emptied", "3"]);
    await a.settle(2);
    const b = await relay("b");
    expect(await b.texts()).toEqual(["2", "emptied", "3"]);
    await b.settle(2);
    const c = await relay("c");
    expect(await c.texts()).toEqual(["3"]);
    await c.settle(1);
    expect(await (await relay("d")).texts()).toEqual([]);
  });

  test("[WH2] more than one step reads, in more rooms than are looked at together, in the order of each room", async () => {
    const a = await relay("a");
    await a.outbox.route([{ ...hook, max: 10_000 }]);
    const rooms = Array.from({ length: 120 }, (_, at) => roomKeyOf("default", roomName(`room ${at}`)));
    for (const room of rooms) await a.say("first", room);
    for (let at = 0; at < 600; at++) await a.say(`m${at}`, LOBBY);
    const listed = await a.outbox.list("hook", 0, 2000);
    expect(listed).toHaveLength(720);
    const opened = await Promise.all(
      listed.filter(({ room }) => room === "lobby").map(({ id }) => a.outbox.open(id)),
    );
    expect(opened.map((parcel) => parcel?.event?.seq)).toEqual(
      Array.from({ length: 600 }, (_, at) => at + 1),
    );
    expect(new Set(listed.map(({ room }) => room)).size).toBe(121);
  });

  test("[WH3] what waits is bounded over all rooms, and what was given up is given up for every relay", async () => {
    const a = await relay("a");
    await a.outbox.route([{ ...hook, max: 2 }]);
    await a.say("1", LOBBY);
    a.clock.jump(1);
    await a.say("2", GARDEN);
    a.clock.jump(1);
    await a.say("3", LOBBY);
    expect(await a.texts()).toEqual(["2", "3"]);
    expect(await a.outbox.counts("hook")).toEqual({ waiting: 2, dropped: 1 });
    expect(new Set(await (await relay("b")).texts())).toEqual(new Set(["2", "3"]));
  });

  test("a room of which all is told is looked at no more after a time, and again when something comes", async () => {
    const a = await relay("a", 0);
    await a.say("1");
    await a.texts();
    await a.settle(1);
    const hints = a.keys.app("default", "outbox:hook");
    const told = a.keys.room(LOBBY, "told");
    const left = async (): Promise<unknown[]> => {
      await a.clock.pass(ROUND_MS);
      expect(await a.texts()).toEqual([]);
      return [await a.redis.command(hints, "ZCARD", hints), await a.redis.command(told, "EXISTS", told)];
    };
    await expect.poll(left, { timeout: 5000, interval: 200 }).toEqual([0, 0]);
    await a.clock.pass(60_000);
    await a.say("2");
    expect(await a.texts()).toEqual(["2"]);
    expect(await (await relay("b")).texts()).toEqual(["2"]);
  });

  test("a room of which something waits, or was expected lately, is kept among them", async () => {
    const a = await relay("a", 0);
    await a.say("1");
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await a.clock.pass(ROUND_MS);
    expect(await a.texts()).toEqual(["1"]);
    const b = await relay("b");
    expect(await b.texts()).toEqual(["1"]);
    await b.settle(1);
    await b.clock.pass(ROUND_MS);
    expect(await b.texts()).toEqual([]);
    const hints = b.keys.app("default", "outbox:hook");
    expect(await b.redis.command(hints, "ZCARD", hints)).toBe(1);
  });

  test("nothing is kept for who is told no more, also of what other relays still expect", async () => {
    const [a, b] = [await relay("a"), await relay("b")];
    await a.outbox.claim("hook");
    await a.say("1");
    await a.outbox.route([]);
    await b.clock.pass(60_000);
    await b.say("2");
    // One that was given up keeps its turn.
    expect(await a.outbox.claim("hook")).toBe(TURN_MS);
    await a.outbox.route([hook]);
    await b.clock.pass(60_000);
    await b.say("3");
    expect(await a.texts()).toEqual(["3"]);
  });

  describe("when the log has another epoch", () => {
    const change = (a: Relay, room: RoomKey, fields: Record<string, string | number>): Promise<unknown> => {
      const meta = a.keys.room(room, "meta");
      return a.redis.command(meta, "HSET", meta, ...Object.entries(fields).flat());
    };

    test("and the same events, they are told once", async () => {
      const a = await relay("a");
      for (const text of ["1", "2", "3"]) await a.say(text);
      expect(await a.texts()).toEqual(["1", "2", "3"]);
      await a.settle(1);
      await change(a, LOBBY, { epoch: "e2" });
      await a.say("4");
      expect(await a.texts()).toEqual(["2", "3", "4"]);
      expect(await (await relay("b")).texts()).toEqual(["2", "3", "4"]);
    });

    test("and has lost its end, what takes its place is told, and what waited before it as well", async () => {
      const a = await relay("a");
      for (const text of ["1", "2", "3", "4"]) {
        await a.say(text);
        a.clock.jump(20_000);
      }
      expect(await a.texts()).toEqual(["1", "2", "3", "4"]);
      await a.settle(1);
      const events = a.keys.room(LOBBY, "events");
      await a.redis.command(events, "HDEL", events, 3, 4);
      await change(a, LOBBY, { epoch: "e2", seq: 2 });
      await a.say("3 anew");
      expect(await a.texts()).toEqual(["2", "3 anew"]);
      expect(await (await relay("b")).texts()).toEqual(["2", "3 anew"]);
    });

    test("and begins anew, all of it is told, and nothing of what was there before", async () => {
      const a = await relay("a");
      for (const text of ["1", "2", "3"]) await a.say(text);
      await a.texts();
      a.clock.jump(5);
      const [meta, events] = [a.keys.room(LOBBY, "meta"), a.keys.room(LOBBY, "events")];
      await a.redis.command(meta, "DEL", meta, events);
      await change(a, LOBBY, { epoch: "e2" });
      await a.say("anew");
      expect(await a.texts()).toEqual(["anew"]);
    });
  });
});

test.skipIf(!findRedis())(
  "[WH2] in a Cluster, whatever slots the rooms are in",
  async () => {
    const stage = await startCluster(3);
    const opened: Redis[] = [];
    const relay = async (id: string): Promise<Relay> => {
      const redis = await connectRedis({ url: stage.url, prefix: "t:", startMs: 15_000 }, silentLog);
      opened.push(redis);
      const made = new Relay(redis, "t:", id);
      await made.outbox.route([hook, { ...hook, to: "other" }]);
      return made;
    };
    try {
      const [a, b] = [await relay("a"), await relay("b")];
      expect(await a.outbox.claim("hook")).toBe(TURN_MS);
      expect(await a.texts()).toEqual([]);
      const rooms = Array.from({ length: 20 }, (_, at) => roomKeyOf("default", roomName(`room ${at}`)));
      for (const [at, room] of rooms.entries()) await b.say(`m${at}`, room);
      await b.outbox.note("hook", LOBBY, "a note");
      await b.clock.pass(10);
      const all = new Set([...rooms.map((_, at) => `m${at}`), "a note"]);
      await expect.poll(async () => new Set(await a.texts())).toEqual(all);
      expect(await a.texts("other")).toHaveLength(20);
      await a.settle(100);
      expect(await (await relay("c")).texts()).toEqual([]);
      expect(await (await relay("d")).texts("other")).toHaveLength(20);
      await a.outbox.route([]);
      expect(await (await relay("e")).texts("other")).toEqual([]);
    } finally {
      for (const redis of opened) await redis.close();
      await stage.close();
    }
  },
  60_000,
);
