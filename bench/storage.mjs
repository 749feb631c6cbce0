// `npm run bench:storage`: what it costs that a room is a durable log. Prints one table; nothing here is a test.
import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { RawClient } from "./lib/client.mjs";
import { fillRoom } from "./lib/fill.mjs";
import { newFolder, removeFolder, startRelay } from "./lib/relay.mjs";
import { ms, percentile, table } from "./lib/table.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    messages: { type: "string", default: "1000000" },
    clients: { type: "string", default: "1000" },
    only: { type: "string", default: "posts,wave,large" },
  },
});
const seconds = Number(values.seconds);
const wanted = new Set(values.only.split(","));

/** @type {(string | number)[][]} */
const rows = [];
if (wanted.has("posts")) {
  await measurePosts("full", []);
  await measurePosts("relaxed", ["--durability", "relaxed"]);
  await measurePosts("memory", ["--memory"]);
}
if (wanted.has("wave")) await measureWave(Number(values.clients));
if (wanted.has("large")) await measureLargeRoom(Number(values.messages));
console.log(table(["what", "figure"], rows));

/**
 * 100 clients post into 50 rooms, each with 8 posts on their way.
 *
 * @param {string} name
 * @param {string[]} args
 */
async function measurePosts(name, args) {
  const relay = await startRelay(args);
  const clients = await openClients(relay.socketUrl, 100);
  /** @type {number[]} */
  const took = [];
  let count = 0;
  const warmUntil = performance.now() + 2000;
  const until = warmUntil + seconds * 1000;
  let cpu = 0;
  setTimeout(() => (cpu = relay.cpuSeconds()), 2000);
  const work = clients.flatMap((client, at) =>
    Array.from({ length: 8 }, async (_, lane) => {
      for (let number = 0; performance.now() < until; number++) {
        const started = performance.now();
        await client.ask({
          type: "post",
          room: `room-${at % 50}`,
          id: `${at}-${lane}-${number}`,
          text: "A message of the usual length, about a hundred characters, the way that people write them in chats.",
        });
        if (started < warmUntil) continue;
        count++;
        took.push(performance.now() - started);
      }
    }),
  );
  await Promise.all(work);
  const used = (relay.cpuSeconds() - cpu) / seconds;
  rows.push([
    `stored posts, ${name}: 100 clients, 50 rooms, 8 on their way each`,
    `${Math.round(count / seconds)} a second; \`ok\` p50 ${ms(percentile(took, 0.5))}, p99 ${ms(percentile(took, 0.99))}; relay ${Math.round(used * 100)} % of a core`,
  ]);
  for (const client of clients) client.close();
  await relay.stop("SIGKILL");
  removeFolder(relay.data);
}

/**
 * Many clients of one room, each 100 events behind, come back in one wave after the relay was restarted.
 *
 * @param {number} count
 */
async function measureWave(count) {
  const data = newFolder();
  const room = "wave";
  const before = await startRelay([], { data });
  const writer = await new RawClient(before.socketUrl, "writer").open();
  const { epoch } = await writer.ask({ type: "join", room });
  const posts = Array.from({ length: 200 }, (_, at) =>
    writer.ask({ type: "post", room, id: `w${at}`, text: `Message ${at}` }),
  );
  await Promise.all(posts);
  await before.stop();
  const relay = await startRelay([], { data });
  const started = performance.now();
  /** @type {number[]} */
  const took = [];
  const work = Array.from({ length: count }, async (_, at) => {
    const client = await new RawClient(relay.socketUrl, `reader-${at}`).open();
    const asked = performance.now();
    const { recovered, events } = await client.ask({ type: "join", room, since: { epoch, seq: 100 } });
    if (!recovered || events.length !== 100) throw new Error("A client was not given all that it missed.");
    took.push(performance.now() - asked);
    return client;
  });
  const clients = await Promise.all(work);
  rows.push([
    `${count} clients, each 100 events behind, in one wave after a restart`,
    `${ms(performance.now() - started)} in all; a join p99 ${ms(percentile(took, 0.99))}; relay peak ${Math.round(relay.peakMb())} MB`,
  ]);
  for (const client of clients) client.close();
  await relay.stop("SIGKILL");
  removeFolder(data);
}

/** @param {number} count */
async function measureLargeRoom(count) {
  const data = newFolder();
  const room = "large";
  const args = ["--retention-count", "1000000000"];
  const filling = await startRelay([...args, "--durability", "relaxed"], { data });
  await fillRoom(filling.socketUrl, room, 0, count);
  await filling.stop();
  const size = statSync(join(data, "natter.db")).size;
  const relay = await startRelay(args, { data });
  const client = await new RawClient(relay.socketUrl, "reader").open();
  await client.ask({ type: "join", room });
  const newest = await time(200, () => client.ask({ type: "history", room }));
  const middle = await time(200, (at) =>
    client.ask({ type: "history", room, before: Math.floor(count / 2) + at * 997 }),
  );
  const first = await time(200, () => client.ask({ type: "history", room, before: 51 }));
  rows.push(
    [
      `a room of ${count} messages: newest page`,
      `p50 ${ms(percentile(newest, 0.5))}, p99 ${ms(percentile(newest, 0.99))}`,
    ],
    [`a page in its middle`, `p50 ${ms(percentile(middle, 0.5))}, p99 ${ms(percentile(middle, 0.99))}`],
    [`its first page`, `p50 ${ms(percentile(first, 0.5))}, p99 ${ms(percentile(first, 0.99))}`],
    [`start-up of a relay that holds it`, ms(relay.startMs)],
    [`size of its file`, `${Math.round(size / 1024 / 1024)} MB, ${Math.round(size / count)} bytes a message`],
  );
  client.close();
  await relay.stop();
  removeFolder(data);
}

/** @param {string} url @param {number} count */
async function openClients(url, count) {
  return Promise.all(Array.from({ length: count }, (_, at) => new RawClient(url, `user-${at}`).open()));
}

/** @param {number} times @param {(at: number) => Promise<unknown>} run */
async function time(times, run) {
  const took = [];
  for (let at = 0; at < times; at++) {
    const started = performance.now();
    await run(at);
    took.push(performance.now() - started);
  }
  return took;
}
