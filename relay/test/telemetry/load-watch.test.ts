import { afterEach, beforeEach, expect, test } from "vitest";
import { LoadWatch, memoryOfMachine } from "../../src/telemetry/load-watch.ts";
import type { LoadSample } from "../../src/telemetry/pressure.ts";
import { systemClock } from "../../src/clock.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { MemoryEntries } from "../doubles/log-entries.ts";

const MARKS = { residentBytes: 1000, heapShare: 0.9, loopDelayMs: 500 };

let clock: FakeClock;
let log: MemoryEntries;
let sample: LoadSample;
let stop: () => void = () => {};

beforeEach(() => {
  clock = new FakeClock();
  log = new MemoryEntries();
  sample = { residentBytes: 100, heapBytes: 10, heapLimitBytes: 100, loopDelayMs: 1 };
});

afterEach(() => stop());

test("[LIM9] [OPS7] it is told once that nobody is let in, why, and once that everybody is again", async () => {
  const watch = new LoadWatch({ marks: MARKS, clock, log, sample: () => sample });
  stop = watch.start();
  await clock.pass(5000);
  expect(watch.isShedding).toBe(false);
  sample.heapBytes = 95;
  await clock.pass(5000);
  expect(watch.isShedding).toBe(true);
  sample.heapBytes = 10;
  await clock.pass(5000);
  expect(watch.isShedding).toBe(false);
  expect(log.entries.map(({ level }) => level)).toEqual(["warn", "info"]);
  expect(log.entries[0]?.fields).toMatchObject({ strain: "heap", heapBytes: 95 });
});

test("once it is stopped, no timer of it is left", async () => {
  stop = new LoadWatch({ marks: MARKS, clock, log, sample: () => sample }).start();
  await clock.pass(1000);
  stop();
  expect(clock.timers).toBe(0);
});

test("[LIM9] a loop that is held up is measured as late, and one that is free is not", async () => {
  const seen: LoadSample[] = [];
  const watch = new LoadWatch({
    marks: MARKS,
    clock: systemClock,
    log,
    sample: (loopDelayMs) => {
      seen.push({ ...sample, loopDelayMs });
      return sample;
    },
  });
  stop = watch.start();
  const until = performance.now() + 2600;
  while (performance.now() < until) {
    const held = performance.now() + 150;
    while (performance.now() < held);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const late = Math.max(...seen.map(({ loopDelayMs }) => loopDelayMs));
  expect(late).toBeGreaterThan(80);
  expect(watch.loopDelay.max * 1000).toBeGreaterThan(100);
  expect(watch.loopDelay.p99).toBeGreaterThanOrEqual(watch.loopDelay.mean);
});

test("the memory of this machine, or of its container, is known", () => {
  expect(memoryOfMachine()).toBeGreaterThan(64 * 1024 * 1024);
  expect(memoryOfMachine()).toBeLessThan(2 ** 50);
});
