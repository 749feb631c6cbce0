import { beforeEach, expect, test } from "vitest";
import { Sessions, type Conversation } from "../../src/session/sessions.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const EVERY_MS = 1000;

/** A conversation that notes when it is looked at. */
class Watched implements Conversation {
  readonly looks: number[] = [];
  readonly queuedBytes = 7;
  onTick(now: number): void {
    this.looks.push(now);
  }
  readonly identity = undefined;
  goAway(): void {}
  end(): void {}
  onChange(): void {}
  fail(): void {}
}

let clock: FakeClock;
let sessions: Sessions;
let also: number;

beforeEach(() => {
  clock = new FakeClock();
  also = 0;
  sessions = new Sessions(clock, EVERY_MS, () => void also++);
});

test("what waits to be read is summed up when somebody asks", () => {
  expect(sessions.queues).toEqual({ all: 0, most: 0 });
  add(3);
  expect(sessions.queues).toEqual({ all: 21, most: 7 });
});

function add(count: number): Watched[] {
  const made = Array.from({ length: count }, () => new Watched());
  for (const each of made) sessions.add(each);
  return made;
}

test("everybody is looked at once in a turn of the wheel, and not all at the same moment", async () => {
  const watched = add(100);
  await clock.pass(5 * EVERY_MS);
  for (const { looks } of watched) expect(looks).toHaveLength(5);
  const first = watched.map(({ looks }) => looks[0]);
  for (const moment of new Set(first)) {
    expect(first.filter((each) => each === moment).length).toBeLessThanOrEqual(10);
  }
  expect(also).toBe(5);
});

test("who left is looked at no more, and who comes is", async () => {
  const watched = new Watched();
  const slot = sessions.add(watched);
  expect(sessions.size).toBe(1);
  await clock.pass(EVERY_MS);
  sessions.delete(watched, slot);
  expect(sessions.size).toBe(0);
  expect(sessions.all()).toEqual([]);
  const [late] = add(1);
  await clock.pass(EVERY_MS);
  expect(watched.looks).toHaveLength(1);
  expect(late?.looks).toHaveLength(1);
});

test("after standing still, nobody is looked at before there was time to read what they said", async () => {
  const watched = add(20);
  await clock.pass(EVERY_MS);
  clock.sleep(60_000);
  await clock.pass(EVERY_MS * 0.9);
  for (const { looks } of watched) expect(looks).toHaveLength(1);
  await clock.pass(EVERY_MS * 1.2);
  for (const { looks } of watched) expect(looks.length).toBeGreaterThan(1);
});

test("one timer serves them all", () => {
  add(1000);
  expect(clock.timers).toBe(1);
});
