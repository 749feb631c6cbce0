import { afterEach, describe, expect, test } from "vitest";
import type { ConnectOptions } from "../../../src/engine/redis/connection.ts";
import { connectRedis } from "../../../src/engine/redis/connection.ts";
import { RedisAway, type Redis, type Step } from "../../../src/engine/redis/redis.ts";
import { silentLog } from "../../../src/telemetry/log.ts";
import { findRedis, freePort, NO_REDIS, RedisServer } from "../../../../tests/support/redis-server.ts";
import { TcpProxy } from "../../../../tests/support/tcp-proxy.ts";
import { pause, until } from "../../../../tests/support/until.ts";

const ADD: Step = { name: "add", lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])" };
const AOF = ["--appendonly", "yes", "--appendfsync", "always"];

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(args: readonly string[] = []): Promise<RedisServer> {
  const server = await RedisServer.start({ args });
  closers.push(() => server.close());
  return server;
}

async function connect(url: string, options: Partial<ConnectOptions> = {}): Promise<Redis> {
  const redis = await connectRedis({ url, prefix: "t:", ...options }, silentLog);
  closers.push(() => redis.close());
  return redis;
}

describe.skipIf(!findRedis())(`a connection to a real Redis (${findRedis() ? "here" : NO_REDIS})`, () => {
  test("runs steps and commands, also after somebody has flushed the scripts", async () => {
    const server = await serve();
    const redis = await connect(server.url);
    expect(await Promise.all([1, 2, 3].map((by) => redis.run(ADD, ["t:{a}:n"], [by])))).toEqual([1, 3, 6]);
    await server.command("SCRIPT", "FLUSH");
    expect(await redis.run(ADD, ["t:{a}:n"], [4])).toBe(10);
    expect(await redis.command("t:{a}:h", "HSET", "t:{a}:h", "k", "v")).toBe(1);
    expect(await redis.command("t:{a}:h", "HGETALL", "t:{a}:h")).toEqual(["k", "v"]);
    expect(await redis.command("t:{a}:h", "GET", "t:{a}:none")).toBeNull();
    await expect(redis.command("t:{a}:h", "GET", "t:{a}:h")).rejects.toThrow("WRONGTYPE");
  });

  test("hears what is published, each listener once, until it stops", async () => {
    const server = await serve();
    const redis = await connect(server.url);
    const heard: string[] = [];
    const [stopA, stopB] = await Promise.all(
      ["a", "b"].map((name) => redis.listen("t:{x}:c", (payload) => heard.push(name + payload))),
    );
    redis.publish("t:{x}:c", "1");
    await until(() => heard.length === 2);
    stopA?.();
    stopA?.();
    redis.publish("t:{x}:c", "2");
    await until(() => heard.length === 3);
    expect(heard).toEqual(["a1", "b1", "b2"]);
    stopB?.();
    await until(
      async () => (await server.command("PUBSUB", "SHARDNUMSUB", "t:{x}:c"))?.toString() === "t:{x}:c,0",
    );
    const again = await redis.listen("t:{x}:c", (payload) => heard.push(`c${payload}`));
    redis.publish("t:{x}:c", "3");
    await until(() => heard.includes("c3"));
    again();
  });

  test("hears a channel that is listened to again in the moment in which it was left", async () => {
    const server = await serve();
    const redis = await connect(server.url);
    let heard = 0;
    let stop = await redis.listen("t:{x}:c", () => heard++);
    for (let round = 1; round <= 20; round++) {
      stop();
      stop = await redis.listen("t:{x}:c", () => heard++);
      redis.publish("t:{x}:c", "");
      await until(() => heard === round, `${round} pushes`, 3000);
    }
  });

  test("fails at once while Redis is gone, and is back with all channels when it is", async () => {
    const server = await serve(AOF);
    const redis = await connect(server.url);
    const heard: string[] = [];
    const states: boolean[] = [];
    redis.watch((isUp) => states.push(isUp));
    await redis.listen("t:{x}:c", (payload) => heard.push(payload));
    await server.kill();
    await until(() => !redis.isUp);
    const begin = performance.now();
    await expect(redis.run(ADD, ["t:{a}:n"], [1])).rejects.toThrow(RedisAway);
    await expect(redis.listen("t:{y}:c", () => {})).rejects.toThrow(RedisAway);
    await expect(redis.lifeOf("t:{a}:n")).rejects.toThrow(RedisAway);
    redis.publish("t:{x}:c", "lost");
    expect(performance.now() - begin).toBeLessThan(100);
    await server.restart();
    await until(() => redis.isUp, "redis is back", 5000);
    expect(states).toEqual([false, true]);
    redis.publish("t:{x}:c", "here");
    await until(() => heard.length > 0);
    expect(heard).toEqual(["here"]);
    expect(await redis.run(ADD, ["t:{a}:n"], [1])).toBe(1);
  });

  test("gives up what a held server does not answer, and is back when it goes on", async () => {
    const server = await serve();
    const redis = await connect(server.url, { answerMs: 500 });
    server.pause();
    const begin = performance.now();
    await expect(redis.run(ADD, ["t:{a}:n"], [1])).rejects.toThrow(/has not answered for 0.5 s/);
    expect(performance.now() - begin).toBeLessThan(1500);
    expect(redis.isUp).toBe(false);
    server.resume();
    await until(() => redis.isUp, "redis is back", 5000);
    // What had no answer may have been done.
    expect([1, 2]).toContain(await redis.run(ADD, ["t:{a}:n"], [1]));
  });

  test("notices a line that passes nothing any more, also where nobody asks anything", async () => {
    const server = await serve();
    const proxy = await TcpProxy.start(server);
    closers.push(() => proxy.close());
    const redis = await connect(`redis://127.0.0.1:${proxy.port}`, { answerMs: 500 });
    proxy.stall();
    await until(() => !redis.isUp, "the stall is noticed", 4000);
    proxy.resume();
    await until(() => redis.isUp, "redis is back", 8000);
  });

  test("keeps the name of a life over a restart that can lose nothing, on every relay", async () => {
    const server = await serve(AOF);
    const [a, b] = [await connect(server.url), await connect(server.url)];
    const life = await a.lifeOf("t:{a}:n");
    expect(await b.lifeOf("t:{b}:n")).toBe(life);
    await server.restart();
    await until(() => a.isUp && b.isUp);
    expect(await a.lifeOf("t:{a}:n")).toBe(life);
    expect(await b.lifeOf("t:{a}:n")).toBe(life);
    // A restart that may have lost something, for it was not synced with each answer.
    await server.command("CONFIG", "SET", "appendfsync", "everysec");
    const late = await connect(server.url);
    expect(await late.lifeOf("t:{a}:n")).toBe(life);
    await server.restart();
    await until(() => a.isUp && b.isUp && late.isUp);
    const lives = await Promise.all([a, b, late].map((redis) => redis.lifeOf("t:{a}:n")));
    expect(new Set(lives).size).toBe(1);
    expect(lives[0]).not.toBe(life);
  });

  test.each([
    ["everysec", ["--appendonly", "yes", "--appendfsync", "everysec"]],
    ["no file at all", []],
    ["not synced while a file is written anew", [...AOF, "--no-appendfsync-on-rewrite", "yes"]],
  ])("names another life after a restart with %s", async (_, args) => {
    const server = await serve(args);
    const redis = await connect(server.url);
    const life = await redis.lifeOf("t:{a}:n");
    await server.restart("SIGTERM");
    await until(async () => (await redis.lifeOf("t:{a}:n").catch(() => life)) !== life, "another life", 5000);
  });

  test("names another life when an older copy of the data has come back", async () => {
    const server = await serve(AOF);
    const redis = await connect(server.url);
    const life = await redis.lifeOf("t:{a}:n");
    const witness = (await server.command("HGETALL", "t:{all}:witness")) as string[];
    await server.restart();
    await until(async () => (await server.command("HGET", "t:{all}:witness", "runs")) === "2");
    await server.command("HSET", "t:{all}:witness", ...witness);
    await server.restart();
    await until(async () => (await redis.lifeOf("t:{a}:n").catch(() => life)) !== life, "another life", 5000);
  });

  test("keeps the witness as it keeps all keys: with a time to live", async () => {
    const server = await serve();
    await connect(server.url);
    expect(await server.command("KEYS", "*")).toEqual(["t:{all}:witness"]);
    expect(await server.command("TTL", "t:{all}:witness")).toBeGreaterThan(365 * 86_400);
  });

  test("waits for a Redis that is just starting", async () => {
    const port = await freePort();
    const connecting = connect(`redis://127.0.0.1:${port}`);
    await pause(300);
    const server = await RedisServer.start({ port });
    closers.push(() => server.close());
    expect((await connecting).isUp).toBe(true);
  });

  test("tells what is wrong with a Redis that cannot be had, in a sentence each, without the password", async () => {
    const server = await serve(["--requirepass", "s3cret"]);
    const open = await serve();
    const at = `127.0.0.1:${server.port}`;
    const nobody = await freePort();
    const cases: [string, RegExp][] = [
      [`redis://${at}`, /asks for a password: put it into the URL/],
      [`redis://:wr0ng@${at}`, /does not accept this user and password/],
      [`rediss://127.0.0.1:${open.port}`, /TLS.*write redis:\/\//],
      [`redis://127.0.0.1:${nobody}`, /Nothing listens at 127\.0\.0\.1/],
      ["redis://no-such-host.invalid", /has no address|No name server/],
      [`redis+cluster://127.0.0.1:${open.port}`, /is no node of a Redis Cluster: write redis:\/\//],
      [`redis+sentinel://127.0.0.1:${open.port}/m`, /is no sentinel: write redis:\/\//],
      [`redis://127.0.0.1:${open.port}/99`, /DB index is out of range/],
      ["http://example.org", /must be redis:\/\/host:6379/],
    ];
    for (const [url, sentence] of cases) {
      const error: unknown = await connect(url, { startMs: 4000 }).catch((error: unknown) => error);
      expect(error, url).toBeInstanceOf(RedisAway);
      const { message } = error as RedisAway;
      expect(message, url).toMatch(sentence);
      expect(message, url).not.toMatch(/wr0ng|s3cret/);
    }
    const redis = await connect(`redis://:s3cret@${at}`);
    expect(await redis.run(ADD, ["t:{a}:n"], [1])).toBe(1);
  });

  test("refuses a replica, and a Redis whose memory is full takes nothing while it is", async () => {
    const master = await serve(["--maxmemory-policy", "noeviction"]);
    const replica = await serve(["--replicaof", "127.0.0.1", String(master.port)]);
    await expect(connect(replica.url, { startMs: 4000 })).rejects.toThrow(
      /is a replica: the relay needs the master/,
    );
    const redis = await connect(master.url);
    await master.command("CONFIG", "SET", "maxmemory", "1");
    await expect(redis.run(ADD, ["t:{a}:n"], [1])).rejects.toThrow(
      /memory of .* is full: raise its maxmemory/,
    );
    await expect(redis.run(ADD, ["t:{a}:n"], [1])).rejects.toThrow(RedisAway);
    expect(redis.isUp).toBe(true);
    await master.command("CONFIG", "SET", "maxmemory", "0");
    expect(await redis.run(ADD, ["t:{a}:n"], [1])).toBe(1);
    await master.command("CONFIG", "SET", "min-replicas-to-write", "2");
    await expect(redis.run(ADD, ["t:{a}:n"], [1])).rejects.toThrow(
      /fewer replicas than its min-replicas-to-write/,
    );
  });

  test("ends cleanly, also in the middle of an attempt, and twice", async () => {
    const server = await serve();
    const redis = await connect(server.url);
    const asked = redis.run(ADD, ["t:{a}:n"], [1]);
    await Promise.all([redis.close(), redis.close(), asked.catch(() => {})]);
    await expect(redis.run(ADD, ["t:{a}:n"], [1])).rejects.toThrow(RedisAway);
    await until(async () => (await server.info("connected_clients")) === "1");
    await server.kill();
    const waiting = connectRedis({ url: server.url, prefix: "t:", startMs: 4000 }, silentLog);
    await expect(waiting).rejects.toThrow(/Nothing listens/);
  });
});
