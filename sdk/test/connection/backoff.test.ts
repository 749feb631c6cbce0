import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "../../src/connection/backoff.ts";

test("[SDK3] the window is one second, two, four … and at most twenty, and chance uses all of it", () => {
  const windows = Array.from({ length: 8 }, (_, attempt) => backoffMs(attempt, 1));
  expect(windows).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]);
  expect(backoffMs(3, 0)).toBe(0);
});

test("however often it failed, the wait is a whole number of ms from 0 to 20 s", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = backoffMs(attempt, random);
      expect(Number.isInteger(wait) && wait >= 0 && wait <= 20_000).toBe(true);
    }),
  );
});

test("[P8] [SD-04] ten thousand clients that lost the same relay come back spread evenly", () => {
  const seconds = new Map<number, number>();
  for (let client = 0; client < 10_000; client++) {
    const second = Math.floor(backoffMs(5, client / 10_000) / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  expect(Math.max(...seconds.values())).toBeLessThanOrEqual(1_500);
});
