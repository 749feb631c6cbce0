import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PACE_MS, paced } from "../src/paced.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

it("runs at once after a quiet moment, and once for all that comes in the time after", () => {
  const run = vi.fn();
  const changed = paced(run);
  changed();
  expect(run).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 10; n++) changed();
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(PACE_MS);
  expect(run).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(PACE_MS * 4);
  expect(run).toHaveBeenCalledTimes(2);
  changed();
  expect(run).toHaveBeenCalledTimes(3);
});

it("makes twenty turns of a hundred changes a second, and misses none", () => {
  let changes = 0;
  const seen: number[] = [];
  const changed = paced(() => seen.push(changes));
  for (; changes < 100; changes++) {
    changed();
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(PACE_MS);
  expect(seen.length).toBeLessThanOrEqual(21);
  expect(seen.at(-1)).toBeGreaterThanOrEqual(99);
});
