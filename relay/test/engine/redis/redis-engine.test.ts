import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { connectRedis } from "../../../src/engine/redis/connection.ts";
import { redisEngine } from "../../../src/engine/redis/redis-engine.ts";
import { silentLog } from "../../../src/telemetry/log.ts";
import { findRedis, RedisServer } from "../../../../tests/support/redis-server.ts";
import { engineContract } from "../../contracts/engine.contract.ts";

const ACL = readFileSync(fileURLToPath(new URL("../../../deploy/redis-users.acl", import.meta.url)), "utf8");

describe.skipIf(!findRedis())("the Redis engine", () => {
  const opened: Engine[] = [];
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start();
    // With the rights of the documents and no others: what lacks one fails here.
    const rules = ACL.trim().split(" ").slice(2);
    await server.command("ACL", "SETUSER", "natter", ...rules);
  });

  afterEach(async () => {
    for (const engine of opened.splice(0)) await engine.close();
  });

  afterAll(() => server.close());

  engineContract(async (options) => {
    // Each its own part of the one server, as another installation would have.
    const prefix = `natter:${randomUUID().slice(0, 8)}:`;
    const url = server.url.replace("//", "//natter:change-this-password@");
    const redis = await connectRedis({ url, prefix }, silentLog);
    const engine = await redisEngine({ ...options, redis, prefix, relayId: "one" });
    opened.push(engine);
    return engine;
  });
});
