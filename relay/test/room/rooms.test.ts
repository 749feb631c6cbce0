import { beforeEach, describe, expect, test } from "vitest";
import { roomKeyOf, type Engine } from "../../src/engine/engine.ts";
import { memoryEngine } from "../../src/engine/memory/memory-engine.ts";
import { Flusher } from "../../src/room/flusher.ts";
import { pauseAfter } from "../../src/room/pace.ts";
import { Rooms, type Opened } from "../../src/room/rooms.ts";
import type { Room } from "../../src/room/room.ts";
import { roomName } from "../doubles/events.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { occupant } from "../doubles/fake-line.ts";

const LOBBY = roomName("lobby");
const LIMITS = {
  replayEvents: 100,
  pageDefault: 50,
  listedMembers: 10,
  presenceGraceMs: 5000,
  presenceEveryMs: 0,
  tailBytes: 100_000,
  stalledBytes: 10_000,
  lookEvery: 16,
};

let clock: FakeClock;
let engine: Engine;
let opens: number;
let release: (() => void)[];
let isHeld: boolean;
let isFailing: boolean;
let faults: unknown[];
let rooms: Rooms;

beforeEach(() => {
  clock = new FakeClock();
  opens = 0;
  release = [];
  isHeld = false;
  isFailing = false;
  faults = [];
  engine = memoryEngine({ retention: { count: 1000, ageMs: 1e12 }, clock });
  const { log } = engine;
  const head = log.head.bind(log);
  log.head = async (room) => {
    opens++;
    if (isHeld) await new Promise<void>((resolve) => release.push(resolve));
    if (isFailing) throw new Error("the disk is gone");
    return head(room);
  };
  const flusher = new Flusher(clock, { turnMs: 6, pauseAfter: (costMs) => pauseAfter(costMs, 20) });
  rooms = new Rooms({
    engine,
    clock,
    flusher,
    limitsOf: () => LIMITS,
    onFault: (error) => void faults.push(error),
  });
});

function use(name = LOBBY): Promise<Opened> {
  return new Promise((resolve) => rooms.use("default", name, resolve));
}

async function open(name = LOBBY): Promise<Room> {
  const opened = await use(name);
  if (!opened.ok) throw new Error("The room did not open.");
  return opened.room;
}

test("a room is opened once for all who ask, in the order in which they asked", async () => {
  isHeld = true;
  const order: number[] = [];
  for (let each = 0; each < 5; each++) rooms.use("default", LOBBY, () => order.push(each));
  await clock.settle();
  expect(order).toEqual([]);
  for (const go of release) go();
  await clock.settle();
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(opens).toBe(1);
});

test("an open room is used at once", async () => {
  const room = await open();
  let used: Opened | undefined;
  rooms.use("default", LOBBY, (opened) => (used = opened));
  expect(used).toEqual({ ok: true, room });
  expect(rooms.get("default", LOBBY)).toBe(room);
});

test("[P7] rooms of one name in two apps never meet", async () => {
  const here = await open();
  const there = await new Promise<Opened>((resolve) => rooms.use("other", LOBBY, resolve));
  expect(there).not.toEqual({ ok: true, room: here });
  expect(rooms.get("third", LOBBY)).toBeUndefined();
});

describe("a room that cannot be opened", () => {
  test("is told to all who wait, and opened anew by who asks next", async () => {
    isHeld = isFailing = true;
    const asked = [use(), use()];
    await clock.settle();
    for (const go of release) go();
    expect(await Promise.all(asked)).toEqual([{ ok: false }, { ok: false }]);
    expect(faults).toHaveLength(1);
    expect(rooms.size).toBe(0);
    isHeld = isFailing = false;
    expect((await use()).ok).toBe(true);
  });

  test("is not listened to any more", async () => {
    isFailing = true;
    await use();
    isFailing = false;
    const room = await open();
    room.enter(occupant("ann"), { epoch: room.state.epoch, seq: 0 });
    const ann = occupant("ann");
    room.enter(ann, { epoch: room.state.epoch, seq: 0 });
    engine.bus.publish(room.key, { type: "typing", user: { id: "bob", name: "Bob" }, on: true });
    await clock.settle();
    expect(ann.line.of("typing")).toHaveLength(1);
  });
});

test("[P3] what happens while a room is being opened is in it", async () => {
  isHeld = true;
  const opening = open();
  await clock.settle();
  const draft = { room: `default\nlobby`, id: "1", by: { id: "ann", name: "Ann" } };
  await engine.log.append([{ ...draft, content: { kind: "message", text: "early" } } as never]);
  for (const go of release) go();
  const room = await opening;
  expect(room.seq).toBe(1);
  expect((await room.entry("ann", undefined, 10)).messages).toHaveLength(1);
});

describe("[OV-13] a room that nobody is in", () => {
  async function sweep(ms: number): Promise<void> {
    await clock.pass(ms);
    rooms.sweep();
  }

  test("is forgotten soon if it was only looked at", async () => {
    await open();
    await sweep(0);
    await sweep(4000);
    expect(rooms.size).toBe(1);
    await sweep(1000);
    expect(rooms.size).toBe(0);
  });

  test("is forgotten after a while, and not before", async () => {
    const room = await open();
    room.attend({ id: "ann", name: "Ann" })();
    await sweep(60_000);
    await sweep(0);
    await sweep(29_000);
    expect(rooms.size).toBe(1);
    await sweep(1000);
    expect(rooms.size).toBe(0);
  });

  test("is kept while somebody is in it, or may come back unnoticed", async () => {
    const room = await open();
    const ann = occupant("ann");
    room.enter(ann, { epoch: room.state.epoch, seq: 0 });
    await sweep(0);
    await sweep(60_000);
    expect(rooms.size).toBe(1);
    room.leave(ann);
    await sweep(0);
    await sweep(5000);
    await sweep(29_000);
    expect(rooms.size).toBe(1);
    await sweep(1000);
    expect(rooms.size).toBe(0);
  });

  test("is kept while a plain client listens", async () => {
    const room = await open();
    const stop = room.watch({ onEvent: () => {}, onRenewed: () => {}, onClosed: () => {} });
    await sweep(0);
    await sweep(60_000);
    expect(rooms.size).toBe(1);
    stop();
    await sweep(0);
    await sweep(30_000);
    expect(rooms.size).toBe(0);
  });

  test("[P3] is not forgotten under the feet of who is just coming in", async () => {
    const room = await open();
    await sweep(0);
    await sweep(4999);
    expect(await open()).toBe(room);
    await sweep(10);
    expect(rooms.get("default", LOBBY)).toBe(room);
  });

  test("and nobody ever wrote to is not kept by an engine in memory", async () => {
    const before = process.memoryUsage().heapUsed;
    for (let each = 0; each < 100_000; each++) {
      const key = roomKeyOf("default", roomName(`never-${each}`));
      await engine.log.page(key, 50);
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(40e6);
  });

  test("leaves nothing behind", async () => {
    for (let each = 0; each < 1000; each++) await open(roomName(`room-${each}`));
    const timers = clock.timers;
    await sweep(0);
    await sweep(30_000);
    expect(rooms.size).toBe(0);
    expect(clock.timers).toBeLessThanOrEqual(timers);
  });
});
