import { ErrorReply } from "@redis/client";
import { systemClock } from "../../clock.ts";
import type { Config } from "../../config.ts";
import { readMap } from "../../engine/redis/cluster-map.ts";
import { mannerOf } from "../../engine/redis/connection.ts";
import { readFacts, requireFit, type Facts } from "../../engine/redis/facts.ts";
import { faultOf } from "../../engine/redis/faults.ts";
import { Keys } from "../../engine/redis/keys.ts";
import { pairsOf } from "../../engine/redis/life.ts";
import {
  readRedisUrl,
  shownPlace,
  shownUrl,
  type Deployment,
  type Place,
} from "../../engine/redis/redis-url.ts";
import { LOOK_AT_RIGHTS, readRefused, rightsArguments } from "../../engine/redis/rights.ts";
import { findMaster } from "../../engine/redis/sentinels.ts";
import { slotOf } from "../../engine/redis/slots.ts";
import { Wire, type Manner } from "../../engine/redis/wire.ts";
import { fail, fine, warn, type Verdict } from "./verdict.ts";

const TIMES = { answerMs: 3000, clock: systemClock };

/** Clocks may differ by that much before anybody notices, in ms. */
const SKEW_MS = 1000;

/** Below this a burst in a busy room has Redis cut off the relay that reads it. */
const LITTLE_BUFFER = 8 * 1024 * 1024;

/** Looks at the Redis that rooms are to be kept in: what it is, what it is set to, and what this user may do there. */
export async function redisVerdicts({ redis: url, redisPrefix: prefix }: Config): Promise<Verdict[]> {
  const deployment = readRedisUrl(url);
  if (typeof deployment === "string") return [];
  const database = deployment.kind === "cluster" ? 0 : deployment.database;
  const manner = mannerOf(deployment, deployment, database, TIMES);
  let masters: Master[];
  try {
    masters = await mastersOf(deployment, manner);
  } catch (error) {
    return [fail("redis", faultOf(error, shownUrl(deployment)).sentence)];
  }
  const found = await Promise.all(
    masters.map((master) => serverVerdicts(master, manner, prefix, masters.length > 1)),
  );
  return found.flat();
}

/** A server that stores rooms, and in a Cluster one of the slots it has. */
interface Master {
  place: Place;
  slot?: number;
}

async function mastersOf(deployment: Deployment, manner: Manner): Promise<Master[]> {
  switch (deployment.kind) {
    case "alone":
      return [{ place: deployment.place }];
    case "sentinel": {
      const asking = mannerOf(deployment, deployment.toSentinels, 0, TIMES);
      return [{ place: await findMaster(deployment.sentinels, deployment.master, asking) }];
    }
    case "cluster": {
      const ranges = await firstOf(deployment.seeds.map((seed) => readMap(seed, manner)));
      const byName = new Map(
        ranges.map(({ host, port, from }) => [
          shownPlace({ host, port }),
          { place: { host, port }, slot: from },
        ]),
      );
      return [...byName.values()];
    }
  }
}

async function serverVerdicts(
  { place, slot }: Master,
  manner: Manner,
  prefix: string,
  isOneOfMany: boolean,
): Promise<Verdict[]> {
  const where = shownPlace(place);
  const name = (part: string): string =>
    `redis${part === "" ? "" : ` ${part}`}${isOneOfMany ? ` of ${where}` : ""}`;
  let wire: Wire | undefined;
  try {
    wire = await Wire.open(place, "commands", manner);
    const ask = wire.ask.bind(wire);
    const facts = await readFacts(ask);
    requireFit(facts, where, slot !== undefined);
    const settings = await settingsOf(wire);
    return [
      fine(
        name(""),
        `${where} is Redis ${facts.version}, a master with ${countOf(facts.replicas, "replica")}.`,
      ),
      await rightsVerdict(name("rights"), wire, keyIn(prefix, slot), slot !== undefined),
      ...(settings
        ? settingVerdicts(name, settings, facts)
        : [
            warn(
              name("settings"),
              "This user may not read them (config|get), so they were not looked at, and every restart counts as one that may have lost something.",
            ),
          ]),
      skewVerdict(name("clock"), pairOfTime(await ask(["TIME"]))),
    ];
  } catch (error) {
    return [fail(name(""), faultOf(error, where).sentence)];
  } finally {
    wire?.end(new Error("Looked at."));
  }
}

async function settingsOf(wire: Wire): Promise<Map<string, string> | undefined> {
  try {
    return pairsOf(await wire.ask(["CONFIG", "GET", "*"]));
  } catch (error) {
    if (error instanceof ErrorReply) return undefined;
    throw error;
  }
}

/** What a server is set to, held against what rooms need. */
function settingVerdicts(
  name: (part: string) => string,
  settings: ReadonlyMap<string, string>,
  facts: Facts,
): Verdict[] {
  const of = (setting: string): string => settings.get(setting) ?? "";
  return [
    memoryVerdict(name("memory"), of("maxmemory-policy"), Number(of("maxmemory"))),
    fileVerdict(name("file"), facts.hasAof, of("appendfsync")),
    ...replicaVerdict(name("replicas"), facts.replicas, Number(of("min-replicas-to-write"))),
    bufferVerdict(name("buffer"), of("client-output-buffer-limit")),
  ];
}

function memoryVerdict(about: string, policy: string, bytes: number): Verdict {
  if (policy !== "noeviction")
    return warn(
      about,
      `With maxmemory-policy ${policy} a full Redis throws rooms out, and their clients begin anew: set maxmemory-policy noeviction.`,
    );
  if (bytes === 0)
    return warn(
      about,
      "Without maxmemory a Redis grows until the system ends it: set maxmemory below what the machine has.",
    );
  return fine(
    about,
    `Full at ${Math.round(bytes / 1024 / 1024)} MiB; posts are refused then, and nothing is thrown out.`,
  );
}

function fileVerdict(about: string, hasAof: boolean, fsync: string): Verdict {
  if (!hasAof)
    return warn(
      about,
      "A restart of Redis loses what it has not saved; clients are told: set appendonly yes.",
    );
  switch (fsync) {
    case "always":
      return fine(about, "appendfsync always: what was acknowledged survives a crash of the machine.");
    case "everysec":
      return fine(
        about,
        "appendfsync everysec: a crash of Redis or its machine may lose the last second or two, of which clients are told; appendfsync always keeps all.",
      );
    default:
      return warn(
        about,
        `appendfsync ${fsync}: a crash may lose half a minute, of which clients are told: set appendfsync everysec, or always.`,
      );
  }
}

function replicaVerdict(about: string, replicas: number, least: number): Verdict[] {
  if (replicas === 0) return [];
  return [
    least > 0
      ? fine(about, `Nothing is stored without ${countOf(least, "replica")} at hand.`)
      : warn(
          about,
          "A master that is cut off from its replicas goes on storing what a failover will lose: set min-replicas-to-write 1.",
        ),
  ];
}

/** Reads `normal 0 0 0 slave … pubsub 33554432 8388608 60`. */
function bufferVerdict(about: string, limits: string): Verdict {
  const words = limits.split(/\s+/);
  const at = words.indexOf("pubsub");
  const hard = Number(words[at + 1] ?? 0);
  if (at < 0 || hard === 0 || hard >= LITTLE_BUFFER)
    return fine(about, "A relay that reads slowly is given time (client-output-buffer-limit pubsub).");
  return warn(
    about,
    `Redis cuts off a relay that is ${Math.round(hard / 1024)} KiB behind, which then reads everything anew: set client-output-buffer-limit pubsub 32mb 8mb 60.`,
  );
}

async function rightsVerdict(about: string, wire: Wire, key: string, isCluster: boolean): Promise<Verdict> {
  const words = ["EVAL", LOOK_AT_RIGHTS.lua, "1", key, ...rightsArguments(key, isCluster)];
  const refused = readRefused(await wire.ask(words));
  if (refused.length === 0) return fine(about, "This user may do all that a relay does.");
  const list = refused.map((name) => name.toLowerCase()).join(", ");
  return fail(
    about,
    `This user may not ${list} on keys and channels of this prefix: deploy/redis-users.acl has what a relay needs.`,
  );
}

/** A key of ours that a server has: in a Cluster one that falls into a slot of its own. */
function keyIn(prefix: string, slot: number | undefined): string {
  if (slot === undefined) return new Keys(prefix).all("check");
  for (let at = 0; ; at++) {
    const key = `${prefix}{check-${at}}`;
    if (slotOf(key) === slot) return key;
  }
}

/** The time of a server in ms, from seconds and microseconds. */
function pairOfTime(reply: unknown): number {
  const [seconds, micros] = Array.isArray(reply) ? reply.map(Number) : [];
  return (seconds ?? 0) * 1000 + (micros ?? 0) / 1000;
}

function skewVerdict(about: string, theirs: number): Verdict {
  const skew = Math.round(theirs - systemClock.now());
  if (Math.abs(skew) <= SKEW_MS) return fine(about, "Agrees with this machine's.");
  return warn(
    about,
    `Differs by ${Math.abs(skew) / 1000} s from this machine's: messages of several relays would seem out of order in time; keep both by NTP.`,
  );
}

function countOf(count: number, word: string): string {
  return count === 1 ? `one ${word}` : `${count === 0 ? "no" : count} ${word}s`;
}

/** The first that succeeds; when none does, what went wrong with the first of them. */
async function firstOf<T>(attempts: readonly Promise<T>[]): Promise<T> {
  try {
    return await Promise.any(attempts);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}
