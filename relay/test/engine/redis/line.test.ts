import { ErrorReply } from "@redis/client";
import { expect, test } from "vitest";
import { awayFrom, faultOf } from "../../../src/engine/redis/faults.ts";
import { requireFit, type Facts } from "../../../src/engine/redis/facts.ts";
import { keepsAll } from "../../../src/engine/redis/life.ts";
import { pauseAfter } from "../../../src/engine/redis/line.ts";
import { RedisAway } from "../../../src/engine/redis/redis.ts";

const FACTS: Facts = {
  version: "7.2.4",
  runId: "a",
  role: "master",
  replication: "b",
  replicationBefore: "0".repeat(40),
  replicas: 0,
  isLoading: false,
  isCluster: false,
  hasAof: true,
};

test("pauses grow to two seconds, and are shorter by chance", () => {
  expect([0, 1, 2, 5, 6, 100].map((failures) => pauseAfter(failures, 1))).toEqual([
    50, 100, 200, 1600, 2000, 2000,
  ]);
  expect(pauseAfter(100, 0)).toBe(1000);
});

test.each([
  "LOADING",
  "READONLY",
  "CLUSTERDOWN",
  "MISCONF",
  "OOM",
  "NOREPLICAS",
  "MASTERDOWN",
  "BUSY",
  "NOPERM",
])("an answer that begins with %s says that Redis is away, and why", (code) => {
  const error = awayFrom(new ErrorReply(`${code} something or other`), "h:1");
  expect(error).toBeInstanceOf(RedisAway);
  expect(error.message).toMatch(/^[A-Z].*h:1.*\.$/);
});

test("a step that may not do what it does says that Redis is away, and what the user lacks", () => {
  const said =
    "ERR The user executing the script can't run this command or subcommand script: 1, on @user_script:1.";
  const error = awayFrom(new ErrorReply(said), "h:1");
  expect(error).toBeInstanceOf(RedisAway);
  expect(error.message).toMatch(/does not allow this user what the relay needs/);
});

test("an answer that says that we asked for nonsense stays what it is", () => {
  const error = new ErrorReply("WRONGTYPE Operation against a key");
  expect(awayFrom(error, "h:1")).toBe(error);
});

test("what only somebody's hand can mend is told from what passes", () => {
  const of = (error: Error): boolean => faultOf(error, "h:1").isLasting;
  expect(of(new ErrorReply("WRONGPASS invalid"))).toBe(true);
  expect(of(new ErrorReply("LOADING"))).toBe(false);
  expect(of(Object.assign(new Error("x"), { code: "ECONNREFUSED" }))).toBe(false);
  expect(of(Object.assign(new Error("x"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }))).toBe(true);
});

test.each<[Partial<Facts>, boolean, RegExp | undefined]>([
  [{}, false, undefined],
  [{ isCluster: true }, true, undefined],
  [{ version: "6.2.14" }, false, /7\.0 or newer/],
  [{ role: "slave" }, false, /is a replica/],
  [{ role: "sentinel" }, false, /is a sentinel/],
  [{ isLoading: true }, false, /still reading its files/],
  [{ isCluster: true }, false, /redis\+cluster:/],
  [{}, true, /no node of a Redis Cluster/],
])("a server that says %o is taken, or refused in a sentence", (said, isCluster, why) => {
  const look = (): void => requireFit({ ...FACTS, ...said }, "h:1", isCluster);
  if (why) expect(look).toThrow(why);
  else expect(look).not.toThrow();
});

test("only a server that syncs before it answers, and was never a replica, keeps all over a restart", () => {
  const settings = new Map([
    ["appendfsync", "always"],
    ["no-appendfsync-on-rewrite", "no"],
  ]);
  expect(keepsAll(FACTS, settings)).toBe(true);
  expect(keepsAll(FACTS, undefined)).toBe(false);
  expect(keepsAll({ ...FACTS, hasAof: false }, settings)).toBe(false);
  expect(keepsAll({ ...FACTS, replicationBefore: "1".repeat(40) }, settings)).toBe(false);
  expect(keepsAll(FACTS, new Map([...settings, ["appendfsync", "everysec"]]))).toBe(false);
  expect(keepsAll(FACTS, new Map([...settings, ["no-appendfsync-on-rewrite", "yes"]]))).toBe(false);
});
