import type { Member } from "@natter/sdk/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findRedis, NO_REDIS, RedisServer } from "../../../../tests/support/redis-server.ts";
import type { RoomItem } from "../../../src/engine/engine.ts";
import { Attendance } from "../../../src/room/attendance.ts";
import { LOBBY } from "../../contracts/harness.ts";
import { redisParts, type RedisParts } from "./parts.ts";

const LEASE_MS = 3000;
const WITHIN = { timeout: 3 * LEASE_MS, interval: 50 };

const member = (id: string, name = id): Member => ({ id, name });
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** What the room of a relay holds of who is here, and everything it was told. */
interface Seen {
  attendance: Attendance;
  items: RoomItem[];
  ids: () => string[];
  left: () => string[];
}

/** Opens a room as a relay does: listens first, then looks. */
async function open(parts: RedisParts): Promise<Seen> {
  const items: RoomItem[] = [];
  const early: RoomItem[] = [];
  let take = (item: RoomItem): void => void early.push(item);
  await parts.bus.subscribe(LOBBY, (item) => {
    items.push(item);
    take(item);
  });
  const attendance = new Attendance(await parts.presence.look(LOBBY), 200);
  take = (item) => {
    if (item.type === "present") attendance.replace(item);
    if (item.type !== "presence") return;
    for (const each of item.joined) attendance.enter(each);
    for (const id of item.left) attendance.leave(id);
  };
  for (const item of early) take(item);
  return {
    attendance,
    items,
    ids: () => attendance.list().map(({ id }) => id),
    left: () => items.flatMap((item) => (item.type === "presence" ? item.left : [])),
  };
}

describe.skipIf(!findRedis())(`presence over two relays (${findRedis() ? "here" : NO_REDIS})`, () => {
  let server: RedisServer;
  let prefixes = 0;
  let a: RedisParts;
  let b: RedisParts;
  const opened: RedisParts[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  async function relay(): Promise<RedisParts> {
    const parts = await redisParts({ port: server.port, prefix: `two-${prefixes}:`, leaseMs: LEASE_MS });
    opened.push(parts);
    return parts;
  }

  beforeEach(async () => {
    prefixes++;
    [a, b] = await Promise.all([relay(), relay()]);
  });

  afterEach(async () => {
    for (const parts of opened.splice(0)) await parts.close();
  });

  afterAll(() => server.close());

  /** The process dies: nothing more is said, and nothing is taken back. */
  function kill(parts: RedisParts): void {
    parts.redis.cut();
  }

  test("a user on both is one member, and gone when gone from the last", async () => {
    const [atA, atB] = [await open(a), await open(b)];
    a.presence.enter(LOBBY, member("ann"));
    b.presence.enter(LOBBY, member("ann"));
    b.presence.enter(LOBBY, member("bob"));
    await expect.poll(atA.ids).toEqual(["ann", "bob"]);
    a.presence.leave(LOBBY, "ann");
    b.presence.leave(LOBBY, "bob");
    await expect.poll(atA.ids).toEqual(["ann"]);
    b.presence.leave(LOBBY, "ann");
    await expect.poll(() => [atA.ids(), atB.ids()]).toEqual([[], []]);
    expect(atA.left()).toEqual(["bob", "ann"]);
  });

  test("a new name is told to all, and an old one never comes back with what is said again", async () => {
    const atB = await open(b);
    a.presence.enter(LOBBY, member("ann", "Ann"));
    await expect.poll(atB.ids).toEqual(["ann"]);
    b.presence.enter(LOBBY, member("ann", "Ann B."));
    await expect.poll(() => atB.attendance.find("ann")?.name).toBe("Ann B.");
    a.redis.cut();
    a.redis.mend();
    await pause(300);
    expect(await b.presence.list(LOBBY)).toEqual([member("ann", "Ann B.")]);
  });

  test("who comes and goes many times at once is where they were last", async () => {
    const atB = await open(b);
    for (let n = 0; n < 200; n++) {
      a.presence.enter(LOBBY, member("ann"));
      if (n % 3 === 0) await Promise.resolve();
      a.presence.leave(LOBBY, "ann");
      a.presence.enter(LOBBY, member("bob"));
      if (n % 7 === 0) await pause(1);
    }
    await expect.poll(() => b.presence.list(LOBBY)).toEqual([member("bob")]);
    await expect.poll(atB.ids).toEqual(["bob"]);
  });

  test("[MN-02] a killed relay's members leave once, and those who came in elsewhere stay", async () => {
    const c = await relay();
    const [atB, atC] = [await open(b), await open(c)];
    for (const id of ["ann", "bob", "cid"]) a.presence.enter(LOBBY, member(id));
    c.presence.enter(LOBBY, member("dan"));
    await expect.poll(atB.ids).toEqual(["ann", "bob", "cid", "dan"]);
    // Long enough for the others to be sure of themselves.
    await pause(LEASE_MS);
    kill(a);
    b.presence.enter(LOBBY, member("bob"));
    await expect
      .poll(() => [atB.ids(), atC.ids()], WITHIN)
      .toEqual([
        ["bob", "dan"],
        ["bob", "dan"],
      ]);
    expect(atB.left().sort()).toEqual(["ann", "cid"]);
    expect(atC.left().sort()).toEqual(["ann", "cid"]);
  });

  test("a relay that finds the dead in a room it has just come to sweeps them out", async () => {
    a.presence.enter(LOBBY, member("ann"));
    await expect.poll(() => b.presence.list(LOBBY)).toHaveLength(1);
    kill(a);
    await pause(1.5 * LEASE_MS);
    const c = await relay();
    const atC = await open(c);
    await expect.poll(atC.ids, WITHIN).toEqual([]);
  });

  test("[MN-08] a relay that stood still says anew who is there, and nobody stays who has gone", async () => {
    const atB = await open(b);
    for (const id of ["ann", "bob"]) a.presence.enter(LOBBY, member(id));
    await expect.poll(atB.ids).toEqual(["ann", "bob"]);
    await pause(LEASE_MS);
    a.redis.hold();
    await expect.poll(atB.ids, WITHIN).toEqual([]);
    a.presence.leave(LOBBY, "bob");
    a.redis.release();
    await expect.poll(atB.ids, WITHIN).toEqual(["ann"]);
    await pause(LEASE_MS);
    expect(atB.ids()).toEqual(["ann"]);
  });

  test("[MN-07] lost pushes are found within a lease", async () => {
    const atB = await open(b);
    a.presence.enter(LOBBY, member("ann"));
    await expect.poll(atB.ids).toEqual(["ann"]);
    b.redis.losesPushes = true;
    a.presence.enter(LOBBY, member("bob"));
    a.presence.leave(LOBBY, "ann");
    await expect.poll(() => a.presence.list(LOBBY)).toEqual([member("bob")]);
    expect(atB.ids()).toEqual(["ann"]);
    await expect.poll(atB.ids, { timeout: LEASE_MS + 1500 }).toEqual(["bob"]);
  });

  test("a hole is noticed with the next push", async () => {
    const atB = await open(b);
    a.presence.enter(LOBBY, member("ann"));
    await expect.poll(atB.ids).toEqual(["ann"]);
    b.redis.losesPushes = true;
    a.presence.enter(LOBBY, member("bob"));
    await expect.poll(() => a.presence.list(LOBBY)).toHaveLength(2);
    b.redis.losesPushes = false;
    a.presence.enter(LOBBY, member("cid"));
    await expect.poll(atB.ids, { timeout: 150 }).toEqual(["ann", "bob", "cid"]);
  });

  test.each([
    ["away", false],
    ["away, and forgot everything", true],
  ])("[MN-04] what happened while Redis was %s is made good, and nobody flickers", async (_, forgets) => {
    const [atA, atB] = [await open(a), await open(b)];
    for (const id of ["ann", "bob"]) a.presence.enter(LOBBY, member(id));
    b.presence.enter(LOBBY, member("cid"));
    await expect.poll(() => [atA.ids(), atB.ids()].flat()).toHaveLength(6);
    a.redis.cut();
    b.redis.cut();
    a.presence.leave(LOBBY, "ann");
    a.presence.enter(LOBBY, member("dan"));
    b.presence.enter(LOBBY, member("eve"));
    if (forgets) await server.command("FLUSHALL");
    // Longer than a lease: both have to begin another.
    await pause(1.2 * LEASE_MS);
    a.redis.mend();
    await pause(100);
    b.redis.mend();
    const ids = ["bob", "cid", "dan", "eve"];
    await expect.poll(() => [atA.ids(), atB.ids()], WITHIN).toEqual([ids, ids]);
    await pause(1.5 * LEASE_MS);
    expect([atA.ids(), atB.ids()]).toEqual([ids, ids]);
    expect([...atA.left(), ...atB.left()]).not.toContain("bob");
    expect([...atA.left(), ...atB.left()]).not.toContain("cid");
  });

  test("[MN-14] after FLUSHALL everybody is there again, and nobody flickers", async () => {
    const [atA, atB] = [await open(a), await open(b)];
    a.presence.enter(LOBBY, member("ann"));
    b.presence.enter(LOBBY, member("bob"));
    const ids = ["ann", "bob"];
    await expect.poll(() => [atA.ids(), atB.ids()]).toEqual([ids, ids]);
    await server.command("FLUSHALL");
    await expect.poll(() => a.presence.list(LOBBY), WITHIN).toHaveLength(2);
    await expect.poll(() => b.presence.list(LOBBY), WITHIN).toHaveLength(2);
    await pause(LEASE_MS);
    expect([atA.ids(), atB.ids()]).toEqual([ids, ids]);
    expect([...atA.left(), ...atB.left()]).toEqual([]);
  });

  test("a relay that stops hands over: who comes in elsewhere is never told as gone", async () => {
    const atB = await open(b);
    for (const id of ["ann", "bob"]) a.presence.enter(LOBBY, member(id));
    await expect.poll(atB.ids).toEqual(["ann", "bob"]);
    await pause(LEASE_MS);
    await a.close();
    await pause(LEASE_MS / 4);
    expect(atB.ids()).toEqual(["ann", "bob"]);
    b.presence.enter(LOBBY, member("ann"));
    await expect.poll(atB.ids, WITHIN).toEqual(["ann"]);
    expect(atB.left()).toEqual(["bob"]);
  });

  test("[MN-11] all that is kept is kept for a time, and a room without relays cleans itself", async () => {
    await open(a);
    a.presence.enter(LOBBY, member("ann"));
    await expect.poll(() => b.presence.list(LOBBY)).toHaveLength(1);
    const all = (await server.command("KEYS", `two-${prefixes}:*`)) as string[];
    const keys = all.filter((key) => !key.endsWith(":witness"));
    expect(keys.length).toBeGreaterThanOrEqual(5);
    for (const key of keys) {
      const ttl = Number(await server.command("PTTL", key));
      expect(ttl, key).toBeGreaterThan(0);
      expect(ttl, key).toBeLessThanOrEqual(60_000);
    }
    a.presence.leave(LOBBY, "ann");
    await expect.poll(() => b.presence.list(LOBBY)).toEqual([]);
  });

  test("names that look like commands, keys or JSON are names", async () => {
    const atB = await open(b);
    const odd = ['"', "a b", "a,b", "\\", "{all}", "\u001f", "👩‍👩‍👧", "__proto__", "%", "]],["];
    for (const id of odd) a.presence.enter(LOBBY, { id, name: `${id} ${id}`, role: "member" });
    await expect.poll(() => atB.ids().sort()).toEqual([...odd].sort());
    for (const id of odd) a.presence.leave(LOBBY, id);
    await expect.poll(atB.ids).toEqual([]);
  });

  test("a room of thousands is counted, and cheap", { timeout: 60_000 }, async () => {
    const [atA, atB] = [await open(a), await open(b)];
    const all = Array.from({ length: 5000 }, (_, at) => member(`user-${at}`));
    for (const [at, each] of all.entries()) {
      (at % 2 === 0 ? a : b).presence.enter(LOBBY, each);
      if (at % 100 === 0) await pause(1);
    }
    await expect
      .poll(() => [atA.attendance.count, atB.attendance.count], { timeout: 20_000 })
      .toEqual([5000, 5000]);
    expect(atB.attendance.isNamed).toBe(false);
    expect(await b.presence.list(LOBBY)).toHaveLength(5000);
    expect(atB.items.length).toBeLessThan(60);
    for (const each of all.slice(0, 4500)) {
      a.presence.leave(LOBBY, each.id);
      b.presence.leave(LOBBY, each.id);
    }
    await expect
      .poll(() => [atA.attendance.count, atB.attendance.count], { timeout: 20_000 })
      .toEqual([500, 500]);
    await expect.poll(() => atB.attendance.isNamed).toBe(true);
    expect(new Set(atB.ids())).toEqual(new Set(all.slice(4500).map(({ id }) => id)));
  });
});
