import { beforeEach, describe, expect, test } from "vitest";
import type { Member } from "@natter/sdk/protocol";
import { roomKeyOf, type Content, type Engine } from "../../src/engine/engine.ts";
import { memoryEngine } from "../../src/engine/memory/memory-engine.ts";
import { Flusher } from "../../src/room/flusher.ts";
import { Rooms, type Opened } from "../../src/room/rooms.ts";
import type { Room, RoomLimits } from "../../src/room/room.ts";
import { roomName } from "../doubles/events.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { occupant } from "../doubles/fake-line.ts";

const LIMITS: RoomLimits = {
  replayEvents: 10,
  pageDefault: 50,
  listedMembers: 5,
  presenceGraceMs: 5000,
  presenceEveryMs: 0,
  tailBytes: 100_000,
  stalledBytes: 100_000,
  lookEvery: 16,
};
const LOBBY = roomName("lobby");
const KEY = roomKeyOf("default", LOBBY);

let clock: FakeClock;
let engine: Engine;
let rooms: Rooms;
let room: Room;
let ids: number;
let epochs: number;

beforeEach(async () => {
  clock = new FakeClock();
  ids = epochs = 0;
  engine = memoryEngine({
    retention: { count: 1000, ageMs: 1e12 },
    clock,
    newEpoch: () => `epoch-${++epochs}`,
  });
  await open();
});

/** Has a relay open the room as it is now. */
async function open(): Promise<void> {
  rooms = new Rooms({
    engine,
    clock,
    flusher: new Flusher(clock, { turnMs: 6, pauseAfter: () => 0 }),
    limitsOf: () => LIMITS,
    onFault: (error) => {
      throw error;
    },
  });
  const opened = await use();
  if (!opened.ok) throw new Error("The room did not open.");
  room = opened.room;
}

function use(): Promise<Opened> {
  return new Promise((resolve) => rooms.use("default", LOBBY, resolve));
}

async function write(content: Content, by: Member = { id: "mia", name: "mia" }): Promise<void> {
  await engine.log.append([{ room: KEY, id: `id-${++ids}`, by, content }]);
}

async function post(count = 1): Promise<void> {
  for (let each = 0; each < count; each++) await write({ kind: "message", text: `text ${ids + 1}` });
}

function ban(user: string, more: object = {}): Content {
  return { kind: "moderation", action: "ban", user, ...more };
}

/** Has things happen of which the bus brings nothing. */
async function unheard(happen: () => Promise<void>): Promise<void> {
  const { publish } = engine.bus;
  engine.bus.publish = () => {};
  await happen();
  engine.bus.publish = publish.bind(engine.bus);
}

/** The bus says that it has lost its place, as the log stands now. */
async function lose(): Promise<void> {
  const { epoch, seq } = await engine.log.head(KEY);
  room.onItem({ type: "lost", epoch, seq });
}

async function enter(id: string): Promise<ReturnType<typeof occupant>> {
  const who = occupant(id);
  const { epoch, seq } = await room.entry(id, undefined, 10);
  room.enter(who, { epoch, seq });
  await clock.settle();
  return who;
}

/** Makes the answer of a read wait until the returned function is called. */
function hold(name: "after" | "head"): () => void {
  let go = (): void => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  const { log } = engine;
  const read = log[name].bind(log) as (...args: unknown[]) => Promise<never>;
  log[name] = async (...args: unknown[]) => {
    const answer = await read(...args);
    await held;
    return answer;
  };
  return go;
}

function breakLog(): () => void {
  const { after } = engine.log;
  engine.log.after = () => Promise.reject(new Error("away"));
  return () => (engine.log.after = after.bind(engine.log));
}

describe("a room whose bus has lost its place", () => {
  test("[P3] tells everybody what they have not been told, once and in order", async () => {
    const ann = await enter("ann");
    await post(2);
    await unheard(() => post(4));
    await lose();
    await clock.pass(100);
    await post(2);
    await clock.pass(100);
    expect(ann.line.seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(ann.line.of("reset")).toEqual([]);
  });

  test("[P3] loses nothing of what comes while it reads, and tells nothing twice", async () => {
    const ann = await enter("ann");
    await unheard(() => post(3));
    const go = hold("after");
    await lose();
    await post(3);
    await clock.settle();
    expect(ann.line.seqs).toEqual([]);
    go();
    await clock.pass(100);
    expect(ann.line.seqs).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("puts out whom it has not heard to be kicked, and says so to plain clients too", async () => {
    const ann = await enter("ann");
    const heard: string[] = [];
    room.watch({ onEvent: ({ kind }) => void heard.push(kind), onRenewed: () => {}, onClosed: () => {} });
    await unheard(() => write({ kind: "moderation", action: "kick", user: "ann" }));
    await lose();
    await clock.pass(100);
    expect(ann.line.of("left")).toMatchObject([{ code: "kicked" }]);
    expect(ann.removals).toBe(1);
    expect(heard).toEqual(["moderation"]);
  });

  test("[P4] judges by what holds now", async () => {
    await unheard(async () => {
      await write({ kind: "settings", change: { locked: true, title: "Quiet" } });
      await write({ kind: "moderation", action: "mute", user: "bob" });
    });
    await lose();
    await clock.settle();
    expect(room.state.settings).toEqual({ locked: true, title: "Quiet" });
    expect(room.state.restrictions("bob")).toMatchObject([{ kind: "mute" }]);
  });

  test("shows who is here", async () => {
    const ann = await enter("ann");
    const zoe = { id: "zoe", name: "Zoe" };
    engine.presence.enter(KEY, zoe);
    await clock.settle();
    engine.presence.look = () => Promise.resolve({ count: 1, members: [{ id: "bob", name: "Bob" }] });
    await lose();
    await clock.settle();
    expect((await room.members()).map(({ id }) => id)).toEqual(["ann", "bob"]);
    expect(ann.line.of("presence").at(-1)).toMatchObject({
      count: 2,
      joined: [{ id: "bob" }],
      left: ["zoe"],
    });
  });

  test("says of those who are here by way of it that they are, if the engine has lost them", async () => {
    await enter("ann");
    engine.presence.leave(KEY, "ann");
    await lose();
    await clock.settle();
    expect((await engine.presence.list(KEY)).map(({ id }) => id)).toEqual(["ann"]);
  });

  test("that has missed nothing tells nobody anything", async () => {
    const ann = await enter("ann");
    await post(3);
    await clock.settle();
    const before = ann.line.frames.length;
    await lose();
    await clock.pass(100);
    expect(ann.line.frames).toHaveLength(before);
    expect(room.isWhole).toBe(true);
  });
});

describe("a room that has missed more than the log tells in one piece", () => {
  test("gives its members the newest page, with what holds now", async () => {
    const ann = await enter("ann");
    await unheard(async () => {
      await write({ kind: "settings", change: { title: "New" } });
      await post(20);
    });
    await lose();
    await clock.pass(100);
    const [reset] = ann.line.of("reset");
    expect(reset).toMatchObject({ epoch: "epoch-1", seq: 21, settings: { title: "New" } });
    expect(reset?.messages).toHaveLength(20);
    await post();
    await clock.pass(100);
    expect(ann.line.seqs).toEqual([22]);
  });

  test("[P4] puts out who is banned by now, and tells them until when and why", async () => {
    const ann = await enter("ann");
    const bob = await enter("bob");
    let renewals = 0;
    room.watch({ onEvent: () => {}, onRenewed: () => renewals++, onClosed: () => {} });
    await unheard(async () => {
      await write(ban("ann", { until: clock.now() + 60_000, reason: "spam" }));
      await write(ban("bob", { until: clock.now() - 1 }));
      await post(20);
    });
    await lose();
    await clock.pass(100);
    expect(ann.line.of("left")).toMatchObject([
      { code: "banned", reason: "spam", retryAfter: 60_000, message: "A moderator has banned you: spam" },
    ]);
    expect(ann.removals).toBe(1);
    expect(bob.line.of("left")).toEqual([]);
    expect(renewals).toBe(1);
  });

  test("knows who has just written in slow mode", async () => {
    await unheard(async () => {
      await write({ kind: "settings", change: { slowMode: 60 } });
      await post(20);
    });
    await lose();
    await clock.settle();
    expect(room.state.lastPostAt("mia")).toBe(clock.now());
  });
});

describe("a room whose log is another one now", () => {
  async function wipe(): Promise<void> {
    await unheard(async () => {
      await engine.registry.drop(KEY, { user: "root" });
      await post(2);
    });
  }

  test("gives everybody the new one", async () => {
    await write({ kind: "settings", change: { title: "Old" } });
    await post(2);
    const ann = await enter("ann");
    await wipe();
    await lose();
    await clock.pass(100);
    expect(ann.line.of("reset")).toMatchObject([{ epoch: "epoch-2", seq: 2, settings: {} }]);
    await post();
    await clock.pass(100);
    expect(ann.line.seqs).toEqual([3]);
  });

  test("finds out by itself when somebody comes who was told of it", async () => {
    await post(5);
    const ann = await enter("ann");
    await wipe();
    // Not the page that is at hand.
    const { epoch, seq } = await room.entry("bob", undefined, 20);
    expect({ epoch, seq }).toEqual({ epoch: "epoch-2", seq: 2 });
    expect(room.state.epoch).toBe("epoch-2");
    await clock.pass(100);
    expect(ann.line.of("reset")).toMatchObject([{ epoch: "epoch-2" }]);
  });

  test("lets nobody go on in it from a place in the one before", async () => {
    await post(5);
    const { epoch, seq } = await room.entry("bob", undefined, 10);
    await wipe();
    await unheard(() => post(8));
    await lose();
    await clock.settle();
    const bob = occupant("bob");
    room.enter(bob, { epoch, seq });
    await clock.pass(100);
    expect(bob.line.seqs).toEqual([]);
    expect(bob.line.of("reset")).toMatchObject([{ epoch: "epoch-2", seq: 10 }]);
  });

  test("of the same name, but shorter, is another one too", async () => {
    await post(5);
    const ann = await enter("ann");
    await unheard(async () => {
      await engine.registry.drop(KEY, { user: "root" });
      await post(1);
    });
    const head = engine.log.head.bind(engine.log);
    const page = engine.log.page.bind(engine.log);
    engine.log.head = async (key) => ({ ...(await head(key)), epoch: "epoch-1" });
    engine.log.page = async (...args) => ({ ...(await page(...args)), epoch: "epoch-1" });
    await lose();
    await clock.pass(100);
    expect(ann.line.of("reset")).toMatchObject([{ seq: 1 }]);
  });
});

describe("whoever uses a room that may have missed something", () => {
  test("[P4] waits until it knows what", async () => {
    await unheard(() => write(ban("ann")));
    const go = hold("after");
    await lose();
    let used: Opened | undefined;
    rooms.use("default", LOBBY, (opened) => (used = opened));
    await clock.settle();
    expect(used).toBeUndefined();
    go();
    await clock.settle();
    expect(used).toEqual({ ok: true, room });
    expect(room.state.restrictions("ann")).toMatchObject([{ kind: "ban" }]);
  });

  test("is told so when the log cannot be read, until it can", async () => {
    const ann = await enter("ann");
    await unheard(() => post(3));
    const mend = breakLog();
    await lose();
    expect(await use()).toEqual({ ok: false });
    await clock.pass(5000);
    expect(await use()).toEqual({ ok: false });
    expect(ann.line.of("left")).toEqual([]);
    mend();
    await clock.pass(1000);
    expect(await use()).toEqual({ ok: true, room });
    expect(ann.line.seqs).toEqual([1, 2, 3]);
  });

  test("keeps it open meanwhile", async () => {
    const mend = breakLog();
    await lose();
    await clock.pass(60_000);
    rooms.sweep();
    await clock.pass(60_000);
    rooms.sweep();
    expect(rooms.size).toBe(1);
    mend();
    await clock.pass(1000);
    rooms.sweep();
    await clock.pass(60_000);
    rooms.sweep();
    expect(rooms.size).toBe(0);
  });
});

describe("a log that is ahead of its room", () => {
  test("is not shown beside settings that are older", async () => {
    await unheard(() => write({ kind: "settings", change: { title: "New" } }));
    const entry = room.entry("ann", undefined, 10);
    await clock.pass(1000);
    expect((await entry).seq).toBe(1);
    expect(room.state.settings).toEqual({ title: "New" });
  });

  test("is waited for as long as its news may be on their way", async () => {
    let reads = 0;
    const after = engine.log.after.bind(engine.log);
    engine.log.after = (...args) => {
      reads++;
      return after(...args);
    };
    await unheard(() => post());
    const entry = room.entry("ann", undefined, 10);
    await clock.pass(100);
    const replay = await after(KEY, "epoch-1", 0, 1);
    if (replay.ok && replay.events[0])
      room.onItem({ type: "event", epoch: "epoch-1", event: replay.events[0] });
    expect((await entry).seq).toBe(1);
    expect(reads).toBe(0);
  });

  test("[P4] tells nobody behind what comes after a ban that the room has not heard of", async () => {
    await post(3);
    await open();
    let go = (): void => {};
    const held = new Promise<void>((resolve) => (go = resolve));
    const after = engine.log.after.bind(engine.log);
    engine.log.after = async (...args) => {
      await held;
      return after(...args);
    };
    const ann = occupant("ann");
    // Behind what the room has at hand, so that the log is read for them.
    room.enter(ann, { epoch: "epoch-1", seq: 1 });
    await clock.settle();
    await unheard(async () => {
      await write(ban("ann"));
      await post(2);
    });
    go();
    await clock.settle();
    expect(ann.line.seqs).toEqual([2, 3]);
    await lose();
    await clock.pass(100);
    expect(ann.line.seqs).toEqual([2, 3, 4]);
    expect(ann.line.of("left")).toMatchObject([{ code: "banned" }]);
  });
});

test("slow mode counts what somebody has written by way of another relay", async () => {
  await write({ kind: "settings", change: { slowMode: 60 } });
  await post();
  expect(room.state.lastPostAt("mia")).toBe(clock.now());
});

test("a deletion of the room while it reads is not undone by what was read before", async () => {
  await post(3);
  const ann = await enter("ann");
  await unheard(() => post(2));
  const go = hold("after");
  await lose();
  await clock.settle();
  await engine.registry.drop(KEY, { user: "root" });
  expect(ann.line.of("left")).toMatchObject([{ code: "room-closed" }]);
  go();
  await clock.pass(100);
  expect(room.state.epoch).toBe("epoch-2");
  expect(room.seq).toBe(0);
  const bob = await enter("bob");
  await post();
  await clock.settle();
  expect(bob.line.seqs).toEqual([1]);
});
