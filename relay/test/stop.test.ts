import { beforeEach, describe, expect, test } from "vitest";
import { Sessions, type Conversation, type Slot } from "../src/session/sessions.ts";
import { stopGently } from "../src/stop.ts";
import { FakeClock } from "./doubles/fake-clock.ts";

class Talk implements Conversation {
  readonly #sessions: Sessions;
  readonly #clock: FakeClock;
  readonly #slot: Slot;
  readonly identity = undefined;
  toldAt: number | undefined;
  within: number | undefined;
  ended: { code: number; at: number } | undefined;
  readonly queuedBytes = 0;
  /** How long its peer takes to answer a close. */
  lingerMs = 0;

  constructor(sessions: Sessions, clock: FakeClock) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#slot = sessions.add(this);
  }

  onTick(): void {
    // Time alone does nothing to it.
  }

  goAway(within: number): void {
    this.within = within;
    this.toldAt = this.#clock.monotonic();
  }

  end(code: number): void {
    this.ended ??= { code, at: this.#clock.monotonic() };
    if (this.lingerMs === 0) this.leave();
    else this.#clock.after(this.lingerMs, () => this.leave());
  }

  onChange(): void {}

  fail(code: number): void {
    this.end(code);
  }

  /** It went by itself, or its end has arrived. */
  leave(): void {
    this.#sessions.delete(this, this.#slot);
  }
}

let clock: FakeClock;
let sessions: Sessions;
let talks: Talk[];
let order: string[];

beforeEach(() => {
  clock = new FakeClock();
  sessions = new Sessions(clock, 1000, () => {});
  talks = Array.from({ length: 200 }, () => new Talk(sessions, clock));
  order = [];
});

function stop(drainMs: number): Promise<void> {
  return stopGently({
    sessions,
    clock,
    drainMs,
    closers: [() => void order.push("first"), () => Promise.resolve(void order.push("second"))],
    engine: { close: () => Promise.resolve(void order.push("engine")) } as never,
  });
}

describe("[OPS3] [P8] a relay that is told to stop", () => {
  test("says so to everybody at once, and ends nobody for the moment", async () => {
    void stop(10_000);
    await clock.settle();
    expect(order).toEqual([]);
    expect(talks.every(({ toldAt, within }) => toldAt === 0 && within === 7000)).toBe(true);
    expect(talks.filter(({ ended }) => ended)).toEqual([]);
    await clock.pass(20_000);
  });

  test("ends nobody who may still go by themselves, and then those who stay with 1012, spread over what is left", async () => {
    const stopping = stop(10_000);
    await clock.pass(11_000);
    await stopping;
    expect(talks.every(({ ended }) => ended?.code === 1012)).toBe(true);
    const bySecond = new Map<number, number>();
    for (const { ended } of talks) {
      const second = Math.floor((ended?.at ?? 0) / 1000);
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
    }
    expect([...bySecond.keys()].sort((a, b) => a - b)).toEqual([7, 8, 9]);
    expect(Math.max(...bySecond.values())).toBeLessThanOrEqual(80);
    expect(Math.max(...talks.map(({ ended }) => ended?.at ?? 0))).toBeLessThanOrEqual(10_000);
  });

  test("spreads also over peers that take their time to answer", async () => {
    for (const talk of talks) talk.lingerMs = 5000;
    const stopping = stop(10_000);
    await clock.pass(20_000);
    await stopping;
    const moments = new Set(talks.map(({ ended }) => ended?.at));
    expect(moments.size).toBe(20);
    expect(Math.max(...talks.map(({ ended }) => ended?.at ?? 0))).toBeLessThanOrEqual(10_000);
  });

  test("does not wait once all have gone by themselves", async () => {
    const stopping = stop(10_000);
    await clock.settle();
    for (const talk of talks) talk.leave();
    await clock.pass(600);
    await stopping;
    expect(talks.filter(({ ended }) => ended)).toEqual([]);
  });

  test("ends also those who came meanwhile", async () => {
    const stopping = stop(10_000);
    await clock.pass(5000);
    const late = new Talk(sessions, clock);
    await clock.pass(6000);
    await stopping;
    expect(late.ended?.code).toBe(1012);
  });

  test("without a drain time ends all at once", async () => {
    const stopping = stop(0);
    await clock.pass(100);
    await stopping;
    expect(talks.every(({ ended }) => ended?.code === 1012 && ended.at === 0)).toBe(true);
  });

  test("closes the doors after that, and the engine last of all", async () => {
    const stopping = stop(0);
    await clock.pass(1000);
    await stopping;
    expect(order).toEqual(["first", "second", "engine"]);
    expect(clock.timers).toBe(0);
  });
});
