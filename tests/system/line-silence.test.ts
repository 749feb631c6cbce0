import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Direction } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";
import { ALL_WELL, HASTY, Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ NATTER_HEARTBEAT: "100ms", NATTER_PRESENCE_GRACE: "100ms" });
});
afterAll(() => stage.close());

/** Silence is no death before two heartbeats and a grace of five seconds; what was heard last may be old already. */
const SILENCE_MS = 3000;

/** A clock on which time passes ten times as fast. */
const began = Date.now();
const fast = {
  now: () => began + (Date.now() - began) * 10,
  after(ms: number, run: () => void) {
    const timer = setTimeout(run, ms / 10);
    return () => clearTimeout(timer);
  },
};

describe.concurrent("half-open lines: nothing passes, and nobody is told", { timeout: 60_000 }, () => {
  test.each<[string, Direction | undefined]>([
    ["neither way", undefined],
    ["to the relay", "up"],
    ["from the relay", "down"],
  ])("[P2] [P3] [SDK3] bytes go nowhere %s: clients come back by themselves", async (where, direction) => {
    const room = `silent ${where}`;
    const proxy = await stage.proxy();
    const steady = stage.poster("steady", room);
    const witness = stage.client("witness", room);
    const talker = stage.poster("talker", room, proxy, HASTY);
    const reader = stage.client("reader", room, proxy, HASTY);
    await Promise.all([steady, witness, talker, reader].map((client) => client.ready()));
    for (const poster of [steady, talker]) poster.start(30);
    await until(() => talker.acked.length > 3);

    const lines = proxy.connections;
    const from = performance.now();
    for (const line of lines) line.stall(direction);
    await until(() => proxy.count >= 4);
    expect(performance.now() - from).toBeGreaterThan(SILENCE_MS);
    const acked = talker.acked.length;
    await until(() => talker.acked.length > acked + 3);
    // What was held up comes after all, when its line is nobody's any more.
    for (const line of lines) line.resume();
    await Promise.all(lines.map((line) => line.closed));

    await Promise.all([steady.finish(), talker.finish()]);
    expect(await stage.audit(room)).toMatchObject(ALL_WELL);
  });

  test("[SDK3] an address that takes connections and says nothing is tried again", async () => {
    const room = "silent door";
    const proxy = await stage.proxy();
    proxy.stall();
    const steady = stage.poster("steady", room);
    const late = stage.client("late", room, proxy, { ...HASTY, clock: fast });
    await steady.ready();
    steady.start(30);
    await until(() => proxy.count > 1);
    proxy.resume();
    await late.ready();
    await steady.finish();
    expect(await stage.audit(room)).toMatchObject(ALL_WELL);
  });

  test("[WIRE10] [P6] the relay lets go of a line that is dead, and the others see its user leave", async () => {
    const room = "dead line";
    const proxy = await stage.proxy();
    const witness = stage.client("witness", room);
    const victim = stage.client("victim", room, proxy, HASTY);
    const isThere = (): boolean => witness.handle.view().members.some(({ id }) => id === "victim");
    await Promise.all([witness.ready(), victim.ready()]);
    await until(isThere);
    const [line] = proxy.connections;
    const from = performance.now();
    proxy.refuse();
    line?.stall();
    await until(() => !isThere());
    expect(performance.now() - from).toBeGreaterThan(SILENCE_MS);
    proxy.refuse(false);
    await until(isThere);
    line?.resume();
    await line?.closed;
    expect(isThere()).toBe(true);
  });
});
