import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { RawClient, type Packet } from "../support/raw-client.ts";
import { findRedis, NO_REDIS, RedisServer, startSentinels } from "../support/redis-server.ts";
import type { RelayProcess } from "../support/relay-process.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { pause, until } from "../support/until.ts";
import { ALL_WELL } from "./stage.ts";
import { Troupe } from "./troupe.ts";

const ALWAYS = ["--appendonly", "yes", "--appendfsync", "always"];
const EVERYSEC = ["--appendonly", "yes", "--appendfsync", "everysec"];

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(args: readonly string[] = []): Promise<RedisServer> {
  const server = await RedisServer.start({ args });
  closers.push(() => server.close());
  return server;
}

async function start(redis: string, redisOf?: (relay: number) => string): Promise<Troupe> {
  const troupe = await Troupe.start({ redis, ...(redisOf && { redisOf }) });
  closers.push(() => troupe.close());
  return troupe;
}

async function enter(relay: RelayProcess, sub: string, room = "lobby"): Promise<RawClient> {
  const client = await RawClient.join(relay.url, sub, room);
  closers.push(() => client.terminate());
  return client;
}

let ids = 0;
const post = (text: string, room = "lobby"): Packet => ({ type: "post", room, id: `id-${++ids}`, text });

async function readiness(relay: RelayProcess): Promise<number> {
  return (await fetch(`${relay.url}/readyz`)).status;
}

/** Posts until something is stored again; those that fail must fail as unavailable, and soon. */
async function postUntilStored(client: RawClient, room = "lobby", limitMs = 20_000): Promise<Packet> {
  for (const end = performance.now() + limitMs; performance.now() < end; await pause(100)) {
    const begin = performance.now();
    const reply = await client.request(post("again", room));
    if (reply.type === "ok") return reply;
    expect(reply).toMatchObject({ code: "unavailable" });
    expect(performance.now() - begin).toBeLessThan(5000);
  }
  throw new Error("Nothing was stored in time.");
}

describe.skipIf(!findRedis())(`a Redis that fails under relays (${findRedis() ? "here" : NO_REDIS})`, () => {
  test("[MN-03] [P1] killed and restarted with appendfsync always, it loses nothing, and nobody is reset", async () => {
    const redis = await serve(ALWAYS);
    const troupe = await start(redis.url);
    const watcher = await enter(troupe.relay(1), "watcher");
    const posters = [0, 1, 0, 1].map((at, number) => troupe.poster(`poster-${number}`, "lobby", at));
    const readers = [0, 1].map((at) => troupe.client(`reader-${at}`, "lobby", at));
    await Promise.all([...posters, ...readers].map((client) => client.ready()));
    for (const poster of posters) poster.start(5);
    for (let round = 0; round < 3; round++) {
      await pause(700);
      await redis.restart("SIGKILL");
    }
    await pause(1000);
    await Promise.all(posters.map((poster) => poster.finish()));
    const found = await troupe.audit("lobby");
    expect(found).toMatchObject(ALL_WELL);
    expect(found.acked).toBeGreaterThan(50);
    expect(watcher.of("reset")).toEqual([]);
    process.stdout.write(`redis killed 3 times, always: ${JSON.stringify(found)}\n`);
  }, 90_000);

  test("[MN-03] [P3] with everysec it may lose its newest, of which every client is told", async () => {
    const redis = await serve(EVERYSEC);
    const troupe = await start(redis.url);
    const [ann, bob] = [await enter(troupe.relay(0), "ann"), await enter(troupe.relay(1), "bob")];
    let last: Packet = await ann.ask(post("first"));
    for (let at = 0; at < 20; at++) last = await ann.ask(post(`message ${at}`));
    await redis.kill();
    // As after a loss of power: what was not synced is not there.
    shorten(join(redis.dir, "appendonlydir"));
    await redis.restart();
    for (const client of [ann, bob]) {
      await until(() => client.of("reset").length > 0, "the reset is told", 20_000);
      expect(client.of("reset")[0]?.["epoch"]).not.toBe(last["epoch"]);
      expect(Number(client.of("reset")[0]?.["seq"])).toBeLessThan(21);
    }
    const carl = await RawClient.enter(troupe.relay(1).url, "carl");
    closers.push(() => carl.terminate());
    const since = { epoch: last["epoch"], seq: last["seq"] };
    expect(await carl.ask({ type: "join", room: "lobby", since })).toMatchObject({ recovered: false });
  }, 60_000);

  test("[MN-04] while it is away nothing is acknowledged, lines stay, and all is well again by itself", async () => {
    const redis = await serve(ALWAYS);
    const troupe = await start(redis.url);
    const [relay] = troupe.relays as [RelayProcess];
    const [ann, bob] = [await enter(relay, "ann"), await enter(troupe.relay(1), "bob")];
    const before = await ann.ask(post("before"));
    expect(await readiness(relay)).toBe(200);
    await redis.kill();
    const begin = performance.now();
    const refused = await Promise.all([1, 2, 3].map((at) => ann.request(post(`lost ${at}`))));
    expect(performance.now() - begin).toBeLessThan(5000);
    for (const reply of refused) expect(reply).toMatchObject({ type: "error", code: "unavailable" });
    await until(async () => (await readiness(relay)) === 503, "the relay is not ready", 5000);
    const newcomer = await RawClient.enter(relay.url, "carl");
    closers.push(() => newcomer.terminate());
    expect(await newcomer.request({ type: "join", room: "lobby" })).toMatchObject({ code: "unavailable" });
    await pause(3000);
    await redis.restart();
    await until(async () => (await readiness(relay)) === 200, "the relay is ready", 20_000);
    const stored = await postUntilStored(ann);
    expect(stored).toMatchObject({ epoch: before["epoch"], seq: 2 });
    await until(() => bob.of("event").some((event) => event["seq"] === 2));
    expect([...ann.of("reset"), ...bob.of("reset")]).toEqual([]);
    expect(await newcomer.request({ type: "join", room: "lobby" })).toMatchObject({ seq: 2 });
  }, 60_000);

  test("[MN-05] [P1] a relay that is cut off alone acknowledges nothing, and its people get all that came meanwhile", async () => {
    const redis = await serve();
    const proxy = await TcpProxy.start(redis);
    closers.push(() => proxy.close());
    const troupe = await start(redis.url, (at) => (at === 0 ? `redis://127.0.0.1:${proxy.port}` : redis.url));
    const poster = troupe.poster("poster", "lobby", 1);
    const readers = [0, 1].map((at) => troupe.client(`reader-${at}`, "lobby", at));
    const ann = await enter(troupe.relay(0), "ann");
    await Promise.all([poster, ...readers].map((client) => client.ready()));
    await poster.postMany(5);
    proxy.stall();
    const replies = Promise.all([1, 2, 3].map((at) => ann.request(post(`cut off ${at}`))));
    await poster.postMany(20);
    for (const reply of await replies) expect(reply).toMatchObject({ code: "unavailable" });
    await until(async () => (await readiness(troupe.relay(0))) === 503, "it is not ready", 5000);
    expect(await readiness(troupe.relay(1))).toBe(200);
    await poster.postMany(20);
    proxy.resume();
    await until(async () => (await readiness(troupe.relay(0))) === 200, "it is ready again", 20_000);
    await poster.postMany(5);
    const found = await troupe.audit("lobby");
    expect(found).toMatchObject({ ...ALL_WELL, acked: 50 });
    expect(ann.of("reset")).toEqual([]);
    // What had no answer may have arrived all the same; sent again it is the same.
    expect(found.stored).toBeLessThanOrEqual(53);
  }, 60_000);

  test("[MN-06] a master that dies is replaced by its replica, and what may be lost by it is told", async () => {
    const stage = await startSentinels();
    closers.push(stage.close);
    const troupe = await start(stage.url);
    const [ann, bob] = [await enter(troupe.relay(0), "ann"), await enter(troupe.relay(1), "bob")];
    let last: Packet = {} as Packet;
    for (let at = 0; at < 20; at++) last = await ann.ask(post(`message ${at}`));
    await stage.master.kill();
    const begin = performance.now();
    const stored = await postUntilStored(ann);
    const awayMs = performance.now() - begin;
    process.stdout.write(`failed over after ${Math.round(awayMs)} ms\n`);
    expect(awayMs).toBeLessThan(15_000);
    expect(stored["epoch"]).not.toBe(last["epoch"]);
    for (const client of [ann, bob]) {
      await until(() => client.of("reset").length > 0, "the reset is told", 10_000);
      expect(client.of("reset").at(-1)?.["epoch"]).toBe(stored["epoch"]);
    }
    const next = await bob.ask(post("goes on"));
    await until(() => ann.of("event").some((event) => event["seq"] === next["seq"]), "ann hears it", 5000);
  }, 90_000);

  test("[MN-09] a relay that Redis cuts off because it is behind subscribes again, and fills the gap", async () => {
    const redis = await serve(["--client-output-buffer-limit", "pubsub 64kb 64kb 1"]);
    const troupe = await Troupe.start({ redis: redis.url, env: { NATTER_MAX_TEXT: "16000" } });
    closers.push(() => troupe.close());
    const readers = [0, 1].map((at) => troupe.client(`reader-${at}`, "lobby", at));
    const poster = troupe.poster("poster", "lobby", 1);
    await Promise.all([poster, ...readers].map((client) => client.ready()));
    await poster.postMany(5);
    const pid = troupe.relay(0).pid as number;
    process.kill(pid, "SIGSTOP");
    try {
      const padding = "x".repeat(15_000);
      await until(
        async () => {
          await poster.postMany(20, padding);
          return redis.output.includes("overcoming of output buffer limits");
        },
        "Redis cuts the relay off",
        20_000,
      );
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await poster.postMany(5);
    expect(await troupe.audit("lobby")).toMatchObject(ALL_WELL);
  }, 90_000);

  test("[MN-10] [P3] what a full memory has thrown out of a room is never missing in silence", async () => {
    const redis = await serve();
    const troupe = await start(redis.url);
    const ann = await enter(troupe.relay(0), "ann", "probe");
    await ann.ask(post("hello", "probe"));
    const keys = (await keysOf(redis)).filter((key) => key.includes("{") && !/\{(all|app)/.test(key));
    const parts = [...new Set(keys.map((key) => key.slice(key.indexOf("}") + 2)))];
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) {
      const room = `evicted-${part.replaceAll(/[^a-z]/gi, "-")}`;
      await ann.ask({ type: "join", room });
      const known = new Set(await keysOf(redis));
      let last: Packet = {} as Packet;
      for (let at = 1; at <= 5; at++) last = await ann.ask(post(`text ${at}`, room));
      const key = (await keysOf(redis)).find((key) => !known.has(key) && key.endsWith(`}:${part}`));
      if (key === undefined) continue;
      await redis.command("DEL", key);
      const bob = await RawClient.enter(troupe.relay(1).url, "bob");
      closers.push(() => bob.terminate());
      // What is wrong may be refused, as long as nothing else is told in its place.
      const next = await bob.request(post("text 6", room));
      const joined = await bob.request({ type: "join", room, since: { epoch: last["epoch"], seq: 5 } });
      if (joined["recovered"] !== true) continue;
      expect(next, part).toMatchObject({ type: "ok", seq: 6, epoch: last["epoch"] });
      expect(
        (joined["events"] as Packet[]).map((event) => event["seq"]),
        part,
      ).toEqual([6]);
      const page = await bob.ask({ type: "history", room, limit: 50 });
      const texts = (page["messages"] as Packet[]).map((message) => message["text"]);
      expect(texts, part).toEqual([1, 2, 3, 4, 5, 6].map((at) => `text ${at}`));
    }
  }, 60_000);

  test("[MN-11] all that is kept has our prefix and a time to live", async () => {
    const redis = await serve();
    const troupe = await start(redis.url);
    const posters = [0, 1].map((at) => troupe.poster(`poster-${at}`, `room-${at}`, at));
    const readers = [0, 1].map((at) => troupe.client(`reader-${at}`, "room-0", at));
    await Promise.all([...posters, ...readers].map((client) => client.ready()));
    await Promise.all(posters.map((poster) => poster.postMany(20)));
    readers[0]?.handle.markRead(5);
    await pause(500);
    const keys = await keysOf(redis);
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter((key) => !key.startsWith("natter:"))).toEqual([]);
    // Names of people and rooms are in no key.
    expect(keys.filter((key) => /poster|reader|room-0/.test(key))).toEqual([]);
    const lasting = [];
    for (const key of keys) if ((await redis.command("PTTL", key)) === -1) lasting.push(key);
    expect(lasting).toEqual([]);
    // With nobody there, no more than the logs themselves stay: who was here has a minute, in case they come back.
    for (const client of [...posters, ...readers]) client.close();
    await Promise.all(troupe.relays.map((relay) => relay.stop()));
    const left = await keysOf(redis);
    expect(left.length).toBeLessThanOrEqual(keys.length);
    for (const key of left.filter((each) => each.includes(":here"))) {
      const lastsMs = Number(await redis.command("PTTL", key));
      // Gone meanwhile, or soon.
      expect(lastsMs === -2 || (lastsMs > 0 && lastsMs <= 60_000), key).toBe(true);
    }
  }, 60_000);
});

async function keysOf(redis: RedisServer): Promise<string[]> {
  return ((await redis.command("KEYS", "*")) as string[]).toSorted();
}

/** Cuts the newest quarter off the newest file of a Redis that is down. */
function shorten(folder: string): void {
  const name = readdirSync(folder).findLast((file) => file.endsWith(".incr.aof"));
  if (name === undefined) throw new Error(`There is no file in ${folder}.`);
  const path = join(folder, name);
  truncateSync(path, Math.floor(statSync(path).size * 0.75));
}
