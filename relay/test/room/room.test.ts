import { beforeEach, describe, expect, test } from "vitest";
import type { Member, RoomEvent } from "@natter/sdk/protocol";
import { roomKeyOf, type Content, type Engine } from "../../src/engine/engine.ts";
import { memoryEngine } from "../../src/engine/memory/memory-engine.ts";
import { Flusher } from "../../src/room/flusher.ts";
import { pauseAfter } from "../../src/room/pace.ts";
import { readHoldings } from "../../src/room/holdings.ts";
import { Room, type RoomLimits } from "../../src/room/room.ts";
import { message, roomName } from "../doubles/events.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { occupant } from "../doubles/fake-line.ts";

const LIMITS: RoomLimits = {
  replayEvents: 20,
  pageDefault: 50,
  listedMembers: 5,
  presenceGraceMs: 5000,
  presenceEveryMs: 0,
  tailBytes: 100_000,
  stalledBytes: 2000,
  lookEvery: 16,
};
const LOBBY = roomName("lobby");
const KEY = roomKeyOf("default", LOBBY);

let clock: FakeClock;
let engine: Engine;
let room: Room;
let ids: number;

beforeEach(async () => {
  clock = new FakeClock();
  ids = 0;
  engine = memoryEngine({ retention: { count: 1000, ageMs: 1e12 }, clock, newEpoch: () => "epoch-1" });
  room = await open();
});

async function open(limits: Partial<RoomLimits> = {}): Promise<Room> {
  const holdings = await readHoldings(engine, KEY, clock.now());
  const flusher = new Flusher(clock, { turnMs: 6, pauseAfter: (costMs) => pauseAfter(costMs, 20) });
  const roomLimits = { ...LIMITS, ...limits };
  const made = new Room({ key: KEY, name: LOBBY, engine, clock, flusher, limits: roomLimits, holdings });
  await engine.bus.subscribe(KEY, (item) => made.onItem(item));
  return made;
}

async function write(content: Content, by: Member = { id: "mia", name: "mia" }): Promise<void> {
  await engine.log.append([{ room: KEY, id: `id-${++ids}`, by, content }]);
}

async function post(count = 1): Promise<void> {
  for (let each = 0; each < count; each++) await write({ kind: "message", text: `text ${ids + 1}` });
}

type Somebody = ReturnType<typeof occupant>;

function enter(id: string, seq = room.seq): Somebody {
  const who = occupant(id);
  room.enter(who, { epoch: room.state.epoch, seq });
  return who;
}

/** Makes the log's next answers wait until the returned function is called. */
function holdLog(): () => void {
  let go = (): void => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  const { log } = engine;
  for (const name of ["after", "page"] as const) {
    const read = log[name].bind(log) as (...args: unknown[]) => Promise<never>;
    log[name] = async (...args: unknown[]) => {
      const answer = await read(...args);
      await held;
      return answer;
    };
  }
  return go;
}

describe("[P3] everybody is told everything once and in order", () => {
  test("with more missed than the tail holds, from the log", async () => {
    await post(15);
    room = await open();
    const ann = enter("ann", 2);
    await clock.settle();
    await post();
    await clock.pass(100);
    expect(ann.line.seqs).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  test("with more missed than is replayed, by the newest page and a word about it", async () => {
    await post(30);
    room = await open();
    const ann = enter("ann", 2);
    await clock.settle();
    await post();
    await clock.pass(100);
    expect(ann.line.of("reset")).toMatchObject([{ room: "lobby", epoch: "epoch-1", seq: 30, more: false }]);
    expect(ann.line.of("reset")[0]?.messages).toHaveLength(30);
    expect(ann.line.seqs).toEqual([31]);
  });

  test("while the log is slow and the room goes on", async () => {
    await post(10);
    room = await open();
    const go = holdLog();
    const ann = enter("ann", 4);
    await clock.settle();
    await post(5);
    await clock.settle();
    expect(ann.line.seqs).toEqual([]);
    go();
    await clock.pass(200);
    expect(ann.line.seqs).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  test("while the log fails for a while", async () => {
    await post(10);
    room = await open();
    const { after } = engine.log;
    engine.log.after = () => Promise.reject(new Error("the disk is away"));
    const ann = enter("ann", 4);
    await clock.pass(1000);
    engine.log.after = after.bind(engine.log);
    await clock.pass(1000);
    expect(ann.line.seqs).toEqual([5, 6, 7, 8, 9, 10]);
  });

  test("when an event never came by the bus", async () => {
    const ann = enter("ann");
    await post(2);
    await clock.settle();
    const { publish } = engine.bus;
    engine.bus.publish = () => {};
    await post(2);
    engine.bus.publish = publish.bind(engine.bus);
    await post();
    await clock.pass(200);
    expect(ann.line.seqs).toEqual([1, 2, 3, 4, 5]);
  });

  test("when an event comes by the bus twice, or late", async () => {
    const ann = enter("ann");
    await post(3);
    const replay = await engine.log.after(KEY, "epoch-1", 0, 10);
    const [first, second, third] = replay.ok ? replay.events : [];
    for (const event of [third, first, second, first]) {
      if (event) room.onItem({ type: "event", epoch: "epoch-1", event });
      expect(room.seq).toBe(3);
    }
    await post();
    await clock.settle();
    expect(ann.line.seqs).toEqual([1, 2, 3, 4]);
  });

  test("when the log is another one, from its newest page", async () => {
    await post(3);
    const ann = enter("ann");
    const bob = enter("bob");
    await room.entry("ann", undefined, undefined);
    wipe();
    await clock.pass(200);
    for (const who of [ann, bob]) {
      expect(who.line.of("reset")).toMatchObject([{ epoch: "epoch-2", seq: 3, messages: [] }]);
      expect(who.line.seqs).toEqual([]);
    }
  });

  test("when the log becomes another one while it is being read", async () => {
    await post(10);
    room = await open();
    const go = holdLog();
    const ann = enter("ann", 4);
    await clock.settle();
    wipe(2);
    await clock.settle();
    go();
    await clock.pass(300);
    expect(ann.line.of("reset").map(({ epoch }) => epoch)).toEqual(["epoch-2"]);
    expect(ann.line.seqs).toEqual([]);
  });
});

/** Another log takes the place of this one, and stands at `seq` after its first news. */
function wipe(seq = 3): void {
  engine.log.page = () => Promise.resolve({ epoch: "epoch-2", seq, messages: [], more: false });
  engine.log.after = () => Promise.resolve({ ok: false });
  const holdings = { settings: {}, pins: [], restrictions: new Map() };
  engine.log.head = () => Promise.resolve({ epoch: "epoch-2", seq, ...holdings });
  room.onItem({ type: "event", epoch: "epoch-2", event: message(seq) });
}

describe("[P6] a line that does not drain", () => {
  test("is not filled from the log past its bound", async () => {
    await post(19);
    room = await open();
    const ann = occupant("ann");
    const packet = ann.line.packet.bind(ann.line);
    ann.line.packet = (json) => {
      packet(json);
      ann.line.bufferedBytes += json.length;
    };
    room.enter(ann, { epoch: room.state.epoch, seq: 0 });
    await clock.pass(500);
    expect(ann.line.bufferedBytes).toBeLessThan(LIMITS.stalledBytes + 300);
    for (let round = 0; round < 20; round++) {
      ann.line.bufferedBytes = 0;
      await clock.pass(100);
    }
    expect(ann.line.seqs).toEqual(Array.from({ length: 19 }, (_, at) => at + 1));
  });

  test("is served piece by piece, and what it cannot take yet is not read for it", async () => {
    await post(500);
    room = await open({ replayEvents: 1000, tailBytes: 1000 });
    let read = 0;
    const after = engine.log.after.bind(engine.log);
    engine.log.after = async (...args) => {
      const replay = await after(...args);
      read += replay.ok ? replay.events.length : 0;
      return replay;
    };
    const ann = enter("ann", 0);
    const packet = ann.line.packet.bind(ann.line);
    ann.line.packet = (json) => {
      packet(json);
      ann.line.bufferedBytes += json.length;
    };
    for (let round = 0; round < 100; round++) {
      ann.line.bufferedBytes = 0;
      await clock.pass(100);
    }
    expect(ann.line.seqs).toEqual(Array.from({ length: 500 }, (_, at) => at + 1));
    // The bound takes a dozen events: each is read some times, and not once for every dozen before it.
    expect(read).toBeLessThan(500 * 5);
  });

  test("misses no news of who is here", async () => {
    const ann = enter("ann");
    await clock.settle();
    ann.line.bufferedBytes = LIMITS.stalledBytes;
    enter("bob");
    await clock.settle();
    expect(ann.line.of("presence").flatMap(({ joined }) => joined?.map(({ id }) => id))).toEqual(["ann"]);
    ann.line.bufferedBytes = 0;
    await clock.pass(100);
    expect(ann.line.of("presence").at(-1)).toMatchObject({
      count: 2,
      joined: [{ id: "ann" }, { id: "bob" }],
    });
  });

  test("misses none when it catches up in the moment in which there is some", async () => {
    const ann = enter("ann");
    await clock.settle();
    ann.line.bufferedBytes = LIMITS.stalledBytes;
    await post();
    await clock.settle();
    enter("bob");
    ann.line.bufferedBytes = 0;
    await clock.pass(100);
    expect(ann.line.of("presence").at(-1)).toMatchObject({ count: 2 });
  });
});

describe("[P4] who is taken out hears no more", () => {
  const kick: Content = { kind: "moderation", action: "kick", user: "ann", reason: "spam" };

  test("than the event about it and why", async () => {
    const ann = enter("ann");
    const tab = enter("ann");
    const bob = enter("bob");
    await write({ kind: "message", text: "before" });
    await write(kick);
    await write({ kind: "message", text: "after" });
    await clock.settle();
    for (const who of [ann, tab]) {
      expect(who.line.seqs).toEqual([1, 2]);
      expect(who.line.packets.at(-1)).toMatchObject({ type: "left", code: "kicked", room: "lobby" });
      expect(who.line.of("left")[0]?.message).toContain("spam");
      expect(who.removals).toBe(1);
    }
    expect(bob.line.seqs).toEqual([1, 2, 3]);
    expect(bob.line.of("left")).toEqual([]);
  });

  test("and is gone from the list at once, without a grace", async () => {
    enter("ann");
    enter("ann");
    const bob = enter("bob");
    await clock.settle();
    await write(kick);
    await clock.pass(1);
    expect(bob.line.of("presence").at(-1)).toMatchObject({ count: 1, left: ["ann"] });
  });

  test("also when the log was being read for them", async () => {
    await post(10);
    room = await open();
    const go = holdLog();
    const ann = enter("ann", 4);
    await clock.settle();
    await write({ ...kick, action: "ban" });
    await clock.settle();
    go();
    await clock.pass(300);
    expect(ann.line.packets.map(({ type }) => type)).toEqual(["left"]);
  });

  test("also when a page was being read for them", async () => {
    await post(30);
    room = await open();
    const ann = enter("ann", 4);
    const go = holdLog();
    await clock.settle();
    room.leave(ann);
    go();
    await clock.pass(300);
    expect(ann.line.frames).toEqual([]);
  });
});

describe("presence", () => {
  test("a reload within the grace is noticed by nobody", async () => {
    const bob = enter("bob");
    const ann = enter("ann");
    await clock.settle();
    const before = bob.line.frames.length;
    room.leave(ann);
    await clock.pass(4900);
    enter("ann");
    await clock.pass(10_000);
    expect(bob.line.frames).toHaveLength(before);
    expect(room.count).toBe(2);
  });

  test("who is gone is told after the grace, also where timers fire a little early", async () => {
    clock.earlyMs = 0.7;
    const bob = enter("bob");
    const ann = enter("ann");
    await clock.settle();
    room.leave(ann);
    await clock.pass(6000);
    expect(bob.line.of("presence").at(-1)).toMatchObject({ count: 1, left: ["ann"] });
    expect(room.isIdle).toBe(false);
    room.leave(bob);
    await clock.pass(6000);
    expect(room.isIdle).toBe(true);
  });

  test("[PRES2] a wave of people is told in a few words, the first of them at once", async () => {
    room = await open({ presenceEveryMs: 250, listedMembers: 100 });
    const bob = enter("bob");
    await clock.pass(1000);
    bob.line.frames.length = 0;
    enter("user-0");
    await clock.settle();
    expect(bob.line.of("presence")).toMatchObject([{ count: 2, joined: [{ id: "user-0" }] }]);
    for (let each = 1; each < 50; each++) {
      enter(`user-${each}`);
      await clock.pass(10);
    }
    await clock.pass(250);
    const told = bob.line.of("presence");
    expect(told.length).toBeLessThanOrEqual(4);
    expect(told.at(-1)?.count).toBe(51);
    const joined = told.flatMap((news) => news.joined ?? []).map(({ id }) => id);
    expect(joined).toEqual(Array.from({ length: 50 }, (_, each) => `user-${each}`));
  });

  test("[PRES2] messages do not wait for news of who is here, nor bring them early", async () => {
    room = await open({ presenceEveryMs: 250 });
    const bob = enter("bob");
    await clock.pass(1000);
    enter("ann");
    await clock.settle();
    enter("cid");
    await post();
    await clock.settle();
    expect(bob.line.seqs).toEqual([1]);
    expect(bob.line.of("presence").at(-1)?.count).toBe(2);
    await clock.pass(250);
    expect(bob.line.of("presence").at(-1)?.count).toBe(3);
  });

  test("[PRES3] a large room tells its count, at most once a second", async () => {
    const bob = enter("bob");
    for (let each = 0; each < 6; each++) enter(`user-${each}`);
    await clock.settle();
    expect(bob.line.of("presence").at(-1)).toEqual({ type: "presence", room: "lobby", count: 7 });
    bob.line.frames.length = 0;
    for (let each = 0; each < 100; each++) {
      enter(`more-${each}`);
      await clock.pass(50);
    }
    await clock.pass(1000);
    const told = bob.line.of("presence");
    expect(told.length).toBeLessThanOrEqual(6);
    expect(told.at(-1)).toEqual({ type: "presence", room: "lobby", count: 107 });
    expect(room.listedMembers).toBeUndefined();
    expect(await room.members()).toHaveLength(107);
  });

  test("a new name or role is told", async () => {
    const bob = enter("bob");
    const ann = enter("ann");
    await clock.settle();
    room.rename(ann, { id: "ann", name: "Anna", role: "moderator" });
    await clock.settle();
    expect(bob.line.of("presence").at(-1)?.joined).toEqual([{ id: "ann", name: "Anna", role: "moderator" }]);
  });
});

test("a read marker is told to its own user alone", async () => {
  const ann = enter("ann");
  const tab = enter("ann");
  const bob = enter("bob");
  await post(3);
  engine.markers.mark(KEY, "ann", 2);
  engine.markers.mark(KEY, "ann", 1);
  await clock.settle();
  for (const who of [ann, tab])
    expect(who.line.of("read")).toEqual([{ type: "read", room: "lobby", seq: 2 }]);
  expect(bob.line.of("read")).toEqual([]);
});

describe("[P5] an erased message is told to nobody who comes later", () => {
  test("by replay or by page", async () => {
    await post(2);
    await write({ kind: "edit", target: 1, text: "edited words" });
    await room.entry("ann", undefined, 50);
    await write({ kind: "delete", target: 1 });
    const replay = await room.entry("ann", { epoch: "epoch-1", seq: 0 }, 50);
    const page = await room.entry("ann", undefined, 50);
    for (const told of [replay, page]) {
      expect(JSON.stringify(told)).not.toContain("text 1");
      expect(JSON.stringify(told)).not.toContain("edited words");
    }
    const events = (replay.eventsJson ?? []).map((json) => JSON.parse(json) as RoomEvent);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(page.messages?.map(({ seq }) => seq)).toEqual([1, 2]);
  });
});

describe("coming back", () => {
  const since = (seq: number, epoch = "epoch-1"): { epoch: string; seq: number } => ({ epoch, seq });

  test.each<[string, number, boolean]>([
    ["at the end", 30, true],
    ["one event ago", 29, true],
    ["as far back as is replayed", 10, true],
    ["one further", 9, false],
    ["at the beginning", 0, false],
    ["ahead of the log", 31, false],
    ["far ahead", Number.MAX_SAFE_INTEGER, false],
  ])("all or nothing: %s", async (_, seq, recovered) => {
    await post(30);
    for (const each of [room, await open()]) {
      const entry = await each.entry("ann", since(seq), undefined);
      expect(entry).toMatchObject({ recovered, seq: 30, epoch: "epoch-1" });
      expect(entry.eventsJson?.length).toBe(recovered ? 30 - seq : undefined);
      expect(entry.messages?.length).toBe(recovered ? undefined : 30);
    }
  });

  test("with the position of another log is no coming back", async () => {
    await post(3);
    for (const epoch of ["epoch-0", "", "__proto__"]) {
      expect((await room.entry("ann", since(3, epoch), undefined)).recovered).toBe(false);
    }
  });

  test("[P6] a wave of people costs one reading of the log", async () => {
    await post(10);
    room = await open();
    let reads = 0;
    const { after } = engine.log;
    engine.log.after = (...args) => {
      reads++;
      return after.apply(engine.log, args);
    };
    const entries = await Promise.all(
      Array.from({ length: 100 }, () => room.entry("ann", since(3), undefined)),
    );
    expect(entries.every(({ recovered }) => recovered)).toBe(true);
    expect(reads).toBe(1);
  });
});
