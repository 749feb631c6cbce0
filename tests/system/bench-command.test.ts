import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { natter } from "./cli-process.ts";

test("natter-relay bench measures within its time, tells what ended it, and leaves nothing behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "natter-bench-test-"));
  try {
    const data = join(folder, "configured");
    const env = { NATTER_DATA: data, NATTER_SECRET: "short" };
    const begin = performance.now();
    const args = ["bench", "--seconds", "8", "--folder", folder, "--json"];
    const { code, out, err } = await natter(args, { env, timeoutMs: 30_000 });
    expect([code, err]).toEqual([0, ""]);
    expect(performance.now() - begin).toBeLessThan(15_000);
    const report = JSON.parse(out) as { people: number; bottleneck: string; steps: Record<string, number>[] };
    expect(report.steps.length).toBeGreaterThan(0);
    const [first = {}] = report.steps;
    expect(first["people"]).toBe(200);
    // Everybody says something every 20 seconds, and all 20 of a room hear it.
    expect(first["messagesPerSecond"]).toBeGreaterThan(7);
    expect(first["messagesPerSecond"]).toBeLessThan(11);
    expect(first["deliveriesPerSecond"]).toBeGreaterThan(100);
    expect(first["deliveriesPerSecond"]).toBeLessThan(260);
    expect(first["p99"]).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 40_000);

test.each<[string[], RegExp]>([
  [["--seconds", "900"], /--seconds must be a whole number from 5 to 60/],
  [["--folder", "/nowhere"], /--folder must be a folder/],
  [["--secnds", "9"], /Did you mean --seconds\?/],
  [["now"], /one word too many/],
])("bench %j is exit code 2", async (args, sentence) => {
  const { code, out, err } = await natter(["bench", ...args]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(sentence);
});
