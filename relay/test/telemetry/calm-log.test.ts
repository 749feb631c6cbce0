import { beforeEach, expect, test } from "vitest";
import { calmLog, type CalmLog } from "../../src/telemetry/calm-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { MemoryEntries } from "../doubles/log-entries.ts";

let clock: FakeClock;
let entries: MemoryEntries;
let log: CalmLog;

beforeEach(() => {
  clock = new FakeClock();
  entries = new MemoryEntries();
  log = calmLog(entries, clock);
});

test("[OPS7] a storm of one complaint is a line at once and one for each second of it", async () => {
  for (let batch = 0; batch < 250; batch++) {
    log.error({ batch }, "The engine failed.");
    await clock.pass(10);
  }
  await clock.pass(2000);
  const lines = entries.entries.map(({ fields }) => fields as { batch: number; times?: number });
  expect(lines[0]).toEqual({ batch: 0 });
  expect(lines.length).toBeLessThanOrEqual(6);
  const told = lines.reduce((sum, { times = 1 }) => sum + times, 0);
  expect(told).toBe(250);
  expect(clock.timers).toBe(0);
});

test("[OPS7] a complaint that comes once is written once, at once, and others are not held back by it", async () => {
  log.error({}, "One.");
  log.warn({}, "One.");
  log.warn({}, "Two.");
  expect(entries.entries.map(({ level, message }) => `${level} ${message}`)).toEqual([
    "error One.",
    "warn One.",
    "warn Two.",
  ]);
  await clock.pass(5000);
  expect(entries.entries).toHaveLength(3);
});

test("what bears an incident is always written: somebody was told to look for it", () => {
  for (let each = 0; each < 5; each++) log.error({ incident: `i-${each}` }, "A packet could not be seen to.");
  expect(entries.entries).toHaveLength(5);
});

test("what is still held can be written down at once, and only once", async () => {
  log.error({}, "One.");
  log.error({ last: true }, "One.");
  log.flush();
  log.flush();
  await clock.pass(5000);
  expect(entries.entries.map(({ fields }) => fields)).toEqual([{}, { last: true, times: 1 }]);
});
