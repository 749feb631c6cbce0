import { describe, expect, test } from "vitest";
import { CALM, pressureAfter, type LoadSample, type Pressure } from "../../src/telemetry/pressure.ts";

const MARKS = { residentBytes: 1000, heapShare: 0.9, loopDelayMs: 500 };
const QUIET: LoadSample = { residentBytes: 100, heapBytes: 10, heapLimitBytes: 100, loopDelayMs: 1 };

/** What samples come to that are taken once a second. */
function after(...samples: Partial<LoadSample>[]): Pressure {
  return samples.reduce<Pressure>(
    (before, sample, at) => pressureAfter(before, { ...QUIET, ...sample }, MARKS, at * 1000),
    CALM,
  );
}

const slow = { loopDelayMs: 600 };

describe("[LIM9] a relay that has too much to do", () => {
  test.each<[string, Partial<LoadSample>]>([
    ["memory", { residentBytes: 1001 }],
    ["heap", { heapBytes: 91 }],
  ])("sheds at once for %s past its mark", (strain, sample) => {
    expect(after({}, sample)).toEqual({ state: "shedding", strain });
  });

  test("sheds for a loop that was late three seconds in a row", () => {
    expect(after(slow, slow).state).toBe("calm");
    expect(after(slow, slow, slow)).toEqual({ state: "shedding", strain: "event-loop" });
  });

  test("does not shed at the mark, nor for bad seconds between good ones", () => {
    const atMark = { residentBytes: 1000, heapBytes: 90, loopDelayMs: 500 };
    expect(after(atMark, atMark, atMark, atMark).state).toBe("calm");
    expect(after(slow, slow, {}, slow, slow, {}, slow).state).toBe("calm");
  });

  test("goes on shedding just below the mark, and until all marks are well kept", () => {
    const below = { loopDelayMs: 450 };
    expect(after(slow, slow, slow, below, below, below, below, below).state).toBe("shedding");
    const full = { residentBytes: 900 };
    expect(after(slow, slow, slow, full, full, full, full)).toMatchObject({ strain: "memory" });
    expect(after(full).state).toBe("calm");
  });

  test("lets people in again after three good seconds, and counts anew after a bad one", () => {
    expect(after(slow, slow, slow, {}, {}, {}).state).toBe("shedding");
    expect(after(slow, slow, slow, {}, {}, {}, {})).toEqual(CALM);
    expect(after(slow, slow, slow, {}, {}, {}, slow, {}, {}, {}).state).toBe("shedding");
    expect(after(slow, slow, slow, {}, {}, {}, {}, slow, slow).state).toBe("calm");
  });
});
