import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import type { Direction, Ending, TcpProxy } from "../support/tcp-proxy.ts";
import { pause, until } from "../support/until.ts";
import { Poster, type Client } from "./people.ts";
import { ALL_WELL, HASTY, Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ NATTER_HEARTBEAT: "100ms" });
});
afterAll(() => stage.close());

describe.concurrent("lines that end in the midst of a frame", { timeout: 60_000 }, () => {
  /** At how many places of each stretch of the stream a line is ended. */
  const PLACES = 40;
  /** Bytes between two places. What is said until somebody is in, and some frames of news, are as long as that. */
  const STRIDE = { comingIn: 32, live: 8 };
  /** A machine that has its hands full ends fewer lines, but not for want of time. */
  const SWEEP_MS = 12_000;

  /** The places in an order of which every part reaches over the whole stretch. */
  function place(at: number): number {
    return (at * 17) % PLACES;
  }

  /**
   * Ends one line of a client after the other, each after another number of bytes: by turns from its beginning,
   * and from when the client was live on it. Returns where they ended, in bytes from the beginning.
   */
  async function sweep(client: Client, by: TcpProxy, direction: Direction, how: Ending): Promise<number[]> {
    const places: number[] = [];
    const from = by.count;
    by.onConnection = (connection, before) => {
      const at = Math.floor((before - from) / 2);
      if (at >= PLACES) return;
      void connection.closed.then(() => places.push(connection.passedBytes(direction)));
      if ((before - from) % 2 === 0) connection.endAfter(place(at) * STRIDE.comingIn, direction, how);
      else void client.live().then(() => connection.endAfter(place(at) * STRIDE.live, direction, how));
    };
    by.cut();
    const end = performance.now() + SWEEP_MS;
    await until(() => by.count - from > 2 * PLACES || performance.now() > end);
    by.onConnection = undefined;
    return places;
  }

  test.each<[who: "poster" | "reader", Direction, Ending]>([
    ["poster", "up", "cut"],
    ["poster", "down", "reset"],
    ["reader", "down", "cut"],
  ])("[P2] [P3] lose and double nothing: of a %s, on its way %s, by a %s", async (who, direction, how) => {
    const room = `a ${who}'s way ${direction}`;
    const proxy = await stage.proxy();
    const steady = stage.poster("steady", room);
    const witness = stage.client("witness", room);
    const victim =
      who === "poster" ? stage.poster(who, room, proxy, HASTY) : stage.client(who, room, proxy, HASTY);
    await Promise.all([steady, witness, victim].map((client) => client.ready()));
    steady.start(5);
    if (victim instanceof Poster) victim.start();

    const places = await sweep(victim, proxy, direction, how);
    await steady.finish();
    if (victim instanceof Poster) await victim.finish();
    expect(await stage.audit(room)).toMatchObject(ALL_WELL);
    expect(new Set(places).size).toBeGreaterThan(PLACES / 4);
  });
});

describe.concurrent("lines that are lost under traffic", { timeout: 60_000 }, () => {
  test("[P3] [P8] [SDK3] everybody is reset, cut and turned away, again and again, and comes back", async () => {
    const room = "storm";
    const proxy = await stage.proxy();
    const posters = ["ann", "bob", "cid"].map((sub) => stage.poster(sub, room, proxy, HASTY));
    const readers = ["dan", "eve", "fay"].map((sub) => stage.client(sub, room, proxy, HASTY));
    const everybody = [...posters, ...readers];
    await Promise.all(everybody.map((client) => client.ready()));
    for (const poster of posters) poster.start(2);
    proxy.delay(5, "down");
    for (let round = 0; round < 6; round++) {
      const acked = posters.map((poster) => poster.acked.length);
      await until(() => posters.every((poster, at) => poster.acked.length > (acked[at] ?? 0) + 2));
      const isRefusing = round % 3 === 2;
      if (isRefusing) proxy.refuse();
      if (round % 2 === 0) proxy.reset();
      else proxy.cut();
      // Turned away at least twice.
      if (isRefusing) await until(() => everybody.every(({ chat }) => failures(chat.state) > round + 2));
      proxy.refuse(false);
    }
    await Promise.all(posters.map((poster) => poster.finish()));
    expect(await stage.audit(room)).toMatchObject(ALL_WELL);
  });

  test("[P2] an `ok` that is lost is given again, and the message is stored once", async () => {
    const room = "lost ok";
    const proxy = await stage.proxy();
    const ann = stage.poster("ann", room, proxy, HASTY);
    const bob = stage.client("bob", room);
    await Promise.all([ann.ready(), bob.ready()]);
    proxy.discard("down");
    const posted = ann.post();
    await bob.caughtUp(1);
    expect(ann.acked).toEqual([]);
    proxy.cut();
    expect(await posted).toBe(1);
    expect(await stage.audit(room)).toMatchObject({ stored: 1, ...ALL_WELL });
  });

  test("[P2] [LOG7] a client that repeats what it has no `ok` for gets the place of the first time", async () => {
    const room = "lost ok, by hand";
    const proxy = await stage.proxy();
    const bob = stage.client("bob", room);
    await bob.ready();
    const ann = await RawClient.join(`http://${proxy.host}:${proxy.port}`, "ann", room);
    const post = { type: "post", room, id: "only-once", text: "ann 1" };
    proxy.discard("down");
    ann.say({ ...post, ref: 1 });
    await bob.caughtUp(1);
    proxy.cut();
    await ann.closed;
    const again = await RawClient.enter(stage.relay.url, "ann");
    expect(await again.ask(post)).toMatchObject({ seq: 1, duplicate: true });
    again.terminate();
    expect(await stage.audit(room)).toMatchObject({ stored: 1, ...ALL_WELL });
  });

  test("[P2] a message that was held up on a lost line and comes after its repeat is stored once", async () => {
    const room = "overtaken";
    const proxy = await stage.proxy();
    const ann = stage.poster("ann", room, proxy, HASTY);
    const bob = stage.client("bob", room);
    await Promise.all([ann.ready(), bob.ready()]);
    const [old] = proxy.connections;
    old?.stall("up");
    const posted = ann.post();
    // It leaves with the turn, and the line is given up only then.
    await pause(0);
    ann.chat.reconnect();
    expect(await posted).toBe(1);
    const passed = old?.passedBytes("up") ?? 0;
    old?.resume("up");
    await old?.closed;
    expect(old?.passedBytes("up")).toBeGreaterThan(passed + "ann 1".length);
    expect(await ann.post()).toBe(2);
    expect(await stage.audit(room)).toMatchObject({ stored: 2, ...ALL_WELL });
  });
});

/** How often a client has tried in vain since it was well connected for a while. */
function failures(state: Client["chat"]["state"]): number {
  return "attempt" in state ? state.attempt : 0;
}
