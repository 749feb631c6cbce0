import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { findRedis, NO_REDIS, RedisServer } from "../../../../tests/support/redis-server.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { markersContract } from "../../contracts/markers.contract.ts";
import { presenceContract } from "../../contracts/presence.contract.ts";
import { revocationsContract } from "../../contracts/revocations.contract.ts";
import type { MakeEngine } from "../../contracts/harness.ts";
import { partlyRedis } from "./parts.ts";

describe.skipIf(!findRedis())(`in Redis (${findRedis() ? "here" : NO_REDIS}),`, () => {
  let server: RedisServer;
  const opened: Engine[] = [];
  let prefixes = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterEach(async () => {
    for (const engine of opened.splice(0)) await engine.close();
  });

  afterAll(() => server.close());

  const make: MakeEngine = async (options) => {
    const engine = await partlyRedis({ ...options, port: server.port, prefix: `test-${++prefixes}:` });
    opened.push(engine);
    return engine;
  };

  describe("presence", () => presenceContract(make));
  describe("markers", () => markersContract(make));
  describe("revocations", () => revocationsContract(make));
});
