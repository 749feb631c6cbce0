// `npm run bench:redis`: what it costs that relays share a Redis. Two of them, against one with its memory engine in the
// same run. Prints one table; nothing here is a test.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { findRedis } from "../tests/support/redis.mjs";
import { cpuSecondsOf, memoryOf } from "./load/usage.mjs";
import { RawClient } from "./lib/client.mjs";
import { OPEN_LIMITS, removeFolder, startRelay } from "./lib/relay.mjs";
import { aligned, ms, percentile } from "./lib/table.mjs";

const TEXT =
  "A message of the usual length, about a hundred characters, the way that people write them in chats.";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    members: { type: "string", default: "200" },
    clients: { type: "string", default: "1000" },
    only: { type: "string", default: "room,posts,size,loss" },
  },
});
const seconds = Number(values.seconds);
const wanted = new Set(values.only.split(","));

/** @typedef {Awaited<ReturnType<typeof startRelay>>} Relay */
/** @typedef {Awaited<ReturnType<typeof startRedis>>} RedisProcess */

/** @type {[what: string, one: string, two: string][]} */
const rows = [];
if (wanted.has("room")) {
  for (const rate of [50, 500]) {
    const one = await alone((relay) => measureRoom([relay], undefined, rate));
    const two = await shared((relays, redis) => measureRoom(relays, redis, rate));
    rows.push([`one room of ${values.members} members, ${rate} messages a second`, one, two]);
  }
}
if (wanted.has("posts")) {
  const one = await alone((relay) => measurePosts([relay], undefined));
  const two = await shared(measurePosts);
  const safe = await shared(measurePosts, ["--appendonly", "yes", "--appendfsync", "always"]);
  rows.push(["stored posts: 100 clients, 50 rooms, 8 on their way each", one, two]);
  rows.push(["the same, Redis with `appendfsync always`", "–", safe]);
}
if (wanted.has("size")) {
  rows.push(["memory of Redis for 100,000 messages in 100 rooms", "–", await shared(measureSize)]);
}
if (wanted.has("loss")) {
  const [noticed, wave] = await shared(measureLoss);
  rows.push(["time until the members of a killed relay are told to be gone", "–", noticed]);
  rows.push([`${values.clients} clients of a killed relay, back in the room at the other`, "–", wave]);
}
console.log(aligned(["what", "one relay, memory", "two relays, Redis"], rows));

/**
 * One relay with its memory engine.
 *
 * @template T
 * @param {(relay: Relay) => Promise<T>} measure
 */
async function alone(measure) {
  const relay = await startRelay(["--memory"]);
  const result = await measure(relay);
  await relay.stop("SIGKILL");
  removeFolder(relay.data);
  return result;
}

/**
 * Two relays that share a Redis.
 *
 * @template T
 * @param {(relays: Relay[], redis: RedisProcess) => Promise<T>} measure
 * @param {string[]} args of the Redis
 */
async function shared(measure, args = ["--save", "", "--appendonly", "no"]) {
  const redis = await startRedis(args);
  const env = { ...OPEN_LIMITS, NATTER_REDIS: redis.url };
  const relays = await Promise.all([0, 1].map(() => startRelay([], { env, hasData: false })));
  const result = await measure(relays, redis);
  for (const relay of relays) {
    await relay.stop("SIGKILL");
    removeFolder(relay.data);
  }
  await redis.stop();
  return result;
}

/**
 * Members spread over the relays, one sender at each; every delivery is counted and timed from when its message was due.
 *
 * @param {Relay[]} relays
 * @param {RedisProcess | undefined} redis
 * @param {number} rate
 */
async function measureRoom(relays, redis, rate) {
  const room = "room";
  const members = await open(relays, Number(values.members), "member");
  const senders = await open(relays, relays.length, "sender");
  for (const client of [...members, ...senders]) await client.ask({ type: "join", room });
  /** @type {number[]} */
  const took = [];
  /** @type {Map<string, number>} */
  const due = new Map();
  for (const member of members) {
    member.onPacket = ({ type, id }) => {
      const at = type === "event" ? due.get(id) : undefined;
      if (at !== undefined) took.push(performance.now() - at);
    };
  }
  const begun = performance.now();
  const cpu = usage(relays, redis);
  const count = rate * seconds;
  /** @type {Promise<unknown>[]} */
  const posts = [];
  for (let number = 0; number < count; number++) {
    const at = begun + (number * 1000) / rate;
    while (performance.now() < at) await pause(1);
    const id = `m${number}`;
    due.set(id, at);
    posts.push(
      /** @type {RawClient} */ (senders[number % senders.length]).ask({ type: "post", room, id, text: TEXT }),
    );
  }
  await Promise.all(posts);
  const all = count * members.length;
  for (const until = performance.now() + 5000; took.length < all && performance.now() < until;)
    await pause(20);
  const elapsed = (performance.now() - begun) / 1000;
  for (const client of [...members, ...senders]) client.close();
  if (took.length !== all)
    throw new Error(`${all - took.length} of ${all} deliveries are missing or double.`);
  return `${Math.round(all / elapsed)} deliveries/s, p50 ${ms(percentile(took, 0.5))}, p99 ${ms(percentile(took, 0.99))}; ${cpu(elapsed)}`;
}

/** @param {Relay[]} relays @param {RedisProcess | undefined} redis */
async function measurePosts(relays, redis) {
  const clients = await open(relays, 100, "user");
  /** @type {number[]} */
  const took = [];
  const warmUntil = performance.now() + 2000;
  const until = warmUntil + seconds * 1000;
  let cpu = usage(relays, redis);
  const warm = setTimeout(() => (cpu = usage(relays, redis)), 2000);
  const lanes = clients.flatMap((client, at) =>
    Array.from({ length: 8 }, async (_, lane) => {
      for (let number = 0; performance.now() < until; number++) {
        const started = performance.now();
        // Neighbours are at different relays, and write to one room.
        const room = `room-${Math.floor(at / 2)}`;
        await client.ask({ type: "post", room, id: `${at}-${lane}-${number}`, text: TEXT });
        if (started >= warmUntil) took.push(performance.now() - started);
      }
    }),
  );
  await Promise.all(lanes);
  clearTimeout(warm);
  const used = cpu(seconds);
  const redisCpu = redis ? `, ${((redis.cpuSince() * 1e6) / took.length).toFixed(0)} µs of Redis a post` : "";
  for (const client of clients) client.close();
  return `${Math.round(took.length / seconds)} posts/s, \`ok\` p50 ${ms(percentile(took, 0.5))}, p99 ${ms(percentile(took, 0.99))}; ${used}${redisCpu}`;
}

/** @param {Relay[]} relays @param {RedisProcess} redis */
async function measureSize(relays, redis) {
  const clients = await open(relays, 10, "user");
  const before = redis.memoryBytes();
  const count = 100_000;
  await Promise.all(
    clients.map(async (client, at) => {
      for (let number = 0; number < count / 10; number += 100) {
        const posts = Array.from({ length: 100 }, (_, step) =>
          client.ask({
            type: "post",
            room: `room-${at}-${(number / 100) % 10}`,
            id: `${at}-${number + step}`,
            text: TEXT,
          }),
        );
        await Promise.all(posts);
      }
    }),
  );
  const grown = redis.memoryBytes() - before;
  for (const client of clients) client.close();
  return `${Math.round(grown / 1024 / 1024)} MB, ${Math.round(grown / count)} bytes a message`;
}

/**
 * One relay is killed; its people come back at the other, and those who do not are told to be gone.
 *
 * @param {Relay[]} relays
 * @returns {Promise<[noticed: string, wave: string]>}
 */
async function measureLoss([dying, other]) {
  if (!dying || !other) throw new Error("Two relays are needed.");
  const room = "room";
  const watcher = await new RawClient(other.socketUrl, "watcher").open();
  const writer = await new RawClient(other.socketUrl, "writer").open();
  const { epoch } = await writer.ask({ type: "join", room });
  const count = Number(values.clients);
  const clients = await open([dying], count, "reader");
  await Promise.all(clients.map((client) => client.ask({ type: "join", room })));
  const stayed = await new RawClient(dying.socketUrl, "ghost").open();
  await stayed.ask({ type: "join", room: "haunted" });
  await watcher.ask({ type: "join", room: "haunted" });
  for (let at = 0; at < 100; at++) await writer.ask({ type: "post", room, id: `w${at}`, text: TEXT });
  const gone = new Promise((resolve) => {
    watcher.onPacket = ({ type, left }) =>
      type === "presence" && left?.includes("ghost") && resolve(undefined);
  });
  const killed = performance.now();
  await dying.stop("SIGKILL");
  /** @type {number[]} */
  const took = [];
  const back = await Promise.all(
    clients.map(async ({ user }) => {
      const client = await new RawClient(other.socketUrl, user).open();
      const asked = performance.now();
      const { recovered } = await client.ask({ type: "join", room, since: { epoch, seq: 0 } });
      if (!recovered) throw new Error("Somebody was not given what they had missed.");
      took.push(performance.now() - asked);
      return client;
    }),
  );
  const wave = performance.now() - killed;
  await gone;
  const noticed = performance.now() - killed;
  for (const client of [...back, watcher, writer]) client.close();
  return [
    `${(noticed / 1000).toFixed(1)} s`,
    `${ms(wave)} in all, each 100 events behind; a join p99 ${ms(percentile(took, 0.99))}; relay peak ${Math.round(other.peakMb())} MB`,
  ];
}

/** @param {Relay[]} relays @param {number} count @param {string} name */
async function open(relays, count, name) {
  return Promise.all(
    Array.from({ length: count }, (_, at) => {
      const relay = /** @type {Relay} */ (relays[at % relays.length]);
      return new RawClient(relay.socketUrl, `${name}-${at}`).open();
    }),
  );
}

/**
 * Processor time from now on.
 *
 * @param {Relay[]} relays
 * @param {RedisProcess | undefined} redis
 * @returns {(seconds: number) => string}
 */
function usage(relays, redis) {
  const before = relays.map((relay) => relay.cpuSeconds());
  redis?.markCpu();
  return (elapsed) => {
    const shares = relays.map((relay, at) => (relay.cpuSeconds() - (before[at] ?? 0)) / elapsed);
    const told = shares.map((share) => `${Math.round(share * 100)} %`).join(" + ");
    return `relay ${told}${redis ? `, Redis ${Math.round((redis.cpuSince() / elapsed) * 100)} %` : ""} of a core`;
  };
}

/** A Redis in a folder of its own on a free port. @param {string[]} args */
async function startRedis(args) {
  const found = findRedis();
  if (!found) throw new Error("There is no redis-server: `npm test` brings one on Debian, or install it.");
  const dir = mkdtempSync(join(tmpdir(), "natter-bench-redis-"));
  const port = await freePort();
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, ...args];
  const child = spawn(found.program, settings, {
    env: { ...process.env, ...found.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("The Redis ended before it was ready.")));
    child.stdout.on("data", (chunk) => String(chunk).includes("Ready to accept") && resolve(undefined));
  });
  const pid = /** @type {number} */ (child.pid);
  let marked = 0;
  return {
    url: `redis://127.0.0.1:${port}`,
    markCpu: () => (marked = cpuSecondsOf(pid)),
    cpuSince: () => cpuSecondsOf(pid) - marked,
    memoryBytes: () => memoryOf(pid).rss,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      removeFolder(dir);
    },
  };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
