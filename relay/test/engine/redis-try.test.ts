import { createClient, RESP_TYPES } from "@redis/client";
import { createHash, randomUUID } from "node:crypto";
import { afterEach, beforeAll, describe } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import type { Redis, Reply } from "../../src/engine/redis/redis.ts";
import { redisEngine } from "../../src/engine/redis/redis-engine.ts";
import { busContract } from "../contracts/bus.contract.ts";
import { registryContract } from "../contracts/registry.contract.ts";
import { retainContract } from "../contracts/retain.contract.ts";
import { roomLogContract } from "../contracts/room-log.contract.ts";
import type { MakeEngine } from "../contracts/harness.ts";

async function connect(): Promise<Redis> {
  const client = createClient({ url: "redis://127.0.0.1:7399" });
  const pushes = client.duplicate();
  await client.connect();
  await pushes.connect();
  const shas = new Map<string, string>();
  void RESP_TYPES;
  return {
    async run(step, keys, args) {
      let sha = shas.get(step.lua);
      if (!sha) shas.set(step.lua, (sha = createHash("sha1").update(step.lua).digest("hex")));
      const rest = [String(keys.length), ...keys, ...args.map(String)];
      try {
        return (await client.sendCommand(["EVALSHA", sha, ...rest])) as Reply;
      } catch (error) {
        if (!String(error).includes("NOSCRIPT")) throw error;
        return (await client.sendCommand(["EVAL", step.lua, ...rest])) as Reply;
      }
    },
    command: async (_, ...words) => (await client.sendCommand(words.map(String))) as Reply,
    async listen(channel, onPush) {
      await pushes.sSubscribe(channel, onPush);
      return () => void pushes.sUnsubscribe(channel, onPush);
    },
    publish: (channel, payload) => void client.sendCommand(["SPUBLISH", channel, payload]),
    isUp: true,
    watch: () => () => {},
    lifeOf: () => Promise.resolve("one"),
    async close() {
      await pushes.close();
      await client.close();
    },
  };
}

describe("the Redis engine", () => {
  const opened: Engine[] = [];
  afterEach(async () => {
    for (const engine of opened.splice(0)) await engine.close();
  });
  beforeAll(() => {});
  const make: MakeEngine = async (options) => {
    const engine = await redisEngine({
      ...options,
      redis: await connect(),
      prefix: `t-${randomUUID().slice(0, 8)}:`,
      relayId: "r1",
    });
    opened.push(engine);
    return engine;
  };
  describe("the log", () => roomLogContract(make));
  describe("retain", () => retainContract(make));
  describe("bus", () => busContract(make));
  describe("registry", () => registryContract(make));
});
