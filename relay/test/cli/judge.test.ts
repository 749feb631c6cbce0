import { describe, expect, test } from "vitest";
import { bottleneckOf, nextPeople, sentences, type Machine, type Step } from "../../src/cli/bench/judge.ts";

const MACHINE: Machine = { cores: 2, memoryBytes: 2 ** 30, descriptors: 10_000, fsyncMs: 1 };
const STEP: Step = {
  people: 1000,
  messagesPerSecond: 50,
  deliveriesPerSecond: 1000,
  p50: 2,
  p99: 20,
  relayLoop: 0.1,
  relayCpu: 0.1,
  loadCpu: 0.1,
  loadLoop: 0.1,
  relayBytes: 1e8,
};

describe("what ends a bench", () => {
  test.each<[Partial<Step>, Partial<Machine>, string | undefined]>([
    [{}, {}, undefined],
    [{ relayLoop: 0.9 }, {}, "relay CPU"],
    [{ relayBytes: 9e8, relayLoop: 0.9 }, {}, "memory"],
    [{ p99: 400, relayCpu: 0.9, loadCpu: 1 }, {}, "machine CPU"],
    [{ p99: 400, loadLoop: 0.95, loadCpu: 1 }, {}, "load generator"],
    [{ p99: 400 }, { fsyncMs: 60 }, "disk"],
    [{ p99: 400 }, {}, "latency"],
    [{ p99: 200 }, { fsyncMs: 60 }, undefined],
  ])("%j on %j: %s", (step, machine, bottleneck) => {
    expect(bottleneckOf({ ...STEP, ...step }, { ...MACHINE, ...machine })).toBe(bottleneck);
  });

  test("people come in ever smaller steps, and never more than there are file descriptors for", () => {
    expect(nextPeople(undefined, MACHINE)).toBe(200);
    expect(nextPeople({ ...STEP, relayLoop: 0.01 }, MACHINE)).toBe(4000);
    expect(nextPeople({ ...STEP, relayLoop: 0.7 }, MACHINE)).toBe(1300);
    expect(nextPeople({ ...STEP, people: 9000, relayLoop: 0.1 }, MACHINE)).toBe(9936);
    expect(nextPeople({ ...STEP, people: 9936 }, MACHINE)).toBeUndefined();
    expect(nextPeople(undefined, { ...MACHINE, descriptors: 64 })).toBeUndefined();
  });

  test("who stopped for want of time says `at least`, and never that something gave out", () => {
    const talk = { roomSize: 20, everySeconds: 20 };
    expect(sentences({ people: 1200, bottleneck: "time" }, talk)[0]).toContain("at least 1,200 people");
    expect(sentences({ people: 1200, bottleneck: "relay CPU" }, talk)[0]).toContain("about 1,200 people");
    for (const sentence of sentences({ people: 1, bottleneck: "memory" }, talk))
      expect(sentence).toMatch(/\.$/);
  });
});
