import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Direction } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";
import { ALL_WELL, Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ NATTER_HEARTBEAT: "100ms", NATTER_PRESENCE_GRACE: "100ms" });
});
afterAll(() => stage.close());

/** Waits of milliseconds between two lines, where they would be seconds. */
const hasty = { random: () => 0.0002 };

/** Two heartbeats and the grace of five seconds: sooner than that, silence is no death. */
const SILENCE_MS = 5200;

/** A clock on which time passes ten times as fast. */
const fast = {
  now: () => Date.now() * 10,
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
  ])("[P2] [P3] [SDK3] bytes go nowhere %s: the client comes back by itself", async (where, direction) => {
    const room = `silent ${where}`;
    const proxy = await stage.proxy();
    const steady = stage.poster("steady", room);
    const witness = stage.client("witness", room);
    const victim = stage.poster("victim", room, proxy, hasty);
    await Promise.all([steady, witness, victim].map((client) => client.ready()));
    for (const poster of [steady, victim]) poster.start(30);
    await until(() => victim.acked.length > 3);

    const [line] = proxy.connections;
    const from = performance.now();
    line?.stall(direction);
    await until(() => proxy.count > 1);
    expect(performance.now() - from).toBeGreaterThan(SILENCE_MS - 300);
    const acked = victim.acked.length;
    await until(() => victim.acked.length > acked + 3);
    // What was held up comes after all, when its line is nobody's any more.
    line?.resume();
    await until(() => proxy.connections.length === 1);

    await Promise.all([steady.finish(), victim.finish()]);
    expect(await stage.audit(room)).toMatchObject(ALL_WELL);
  });

  test("[SDK3] an address that takes connections and says nothing is tried again", async () => {
    const room = "silent door";
    const proxy = await stage.proxy();
    proxy.stall();
    const steady = stage.poster("steady", room);
    const late = stage.client("late", room, proxy, { ...hasty, clock: fast });
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
    const victim = stage.client("victim", room, proxy, hasty);
    const isThere = (): boolean => witness.handle.view().members.some(({ id }) => id === "victim");
    await Promise.all([witness.ready(), victim.ready()]);
    await until(isThere);
    const [line] = proxy.connections;
    const from = performance.now();
    proxy.refuse();
    line?.stall();
    await until(() => !isThere());
    expect(performance.now() - from).toBeGreaterThan(SILENCE_MS - 300);
    proxy.refuse(false);
    await until(isThere);
    line?.resume();
    await line?.closed;
    expect(isThere()).toBe(true);
  });
});
