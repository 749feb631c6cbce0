import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findRedis, NO_REDIS, RedisServer } from "../../../../tests/support/redis-server.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { redisParts, type RedisParts } from "./parts.ts";

const DAY = 86_400_000;

describe.skipIf(!findRedis())(`[AUD1] the audit in Redis (${findRedis() ? "here" : NO_REDIS})`, () => {
  let server: RedisServer;
  let clock: FakeClock;
  let parts: RedisParts;
  let prefixes = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  beforeEach(async () => {
    clock = new FakeClock();
    const prefix = `audit-${++prefixes}:`;
    parts = await redisParts({ port: server.port, clock, auditAgeMs: 30 * DAY, prefix });
  });

  afterEach(() => parts.close());
  afterAll(() => server.close());

  const note = (user: string, app = "default") =>
    parts.audit.record(app, { action: "revoke", by: "root", user });
  const users = async (limit: number, before?: number) =>
    (await parts.audit.page("default", limit, before)).map(({ id, user }) => [id, user]);

  test("numbers what it keeps, app by app, and tells it page by page", async () => {
    for (const user of ["a", "b", "c"]) await note(user);
    await note("x", "other");
    expect(await users(2)).toEqual([
      [3, "c"],
      [2, "b"],
    ]);
    expect(await users(2, 2)).toEqual([[1, "a"]]);
    expect(await users(2, 1)).toEqual([]);
    expect(await users(0)).toEqual([]);
    expect(await parts.audit.page("other", 5)).toEqual([
      { id: 1, at: clock.now(), action: "revoke", by: "root", user: "x" },
    ]);
  });

  test("lets go of what is old, and goes on counting", async () => {
    for (let n = 0; n < 50; n++) await note(`old-${n}`);
    clock.jump(31 * DAY);
    expect(await users(10)).toEqual([]);
    for (let n = 0; n < 3; n++) await note(`new-${n}`);
    expect(await users(10)).toEqual([
      [53, "new-2"],
      [52, "new-1"],
      [51, "new-0"],
    ]);
    expect(await server.command("XLEN", `audit-${prefixes}:{app:default}:audit`)).toBe(3);
  });

  test("keeps nothing for good", async () => {
    await note("a");
    const ttl = Number(await server.command("PTTL", `audit-${prefixes}:{app:default}:audit`));
    expect(ttl).toBeGreaterThan(29 * DAY);
    expect(ttl).toBeLessThanOrEqual(30 * DAY);
  });
});
