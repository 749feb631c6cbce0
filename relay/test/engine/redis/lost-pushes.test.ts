import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Engine, RoomItem } from "../../../src/engine/engine.ts";
import { connectRedis } from "../../../src/engine/redis/connection.ts";
import type { Redis } from "../../../src/engine/redis/redis.ts";
import { redisEngine } from "../../../src/engine/redis/redis-engine.ts";
import { silentLog } from "../../../src/telemetry/log.ts";
import { findRedis, RedisServer } from "../../../../tests/support/redis-server.ts";
import { ENDLESS, LOBBY, says } from "../../contracts/harness.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";

describe.skipIf(!findRedis())("relays that share rooms", () => {
  const opened: Engine[] = [];
  let server: RedisServer;
  let clock: FakeClock;

  beforeEach(async () => {
    server = await RedisServer.start();
    clock = new FakeClock();
  });

  afterEach(async () => {
    for (const engine of opened.splice(0)) await engine.close();
    await server.close();
  });

  /** @param isLost whether a push never comes, by its text */
  async function relay(relayId: string, isLost: (push: string) => boolean = () => false): Promise<Engine> {
    const redis = await connectRedis({ url: server.url, prefix: "t:" }, silentLog);
    const line: Redis = new Proxy(redis, {
      get: (target, name) => {
        if (name === "listen") {
          return (channel: string, onPush: (text: string) => void) =>
            target.listen(channel, (text) => void (isLost(text) || onPush(text)));
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const engine = await redisEngine({ redis: line, prefix: "t:", relayId, retention: ENDLESS, clock });
    opened.push(engine);
    return engine;
  }

  async function hear({ bus }: Engine): Promise<(number | string)[]> {
    const heard: (number | string)[] = [];
    await bus.subscribe(LOBBY, (item: RoomItem) => {
      if (item.type !== "present") heard.push(item.type === "event" ? item.event.seq : item.type);
    });
    return heard;
  }

  const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

  test("[MN-07] a push in twenty that is lost is made good in order, the last of a burst within 30 s", async () => {
    let pushes = 0;
    const lost: number[] = [];
    const one = await relay("one");
    const two = await relay("two", (push) => {
      if (push[0] !== "e") return false;
      const isLost = ++pushes % 20 === 0;
      if (isLost) lost.push(pushes);
      return isLost;
    });
    const heard = await hear(two);
    for (let at = 0; at < 200; at++) await one.log.append([says(`text ${at}`)]);
    // The 200th push is among those that are lost, and nothing comes after it.
    await expect.poll(() => heard.length).toBeGreaterThanOrEqual(199);
    await expect.poll(() => lost).toHaveLength(10);
    expect(heard).toEqual(upTo(199));
    await clock.pass(30_000);
    await expect.poll(() => heard).toEqual(upTo(200));
  });

  test("[MN-12] what a relay of another version pushes is passed over, and its rooms are followed", async () => {
    const one = await relay("one");
    const heard = await hear(one);
    await one.log.append([says("before")]);
    const [channel] = (await server.command("PUBSUB", "SHARDCHANNELS", "t:*items")) as string[];
    for (const push of [
      "zsomething new",
      "e",
      "e\u001f",
      "i",
      'i\u001f{"type":"of tomorrow"}',
      "i\u001f{",
      "",
    ]) {
      await server.command("SPUBLISH", channel ?? "", push);
    }
    await one.log.append([says("after")]);
    await expect.poll(() => heard.filter((each) => typeof each === "number")).toEqual([1, 2]);
    const two = await relay("two");
    expect((await two.log.page(LOBBY, 10)).messages.map(({ text }) => text)).toEqual(["before", "after"]);
  });

  test("[MN-13] what relays append to one room at once is in one order, and once each", async () => {
    const relays = await Promise.all(["one", "two", "three"].map((name) => relay(name)));
    const heards = await Promise.all(relays.map(hear));
    const all = Array.from({ length: 100 }, (_, at) => says(`text ${at}`, "ann", { id: `id-${at}` }));
    const results = await Promise.all(relays.map(({ log }) => log.append(all)));
    const places = results.map((each) => each.map((result) => result.ok && result.seq));
    expect(places[1]).toEqual(places[0]);
    expect(places[2]).toEqual(places[0]);
    const fresh = results.flat().filter((result) => result.ok && !result.duplicate);
    expect(fresh).toHaveLength(100);
    for (const heard of heards) await expect.poll(() => heard).toEqual(upTo(100));
  });

  test("what two relays decide about one message at once holds for both", async () => {
    const [one, two] = [await relay("one"), await relay("two")];
    await one.log.append([says("to be liked")]);
    const likes = (name: string) =>
      Array.from({ length: 30 }, (_, at) => ({
        ...says("", `${name}-${at}`),
        content: { kind: "reaction", target: 1, emoji: "👍", on: true } as const,
      }));
    const results = await Promise.all([one.log.append(likes("one")), two.log.append(likes("two"))]);
    expect(results.flat().every(({ ok }) => ok)).toBe(true);
    const [message] = (await one.log.page(LOBBY, 1)).messages;
    expect(new Set(message?.reactions?.["👍"]).size).toBe(60);
    const { epoch } = await one.log.head(LOBBY);
    const replay = await two.log.after(LOBBY, epoch, 1, 100);
    const counts = replay.ok ? replay.events.map((event) => event.kind === "reaction" && event.count) : [];
    expect(counts).toEqual(upTo(60));
  });
});
