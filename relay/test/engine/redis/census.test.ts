import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findRedis, NO_REDIS, RedisServer } from "../../../../tests/support/redis-server.ts";
import { systemClock } from "../../../src/clock.ts";
import { connectRedis } from "../../../src/engine/redis/connection.ts";
import { Keys } from "../../../src/engine/redis/keys.ts";
import { RedisCensus } from "../../../src/engine/redis/redis-census.ts";
import { RelayLease } from "../../../src/engine/redis/relay-lease.ts";
import { Users, type Admission, type UserLimits } from "../../../src/session/users.ts";
import { silentLog } from "../../../src/telemetry/log.ts";
import { FaultyRedis } from "../../doubles/faulty-redis.ts";
import { ENOUGH } from "../../doubles/memory-relay.ts";

const LEASE_MS = 3000;
const SOON = { timeout: 2000, interval: 20 };

/** One relay, as far as it counts connections. */
interface Counting {
  redis: FaultyRedis;
  users: Users;
  /** Connects a user; false when they are refused at once. */
  enter: (user: string, app?: string) => boolean;
  /** Connections that are open. */
  open: Set<Admission>;
  ended: string[];
  close: () => Promise<void>;
}

describe.skipIf(!findRedis())(`[MN-15] limits over two relays (${findRedis() ? "here" : NO_REDIS})`, () => {
  let server: RedisServer;
  let prefixes = 0;
  let a: Counting;
  let b: Counting;
  let limits: UserLimits;
  const opened: Counting[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  async function relay(): Promise<Counting> {
    const prefix = `census-${prefixes}:`;
    const redis = new FaultyRedis(await connectRedis({ url: server.url, prefix }, silentLog));
    const shared = { redis, keys: new Keys(prefix), clock: systemClock };
    const lease = await RelayLease.open({ ...shared, leaseMs: LEASE_MS });
    const census = new RedisCensus({ ...shared, lease });
    const users = new Users(systemClock, census);
    census.follow(users);
    const open = new Set<Admission>();
    const ended: string[] = [];
    const enter = (user: string, app = "default"): boolean => {
      const admission = users.enter(app, user, limits, (limit) => {
        ended.push(limit);
        if (typeof admission !== "object") return;
        open.delete(admission);
        admission.leave();
      });
      if (typeof admission === "object") open.add(admission);
      return typeof admission === "object";
    };
    const close = async (): Promise<void> => {
      await census.close();
      await lease.close(false);
      await redis.close();
    };
    const counting = { redis, users, enter, open, ended, close };
    opened.push(counting);
    return counting;
  }

  beforeEach(async () => {
    prefixes++;
    limits = { connectionsPerUser: 5, connectionsPerApp: 1000, rates: ENOUGH };
    [a, b] = await Promise.all([relay(), relay()]);
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  afterAll(() => server.close());

  const openOnBoth = (): number => a.open.size + b.open.size;

  test("ten connections of one user at once, and five stay", async () => {
    for (let n = 0; n < 5; n++) {
      a.enter("ann");
      b.enter("ann");
    }
    for (let n = 0; n < 5; n++) a.enter("bob");
    await expect.poll(openOnBoth, SOON).toBe(10);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(openOnBoth()).toBe(10);
    expect([...a.ended, ...b.ended]).toEqual(["user", "user", "user", "user", "user"]);
  });

  test("one that is too many goes, the next is refused at once, and a place that is free is had", async () => {
    for (let n = 0; n < 5; n++) a.enter("ann");
    await expect.poll(() => server.command("EXISTS", `census-${prefixes}:{app:default}:connected`)).toBe(1);
    b.enter("ann");
    await expect.poll(() => b.ended, SOON).toEqual(["user"]);
    expect(b.enter("ann")).toBe(false);
    const [first] = a.open;
    first?.leave();
    await expect
      .poll(() => b.open.size === 1 || (b.enter("ann") && false), { timeout: 2500, interval: 200 })
      .toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(b.open.size).toBe(1);
  });

  test("an app's connections are counted over both, and each app's by themselves", async () => {
    limits = { ...limits, connectionsPerApp: 6 };
    for (let n = 0; n < 4; n++) {
      a.enter(`a-${n}`);
      b.enter(`b-${n}`);
      b.enter(`b-${n}`, "other");
    }
    await expect.poll(openOnBoth, SOON).toBe(10);
    expect([...a.ended, ...b.ended]).toEqual(["app", "app"]);
  });

  test("while Redis is away each relay keeps to the limits by itself, and together they do when it is back", async () => {
    a.redis.cut();
    b.redis.cut();
    for (let n = 0; n < 7; n++) {
      a.enter("ann");
      b.enter("ann");
    }
    expect(openOnBoth()).toBe(10);
    a.redis.mend();
    b.redis.mend();
    await expect.poll(openOnBoth, SOON).toBe(5);
  });

  test("after FLUSHALL it is counted anew, and nobody goes", async () => {
    for (let n = 0; n < 3; n++) a.enter("ann");
    b.enter("ann");
    await expect.poll(() => a.ended.length + b.ended.length).toBe(0);
    await server.command("FLUSHALL");
    await new Promise((resolve) => setTimeout(resolve, 2 * LEASE_MS));
    expect(openOnBoth()).toBe(4);
    b.enter("ann");
    b.enter("ann");
    await expect.poll(openOnBoth, SOON).toBe(5);
  });

  test("a dead relay's connections count until its lease has ended", async () => {
    for (let n = 0; n < 5; n++) a.enter("ann");
    b.enter("bob");
    await new Promise((resolve) => setTimeout(resolve, 300));
    a.redis.cut();
    b.enter("ann");
    await expect.poll(() => b.ended, SOON).toEqual(["user"]);
    await expect
      .poll(
        async () => {
          if (b.open.size === 1) b.enter("ann");
          await new Promise((resolve) => setTimeout(resolve, 200));
          return b.open.size;
        },
        { timeout: 4 * LEASE_MS, interval: 300 },
      )
      .toBe(2);
  });
});
