import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { pauseAfter, pauseLeft } from "../../src/room/pace.ts";

const ms = fc.double({ min: 0, max: 1e6, noNaN: true });

describe("a room rests", () => {
  test.each([
    { costMs: 0.01, pause: 0, why: "not at all, when it is small" },
    { costMs: 0.4, pause: 0, why: "not for less than a timer is worth" },
    { costMs: 3, pause: 6, why: "for twice of what its flush took" },
    { costMs: 5, pause: 10, why: "for twice of what its flush took" },
    { costMs: 100, pause: 20, why: "for no longer than it is allowed to" },
  ])("$why: $costMs ms → $pause ms", ({ costMs, pause }) => {
    expect(pauseAfter(costMs, 20)).toBe(pause);
  });

  test("never, where the operator wants no pause", () => {
    fc.assert(
      fc.property(ms, (costMs) => {
        expect(pauseAfter(costMs, 0)).toBe(0);
      }),
    );
  });

  test("never longer for a cheaper flush, and never over the bound", () => {
    fc.assert(
      fc.property(ms, ms, ms, (a, b, maxPauseMs) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(pauseAfter(less, maxPauseMs)).toBeLessThanOrEqual(pauseAfter(more, maxPauseMs));
        expect(pauseAfter(more, maxPauseMs)).toBeLessThanOrEqual(maxPauseMs);
      }),
    );
  });
});

describe("a packet waits", () => {
  test("not at all in a quiet room", () => {
    expect(pauseLeft(1, 100, 100)).toBe(0);
    expect(pauseLeft(1, 100, 5000)).toBe(0);
  });

  test("for the rest of the pause in a busy one", () => {
    expect(pauseLeft(1, 110, 100)).toBe(10);
    expect(pauseLeft(31, 110, 100)).toBe(10);
  });

  test("no longer, once the frame is full", () => {
    expect(pauseLeft(32, 110, 100)).toBe(0);
    expect(pauseLeft(500, 110, 100)).toBe(0);
  });
});
