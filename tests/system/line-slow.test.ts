import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import type { Client } from "./people.ts";
import { ALL_WELL, Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ NATTER_MAX_DATA: "32768", NATTER_MAX_FRAME: "1048576" });
});
afterAll(() => stage.close());

const LINE = "x".repeat(120);
const NOISE = { noise: "n".repeat(32_000) };

/** Says so many megabytes that nobody keeps, no faster than they come back. */
async function makeNoise(client: Client, megabytes: number): Promise<void> {
  let heard = 0;
  const stop = client.handle.on("signal", () => heard++);
  for (let said = 0; said < megabytes * 32;) {
    for (let each = 0; each < 32; each++, said++) client.handle.signal("noise", NOISE);
    await until(() => heard >= said);
  }
  stop();
}

describe.concurrent("readers who are slower than their room", { timeout: 90_000 }, () => {
  test("[P3] [P6] [JOIN7] who does not read at all costs the others nothing, and has everything later", async () => {
    const room = "stalled";
    const proxy = await stage.proxy();
    const poster = stage.poster("poster", room);
    const stalled = ["ann", "bob", "cid"].map((sub) => stage.client(sub, room, proxy));
    await Promise.all([poster, ...stalled].map((client) => client.ready()));
    proxy.stall("down");
    // Far more than all buffers between the relay and them, and then more than the room has at hand.
    await makeNoise(poster, 16);
    await poster.postMany(200, "😀".repeat(3900));
    expect(stalled.map(({ told }) => told.length)).toEqual([0, 0, 0]);

    const lines = proxy.connections;
    proxy.resume();
    expect(await stage.audit(room)).toMatchObject({ stored: 200, ...ALL_WELL });
    // Nothing leaves a socket's queue but to pass: so much the relay and both machines held at most.
    for (const line of lines) expect(line.passedBytes("down")).toBeLessThan(10 * 1024 * 1024);
  });

  test("[P3] [P6] [JOIN7] who reads a kilobyte a second comes in, falls behind, and is told everything", async () => {
    const room = "a kilobyte a second";
    const proxy = await stage.proxy();
    const poster = stage.poster("poster", room);
    const witness = stage.client("witness", room);
    await Promise.all([poster, witness].map((client) => client.ready()));
    await poster.postMany(40, LINE);
    proxy.throttle(1000, "down");
    const slow = stage.client("slow", room, proxy);
    // Longer than a post would wait for its answer.
    const from = performance.now();
    await slow.ready();
    expect(performance.now() - from).toBeGreaterThan(10_000);
    await poster.postMany(15, LINE);
    await witness.caughtUp(55);
    expect(slow.told.length).toBeLessThan(15);
    expect(await stage.audit(room)).toMatchObject({ stored: 55, ...ALL_WELL });
    expect(proxy.count).toBe(1);
  });
});
