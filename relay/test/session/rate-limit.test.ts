import { expect, test } from "vitest";
import { Bucket } from "../../src/session/rate-limit.ts";

const RATE = { perSecond: 10, burst: 5 };

test("a burst passes at once, then one says how long to wait", () => {
  const bucket = new Bucket(RATE, 0);
  for (let at = 0; at < 5; at++) expect(bucket.take(RATE, 0)).toBe(0);
  expect(bucket.take(RATE, 0)).toBe(100);
});

test("who waits as long as told is let through, and not a millisecond earlier", () => {
  const bucket = new Bucket(RATE, 0);
  for (let at = 0; at < 5; at++) bucket.take(RATE, 0);
  const wait = bucket.take(RATE, 0);
  expect(bucket.take(RATE, wait - 1)).toBeGreaterThan(0);
  expect(bucket.take(RATE, wait)).toBe(0);
});

test("in the long run the rate holds", () => {
  const bucket = new Bucket(RATE, 0);
  let passed = 0;
  for (let now = 0; now < 10_000; now++) if (bucket.take(RATE, now) === 0) passed++;
  expect(passed).toBeGreaterThanOrEqual(104);
  expect(passed).toBeLessThanOrEqual(105);
});

test("a long silence saves up no more than a burst", () => {
  const bucket = new Bucket(RATE, 0);
  let passed = 0;
  while (bucket.take(RATE, 3_600_000) === 0) passed++;
  expect(passed).toBe(5);
});

test("what is spent beyond what there is has to be waited for", () => {
  const bucket = new Bucket(RATE, 0);
  expect(bucket.wait(RATE, 0)).toBe(0);
  bucket.spend(25);
  expect(bucket.wait(RATE, 0, 0)).toBe(2000);
  expect(bucket.take(RATE, 0)).toBe(2100);
  expect(bucket.wait(RATE, 2000, 0)).toBe(0);
  expect(bucket.take(RATE, 2100)).toBe(0);
});
