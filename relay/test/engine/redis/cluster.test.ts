import { afterEach, describe, expect, test } from "vitest";
import { connectRedis } from "../../../src/engine/redis/connection.ts";
import type { Redis, Step } from "../../../src/engine/redis/redis.ts";
import { slotOf } from "../../../src/engine/redis/slots.ts";
import { silentLog } from "../../../src/telemetry/log.ts";
import { findRedis, NO_REDIS, startCluster, startSentinels } from "../../../../tests/support/redis-server.ts";
import { until } from "../../../../tests/support/until.ts";

const ADD: Step = { name: "add", lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])" };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function connect(url: string): Promise<Redis> {
  const redis = await connectRedis({ url, prefix: "t:", answerMs: 1000, startMs: 15_000 }, silentLog);
  closers.push(() => redis.close());
  return redis;
}

/** Keys of ours, one in each third of the slots. */
const TAGS = [0, 1, 2].map((third) => {
  const tags = Array.from({ length: 100 }, (_, at) => `t:{${at}}`);
  return tags.find((tag) => Math.floor((slotOf(tag) * 3) / 16_384) === third) ?? "";
});

describe.skipIf(!findRedis())(`several servers (${findRedis() ? "here" : NO_REDIS})`, () => {
  test("in a Cluster, every key and channel finds its master, also when its slot moves or its master dies", async () => {
    const stage = await startCluster(3, { replicas: true });
    closers.push(stage.close);
    const redis = await connect(stage.url);
    const heard: string[] = [];
    for (const tag of TAGS) {
      expect(await redis.run(ADD, [`${tag}:n`], [1])).toBe(1);
      await redis.listen(`${tag}:c`, (payload) => heard.push(payload));
      redis.publish(`${tag}:c`, tag);
    }
    await until(() => heard.length === 3);
    const lives = await Promise.all(TAGS.map((tag) => redis.lifeOf(`${tag}:n`)));
    expect(new Set(lives).size).toBe(3);

    // A slot goes from the first master to the second, with what is in it.
    const [first, second, third] = stage.masters;
    const [tag = "", , lastTag = ""] = TAGS;
    const slot = slotOf(tag);
    const from = await first?.command("CLUSTER", "MYID");
    const to = await second?.command("CLUSTER", "MYID");
    await second?.command("CLUSTER", "SETSLOT", slot, "IMPORTING", String(from));
    await first?.command("CLUSTER", "SETSLOT", slot, "MIGRATING", String(to));
    await first?.command("MIGRATE", "127.0.0.1", second?.port ?? 0, `${tag}:n`, 0, 5000);
    // On its way: the first master sends on, for this once.
    expect(await redis.run(ADD, [`${tag}:n`], [1])).toBe(2);
    await second?.command("CLUSTER", "SETSLOT", slot, "NODE", String(to));
    await first?.command("CLUSTER", "SETSLOT", slot, "NODE", String(to));
    expect(await redis.run(ADD, [`${tag}:n`], [1])).toBe(3);
    await until(() => redis.isUp);
    await until(async () => (await redis.lifeOf(`${tag}:n`)) === lives[1], "the life of the second", 5000);
    await until(
      async () => String(await second?.command("PUBSUB", "SHARDCHANNELS")).includes(`${tag}:c`),
      "the channel has moved",
      5000,
    );
    redis.publish(`${tag}:c`, "moved");
    await until(() => heard.includes("moved"), "a push from the second", 5000);

    await third?.kill();
    await until(() => !redis.isUp, "the loss is noticed", 5000);
    await until(() => redis.isUp, "the replica has taken over", 15_000);
    expect(await redis.run(ADD, [`${lastTag}:n`], [1])).toBeGreaterThan(0);
    expect(await redis.lifeOf(`${lastTag}:n`)).not.toBe(lives[2]);
    redis.publish(`${lastTag}:c`, "after");
    await until(() => heard.includes("after"), "a push from the new master", 5000);
  }, 60_000);

  test("with sentinels, the line goes to the new master, whose life has another name", async () => {
    const stage = await startSentinels({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    closers.push(stage.close);
    const redis = await connect(stage.url);
    const heard: string[] = [];
    await redis.listen("t:{a}:c", (payload) => heard.push(payload));
    expect(await redis.run(ADD, ["t:{a}:n"], [1])).toBe(1);
    const life = await redis.lifeOf("t:{a}:n");
    await until(async () => (await stage.replica.command("GET", "t:{a}:n")) === "1");
    await stage.master.kill();
    await until(() => !redis.isUp, "the loss is noticed", 5000);
    await until(() => redis.isUp, "the replica has become the master", 20_000);
    expect(await redis.lifeOf("t:{a}:n")).not.toBe(life);
    expect(await redis.run(ADD, ["t:{a}:n"], [1])).toBe(2);
    redis.publish("t:{a}:c", "after");
    await until(() => heard.includes("after"));
  }, 60_000);
});
