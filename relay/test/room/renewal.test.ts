import { beforeEach, describe, expect, test } from "vitest";
import type { Member } from "@natter/sdk/protocol";
import type { RoomItem } from "../../src/engine/engine.ts";
import { Renewal } from "../../src/room/renewal.ts";
import { message } from "../doubles/events.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

let clock: FakeClock;
let renewal: Renewal<string>;
/** What the reads under way are waiting for, oldest first. */
let reads: { resolve: (found: string) => void; reject: (error: Error) => void }[];
let taken: (RoomItem | string)[];

beforeEach(() => {
  clock = new FakeClock();
  reads = [];
  taken = [];
  renewal = new Renewal({
    clock,
    read: () => new Promise((resolve, reject) => void reads.push({ resolve, reject })),
    onRead: (found) => void taken.push(found),
    onItem: (item) => {
      if (!renewal.keeps(item)) taken.push(item);
    },
  });
});

function event(seq: number): RoomItem {
  return { type: "event", epoch: "epoch-1", event: message(seq) };
}

function came(...joined: Member[]): RoomItem {
  return { type: "presence", joined, left: [] };
}

function went(...left: string[]): RoomItem {
  return { type: "presence", joined: [], left };
}

/** Brings an item as the bus does. */
function bring(item: RoomItem): void {
  if (!renewal.keeps(item)) taken.push(item);
}

const NOBODY = { type: "presence", joined: [], left: [] };
const ANN = { id: "ann", name: "Ann" };
const BOB = { id: "bob", name: "Bob" };

test("what comes while it reads is taken in afterwards, in its order", async () => {
  renewal.begin();
  expect(renewal.isUnderWay).toBe(true);
  bring(event(4));
  bring(event(5));
  expect(taken).toEqual([]);
  reads[0]?.resolve("read");
  await clock.settle();
  expect(taken).toEqual(["read", NOBODY, event(4), event(5)]);
  expect(renewal.isUnderWay).toBe(false);
});

test("what changes nothing is taken in at once", () => {
  renewal.begin();
  const typing: RoomItem = { type: "typing", user: ANN, on: true };
  bring(typing);
  expect(taken).toEqual([typing]);
});

test("who is forgotten is so at once, and still when what was read names them", async () => {
  renewal.begin();
  const forgotten: RoomItem = { type: "forgotten", user: "ann", author: BOB };
  bring(forgotten);
  expect(taken).toEqual([forgotten]);
  reads[0]?.resolve("read");
  await clock.settle();
  expect(taken).toEqual([forgotten, "read", NOBODY, forgotten]);
});

test("of who came and went the last word counts", async () => {
  renewal.begin();
  for (const item of [came(ANN, BOB), went("ann"), came(ANN), went("bob")]) bring(item);
  reads[0]?.resolve("read");
  await clock.settle();
  expect(taken).toEqual(["read", { type: "presence", joined: [ANN], left: ["bob"] }]);
});

test("who is here as it is told anew counts more than what was told before", async () => {
  renewal.begin();
  const present: RoomItem = { type: "present", count: 1, members: [ANN] };
  for (const item of [went("ann"), present, came(BOB)]) bring(item);
  reads[0]?.resolve("read");
  await clock.settle();
  expect(taken).toEqual(["read", present, came(BOB)]);
});

test("a reason to read that comes while it reads makes it read again", async () => {
  renewal.begin();
  bring(event(4));
  renewal.begin();
  reads[0]?.resolve("too old");
  await clock.settle();
  expect(taken).toEqual([]);
  bring(event(9));
  reads[1]?.resolve("read");
  await clock.settle();
  // The event told before the second read began is in what it has read.
  expect(taken).toEqual(["read", NOBODY, event(9)]);
  expect(reads).toHaveLength(2);
});

test("a kept item that shows another hole keeps those after it", async () => {
  const parts: RoomItem[] = [];
  const found: string[] = [];
  const strict: Renewal<string> = new Renewal({
    clock,
    read: () => new Promise((resolve) => void reads.push({ resolve, reject: () => {} })),
    onRead: (text) => void found.push(text),
    onItem: (item) => {
      if (strict.keeps(item) || item.type === "presence") return;
      parts.push(item);
      if (parts.length === 1) strict.begin();
    },
  });
  strict.begin();
  for (const seq of [4, 6, 7]) strict.keeps(event(seq));
  let isWhole: boolean | undefined;
  strict.whenDone((whole) => (isWhole = whole));
  reads[0]?.resolve("first");
  await clock.settle();
  expect(parts).toEqual([event(4)]);
  expect(isWhole).toBeUndefined();
  reads[1]?.resolve("second");
  await clock.settle();
  expect(found).toEqual(["first", "second"]);
  expect(parts).toEqual([event(4), event(6), event(7)]);
  expect(isWhole).toBe(true);
});

describe("whoever waits for it", () => {
  test("is served when it is done, in their order, and at once when nothing is under way", async () => {
    const served: string[] = [];
    renewal.whenDone((isWhole) => served.push(`at once ${isWhole}`));
    renewal.begin();
    renewal.whenDone((isWhole) => served.push(`first ${isWhole}`));
    renewal.whenDone((isWhole) => served.push(`second ${isWhole}`));
    expect(served).toEqual(["at once true"]);
    reads[0]?.resolve("read");
    await clock.settle();
    expect(served).toEqual(["at once true", "first true", "second true"]);
  });

  test("is refused while the engine cannot be read, until it can", async () => {
    const served: boolean[] = [];
    renewal.begin();
    renewal.whenDone((isWhole) => served.push(isWhole));
    reads[0]?.reject(new Error("away"));
    await clock.settle();
    expect(served).toEqual([false]);
    renewal.whenDone((isWhole) => served.push(isWhole));
    expect(served).toEqual([false, false]);
    await clock.pass(1000);
    expect(reads).toHaveLength(2);
    renewal.whenDone((isWhole) => served.push(isWhole));
    expect(served).toEqual([false, false, false]);
    reads[1]?.resolve("read");
    await clock.settle();
    renewal.whenDone((isWhole) => served.push(isWhole));
    expect(served.at(-1)).toBe(true);
    expect(taken).toEqual(["read", NOBODY]);
  });
});
