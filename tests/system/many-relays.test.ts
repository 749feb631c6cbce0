import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { findRedis, RedisServer } from "../support/redis-server.ts";
import { pause, until } from "../support/until.ts";
import type { Client } from "./people.ts";
import { ALL_WELL } from "./stage.ts";
import { Troupe } from "./troupe.ts";

const SECONDS = Number(process.env["NATTER_KILL_SECONDS"] ?? 8);

describe.skipIf(findRedis() === undefined)("many relays over one Redis", () => {
  let redis: RedisServer;
  let troupe: Troupe | undefined;

  beforeEach(async () => {
    redis = await RedisServer.start();
  });

  afterEach(async () => {
    await troupe?.close();
    troupe = undefined;
    await redis.close();
  });

  async function start(relays = 2, env: Readonly<Record<string, string>> = {}): Promise<Troupe> {
    return (troupe = await Troupe.start({ redis: redis.url, relays, env }));
  }

  it("[MN-01] [P1] [P2] [P3] what is posted through either is told by both, in one order", async () => {
    const stage = await start();
    const posters = Array.from({ length: 8 }, (_, at) => stage.poster(`poster-${at}`, "lobby", at % 2));
    const readers = Array.from({ length: 4 }, (_, at) => stage.client(`reader-${at}`, "lobby", at % 2));
    await Promise.all([...posters, ...readers].map((client) => client.ready()));
    await Promise.all(posters.map((poster) => poster.postMany(50)));
    const found = await stage.audit("lobby");
    expect(found).toMatchObject({ ...ALL_WELL, acked: 400, stored: 400 });
  }, 60_000);

  it(
    `[MN-02] [P1] [P2] [P3] [P8] each relay killed in turn under load, for ${SECONDS} s`,
    async () => {
      const stage = await start(2);
      const rooms = ["one", "two", "three"];
      const posters = Array.from({ length: 9 }, (_, at) => stage.poster(`poster-${at}`, rooms[at % 3] ?? ""));
      const readers = Array.from({ length: 9 }, (_, at) => stage.client(`reader-${at}`, rooms[at % 3] ?? ""));
      await Promise.all([...posters, ...readers].map((client) => client.ready()));
      for (const poster of posters) poster.start(5);
      let kills = 0;
      for (const end = Date.now() + SECONDS * 1000; Date.now() < end; kills++) {
        await pause(Math.min(10_000, SECONDS * 250));
        await stage.relay(kills % 2).restart("SIGKILL");
      }
      await Promise.all(posters.map((poster) => poster.finish()));
      const found = await stage.audit(...rooms);
      process.stdout.write(`relays killed in turn: ${JSON.stringify({ kills, ...found })}\n`);
      expect(found).toMatchObject(ALL_WELL);
      expect(found.acked).toBeGreaterThan(100);
    },
    (SECONDS + 120) * 1000,
  );

  it("[SD-03] [P1] [P2] [P3] [P8] three relays are restarted one after the other under load", async () => {
    const stage = await start(3, { NATTER_DRAIN: "1s" });
    // With the waits of real people.
    const patient = { random: Math.random };
    const posters = Array.from({ length: 6 }, (_, at) =>
      stage.poster(`poster-${at}`, "lobby", undefined, patient),
    );
    const readers = Array.from({ length: 30 }, (_, at) =>
      stage.client(`reader-${at}`, "lobby", undefined, patient),
    );
    await Promise.all([...posters, ...readers].map((client) => client.ready()));
    const absences = [...posters, ...readers].map(absencesOf);
    for (const poster of posters) poster.start(20);
    for (let at = 0; at < 3; at++) {
      await stage.relay(at).restart("SIGTERM");
      await pause(1500);
    }
    await Promise.all(posters.map((poster) => poster.finish()));
    expect(await stage.audit("lobby")).toMatchObject(ALL_WELL);
    const waits = absences.flat().toSorted((a, b) => a - b);
    const share = (part: number): number => waits[Math.floor(part * waits.length)] ?? 0;
    process.stdout.write(
      `restarted in turn: ${waits.length} came back, median ${Math.round(share(0.5))} ms, p99 ${Math.round(share(0.99))} ms\n`,
    );
    expect(waits.length).toBeGreaterThanOrEqual(posters.length + readers.length);
    expect(share(0.5)).toBeLessThanOrEqual(2000);
    expect(share(0.99)).toBeLessThanOrEqual(25_000);
  }, 120_000);

  it("[MN-08] [P3] a relay that stood still for a while tells nothing stale, and all that was missed", async () => {
    const stage = await start();
    const readers = [0, 0, 1].map((at, number) => stage.client(`reader-${number}`, "lobby", at));
    const poster = stage.poster("poster", "lobby", 1);
    await Promise.all([...readers, poster].map((client) => client.ready()));
    await poster.postMany(20);
    process.kill(stage.relay(0).pid as number, "SIGSTOP");
    await poster.postMany(200);
    await pause(4000);
    process.kill(stage.relay(0).pid as number, "SIGCONT");
    await poster.postMany(20);
    expect(await stage.audit("lobby")).toMatchObject({ ...ALL_WELL, acked: 240 });
  }, 60_000);

  it("[MN-13] [P2] one id sent through both at once is one message", async () => {
    const stage = await start();
    const [one, two] = await Promise.all(stage.relays.map(({ url }) => RawClient.enter(url, "ann")));
    if (!one || !two) throw new Error("Somebody did not come in.");
    for (const client of [one, two]) await client.ask({ type: "join", room: "lobby" });
    for (let batch = 0; batch < 10; batch++) {
      const ids = Array.from({ length: 100 }, (_, at) => `id-${batch}-${at}`);
      const say = (client: RawClient) =>
        Promise.all(ids.map((id) => client.ask({ type: "post", room: "lobby", id, text: `text of ${id}` })));
      const [ones, twos] = await Promise.all([say(one), say(two)]);
      expect(ones.map(({ seq }) => seq)).toEqual(twos.map(({ seq }) => seq));
    }
    const { seq } = await one.ask({ type: "join", room: "lobby" });
    expect(seq).toBe(1000);
  }, 60_000);

  it("[MN-14] [P3] a Redis that forgets everything is noticed, and told as a reset to everybody", async () => {
    const stage = await start();
    const readers = [0, 1].map((at) => stage.client(`reader-${at}`, "lobby", at));
    const quiet = stage.client("quiet", "library", 0);
    const poster = stage.poster("poster", "lobby", 0);
    const librarian = stage.poster("librarian", "library", 1);
    await Promise.all([...readers, quiet, poster, librarian].map((client) => client.ready()));
    await poster.postMany(10);
    await librarian.postMany(3);
    await quiet.caughtUp(3);
    await redis.command("FLUSHALL");
    await poster.post();
    const shown = (client: (typeof readers)[number]) => client.handle.view().messages.map(({ text }) => text);
    for (const reader of readers) {
      await until(() => shown(reader).at(-1) === "poster 11", `${reader.sub} sees what came after`, 35_000);
      expect(shown(reader)).toEqual(["poster 11"]);
    }
    // Nobody writes to the other room: it is found out by looking.
    await until(() => shown(quiet).length === 0, "the quiet room is told to be empty", 35_000);
  }, 90_000);
});

/** How long each absence of a client from its room lasts, in ms, from now on. */
function absencesOf({ handle }: Client): number[] {
  const absences: number[] = [];
  let goneAt: number | undefined;
  handle.subscribe(({ status }) => {
    if (status !== "live") goneAt ??= performance.now();
    else if (goneAt !== undefined) {
      absences.push(performance.now() - goneAt);
      goneAt = undefined;
    }
  });
  return absences;
}
