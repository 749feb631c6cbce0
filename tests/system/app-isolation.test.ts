import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRelay, type Relay } from "@natter/relay";
import { afterEach, describe, expect, test } from "vitest";
import { RawClient, tokenFor, type Packet } from "../support/raw-client.ts";

/** Two customers whose rooms, users, ids and texts are called alike; only these marks tell them apart. */
const APPS = { a: "AAA-MARK", b: "BBB-MARK" } as const;
type App = keyof typeof APPS;

/** Beyond the numbers that the clients give their own requests. */
const FIRST_REF = 1_000_000;

const USERS = ["ann", "bob", "cat"];
const ROOMS = ["lobby", "a/b", "a:b", "b", "☕ café", "__proto__"];
const secretOf = (app: App): string => `the secret of ${app}, with more than thirty-two bytes`;

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function startRelay(engine: "memory" | "disk"): Promise<{ relay: Relay; url: string }> {
  const data = await mkdtemp(join(tmpdir(), "natter-apps-"));
  cleanups.push(() => rm(data, { recursive: true, force: true }));
  const app = (id: App): object => ({
    keys: [{ alg: "HS256", secret: secretOf(id) }],
    limits: { postsBurst: 100_000, packetsBurst: 100_000 },
  });
  const relay = await createRelay({
    port: 0,
    memory: engine === "memory",
    data,
    presenceGrace: 0,
    apps: { a: app("a"), b: app("b") },
  });
  cleanups.push(() => relay.close());
  return { relay, url: await relay.listen() };
}

/** Numbers that look random and are the same for the same seed. */
function makeRandom(seed: number): <T>(from: readonly T[]) => T {
  let state = seed;
  return <T>(from: readonly T[]): T => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)] as T;
  };
}

async function enter(url: string, app: App, sub: string): Promise<RawClient> {
  const client = await RawClient.open(url);
  cleanups.push(() => client.terminate());
  const claims = { aud: app, name: `${sub} ${APPS[app]}`, rooms: { "*": "moderator" } };
  client.say({ type: "hello", token: tokenFor(sub, claims, secretOf(app)) });
  expect(await client.next("welcome")).toMatchObject({ app });
  return client;
}

/** Anything that a client may do; texts bear the mark, and everything else is the same in both apps. */
function anyPacket(app: App, pick: ReturnType<typeof makeRandom>, id: string): Packet {
  const room = pick(ROOMS);
  const mark = APPS[app];
  const target = pick([1, 2, 3, 4, 5]);
  return pick<Packet>([
    { type: "post", room, id, text: `hello ${mark}`, data: { mark } },
    { type: "post", room, id, text: `hello again ${mark}` },
    { type: "edit", room, id, target, text: `better ${mark}` },
    { type: "delete", room, id, target, reason: mark },
    { type: "react", room, id, target, emoji: "👍", on: pick([true, false]) },
    { type: "pin", room, id, target, on: true },
    { type: "configure", room, id, title: `title ${mark}` },
    { type: "moderate", room, id, action: pick(["mute", "unmute", "kick"]), user: pick(USERS), reason: mark },
    { type: "join", room },
    { type: "join", room },
    { type: "leave", room },
    { type: "history", room },
    { type: "members", room },
    { type: "read", room, seq: target },
    { type: "typing", room, on: true },
    { type: "signal", room, name: "cursor", data: { mark } },
  ]);
}

describe.each(["memory", "disk"] as const)("[P7] [AZ-06] two apps on one relay, rooms in %s", (engine) => {
  test("under a mixed load with equal names: not one packet crosses", async () => {
    const seed = Number(process.env["NATTER_SEED"] ?? Date.now() % 1_000_000);
    const pick = makeRandom(seed);
    const { url } = await startRelay(engine);
    const clients: { app: App; client: RawClient }[] = [];
    for (const app of ["a", "b"] as const) {
      for (const user of [...USERS, ...USERS]) clients.push({ app, client: await enter(url, app, user) });
    }
    for (let step = 0; step < 1500; step++) {
      const { app, client } = pick(clients);
      // The same ids in both apps: a repeat in one is news in the other.
      const id = `id-${pick(Array.from({ length: 400 }, (_, at) => at))}`;
      client.say({ ...anyPacket(app, pick, id), ref: FIRST_REF + step });
      if (step % 50 === 0)
        await client.until(() => client.packets.find(({ ref }) => ref === FIRST_REF + step));
    }
    const heard = { a: "", b: "" };
    for (const { app, client } of clients) {
      const { room } = await client.ask({ type: "join", room: "the end" });
      expect(room).toBe("the end");
      heard[app] += client.texts.join("\n");
    }
    expect(heard.a.includes(APPS.b), `seed ${seed}`).toBe(false);
    expect(heard.b.includes(APPS.a), `seed ${seed}`).toBe(false);
    // Or the test would have tested nothing.
    for (const app of ["a", "b"] as const) expect(heard[app].split(APPS[app]).length).toBeGreaterThan(1000);
  });

  test("what one does to a room or a user changes nothing in the other", async () => {
    const { url } = await startRelay(engine);
    const [annA, annB] = [await enter(url, "a", "ann"), await enter(url, "b", "ann")];
    const bobA = await enter(url, "a", "bob");
    for (const client of [annA, annB, bobA]) await client.ask({ type: "join", room: "lobby" });
    const post = { type: "post", room: "lobby", id: "same-id", text: "hello" };
    const first = await annA.ask(post);
    const second = await annB.ask(post);
    expect([first["seq"], first["duplicate"], second["seq"], second["duplicate"]]).toEqual([
      1,
      undefined,
      1,
      undefined,
    ]);
    await bobA.ask({ type: "moderate", room: "lobby", id: "ban", action: "ban", user: "ann" });
    await bobA.ask({ type: "configure", room: "lobby", id: "lock", locked: true });
    expect(await annA.request({ ...post, id: "2" })).toMatchObject({ code: "banned" });
    await annB.ask({ ...post, id: "2" });
    expect(await annB.ask({ type: "members", room: "lobby" })).toMatchObject({ count: 1 });
    annA.say({ type: "read", room: "lobby", seq: 1 });
    bobA.say({ type: "read", room: "lobby", seq: 2 });
    await bobA.ask({ type: "history", room: "lobby" });
    expect((await annB.ask({ type: "join", room: "lobby" }))["read"]).toBeUndefined();
    expect((await annB.ask({ type: "join", room: "lobby" }))["settings"]).toEqual({});
  });

  test("a position in one brings nothing of it in the other", async () => {
    const { url } = await startRelay(engine);
    const [annA, annB] = [await enter(url, "a", "ann"), await enter(url, "b", "ann")];
    const post = (text: string): Packet => ({
      type: "post",
      room: "lobby",
      id: text.replaceAll(" ", "-"),
      text,
    });
    await annA.ask(post("one of a"));
    const { epoch } = await annA.ask(post("two of a"));
    await annB.ask(post("one of b"));
    const joined = await annB.ask({ type: "join", room: "lobby", since: { epoch, seq: 0 } });
    expect(JSON.stringify(joined)).not.toContain("of a");
  });
});
