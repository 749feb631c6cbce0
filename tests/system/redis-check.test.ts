import { afterEach, describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SECRET } from "../support/raw-client.ts";
import { findRedis, freePort, NO_REDIS, RedisServer, startCluster } from "../support/redis-server.ts";
import { natter } from "./cli-process.ts";

const ACL = readFileSync(
  fileURLToPath(new URL("../../relay/deploy/redis-users.acl", import.meta.url)),
  "utf8",
);

const CONF = fileURLToPath(new URL("../../relay/deploy/redis.conf", import.meta.url));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(...args: string[]): Promise<RedisServer> {
  const server = await RedisServer.start({ args });
  closers.push(() => server.close());
  return server;
}

/** What `natter-relay check` says of a Redis, by what it looked at. */
async function check(url: string): Promise<Record<string, string>> {
  const env = { NATTER_SECRET: SECRET, NATTER_REDIS: url };
  const { out, err } = await natter(["check", "127.0.0.1:0", "--json"], { env });
  expect(err).toBe("");
  expect(out).not.toContain("s3cret");
  const verdicts = JSON.parse(out) as { grade: string; about: string; found: string }[];
  const ours = verdicts.filter(({ about }) => about.startsWith("redis"));
  return Object.fromEntries(ours.map(({ about, grade, found }) => [about, `${grade} ${found}`]));
}

/** Any text like this. */
const saying = (pattern: RegExp): unknown => expect.stringMatching(pattern);

describe.skipIf(!findRedis())(`natter-relay check of a Redis (${findRedis() ? "here" : NO_REDIS})`, () => {
  test("[MN-10] says of each setting what to set instead", async () => {
    const server = await serve();
    expect(await check(server.url)).toMatchObject({
      redis: saying(/^OK 127\.0\.0\.1:\d+ is Redis \d+\.\d+\.\d+, a master with no replicas\.$/),
      "redis rights": saying(/^OK/),
      "redis memory": saying(/^WARN Without maxmemory/),
      "redis file": saying(/^WARN .*set appendonly yes/),
      "redis buffer": saying(/^OK/),
      "redis clock": saying(/^OK/),
    });
    for (const [name, value] of [
      ["maxmemory", "100mb"],
      ["maxmemory-policy", "allkeys-lru"],
      ["appendonly", "yes"],
      ["appendfsync", "no"],
      ["client-output-buffer-limit", "pubsub 1mb 1mb 10"],
    ] as const)
      await server.command("CONFIG", "SET", name, value);
    const replica = await serve("--replicaof", "127.0.0.1", String(server.port));
    await expect.poll(() => server.info("connected_slaves")).toBe("1");
    expect(await check(server.url)).toMatchObject({
      "redis memory": saying(/^WARN With maxmemory-policy allkeys-lru .*set maxmemory-policy noeviction/),
      "redis file": saying(/^WARN appendfsync no: .*set appendfsync everysec/),
      "redis buffer": saying(/^WARN .*1024 KiB behind.*set client-output-buffer-limit pubsub/),
      "redis replicas": saying(/^WARN .*set min-replicas-to-write 1/),
    });
    expect(await check(replica.url)).toEqual({ redis: saying(/^FAIL .*is a replica/) });
    for (const [name, value] of [
      ["maxmemory-policy", "noeviction"],
      ["appendfsync", "always"],
      ["min-replicas-to-write", "1"],
    ] as const)
      await server.command("CONFIG", "SET", name, value);
    expect(await check(server.url)).toMatchObject({
      "redis memory": saying(/^OK Full at 100 MiB/),
      "redis file": saying(/^OK appendfsync always/),
      "redis replicas": saying(/^OK Nothing is stored without one replica/),
    });
  });

  test("has nothing to say about the settings of the documents", async () => {
    const server = await serve("--include", CONF);
    const found = Object.values(await check(server.url));
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter((line) => !line.startsWith("OK"))).toEqual([]);
  });

  test("works for the user of the documents, and for one who may not read settings", async () => {
    const server = await serve();
    const words = ACL.trim().split(" ").slice(2);
    const rules = words.map((word) => (word.startsWith(">") ? ">s3cret" : word));
    await server.command("ACL", "SETUSER", "natter", ...rules);
    const url = `redis://natter:s3cret@127.0.0.1:${server.port}`;
    expect(await check(url)).toMatchObject({
      "redis rights": "OK This user may do all that a relay does.",
      "redis memory": saying(/^WARN/),
    });
    await server.command("ACL", "SETUSER", "natter", "-config|get", "-hset", "resetchannels", "&other:*");
    expect(await check(url)).toMatchObject({
      redis: saying(/^OK/),
      "redis settings": saying(/^WARN This user may not read them \(config\|get\)/),
      "redis rights": saying(/^FAIL This user may not hset, spublish, ssubscribe/),
    });
    expect(await check(`redis://natter:wrong@127.0.0.1:${server.port}`)).toEqual({
      redis: saying(/^FAIL .*does not accept this user and password/),
    });
  });

  test("tells of a Redis that is not there, and of each master of a Cluster", async () => {
    expect(await check(`redis://127.0.0.1:${await freePort()}`)).toEqual({
      redis: saying(/^FAIL Nothing listens at 127\.0\.0\.1/),
    });
    const stage = await startCluster(3);
    closers.push(stage.close);
    const found = await check(stage.url);
    for (const { port } of stage.masters)
      expect(found[`redis rights of 127.0.0.1:${port}`]).toBe("OK This user may do all that a relay does.");
  });
});
