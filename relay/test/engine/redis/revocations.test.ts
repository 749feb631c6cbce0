import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findRedis, NO_REDIS, RedisServer } from "../../../../tests/support/redis-server.ts";
import type { Revocation } from "../../../src/engine/engine.ts";
import { redisParts, type RedisParts } from "./parts.ts";

/** The longest that a relay may take to hear of it. */
const WITHIN = { timeout: 2000, interval: 20 };

describe.skipIf(!findRedis())(`revocations over two relays (${findRedis() ? "here" : NO_REDIS})`, () => {
  let server: RedisServer;
  let prefixes = 0;
  let a: RedisParts;
  let b: RedisParts;
  let heard: Revocation[];

  const of = (id: string): Revocation => {
    const at = Date.now();
    return { app: "default", kind: "user", id, at, until: at + 60_000 };
  };
  const ids = (): string[] => heard.map(({ id }) => id);

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  beforeEach(async () => {
    const options = { port: server.port, prefix: `revoked-${++prefixes}:` };
    [a, b] = await Promise.all([redisParts(options), redisParts(options)]);
    heard = [];
    b.revocations.subscribe((revocation) => heard.push(revocation));
  });

  afterEach(() => Promise.all([a.close(), b.close()]));
  afterAll(() => server.close());

  test("are heard on the other within 2 s, also when pushes are lost", async () => {
    await a.revocations.add(of("ann"));
    await expect.poll(ids, WITHIN).toEqual(["ann"]);
    b.redis.losesPushes = true;
    await a.revocations.add(of("bob"));
    await expect.poll(ids, WITHIN).toEqual(["ann", "bob"]);
  });

  test("are heard late rather than never by a relay that was cut off", async () => {
    b.redis.cut();
    await a.revocations.add(of("ann"));
    b.redis.mend();
    await expect.poll(ids, WITHIN).toEqual(["ann"]);
  });

  test("are told to a Redis again that has forgotten them", async () => {
    await a.revocations.add(of("ann"));
    await expect.poll(ids, WITHIN).toEqual(["ann"]);
    await server.command("FLUSHALL");
    await expect.poll(async () => (await a.revocations.list(Date.now())).length, WITHIN).toBe(1);
    expect(ids()).toEqual(["ann"]);
  });

  test("are many, and each is told once", async () => {
    const all = Array.from({ length: 2500 }, (_, at) => `user-${at}`);
    for (let at = 0; at < all.length; at += 100) {
      await Promise.all(all.slice(at, at + 100).map((id) => a.revocations.add(of(id))));
    }
    await expect.poll(() => heard.length, { timeout: 5000 }).toBe(2500);
    expect(new Set(ids()).size).toBe(2500);
    expect(await a.revocations.list(Date.now())).toHaveLength(2500);
  });
});
