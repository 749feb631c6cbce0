import { beforeEach, describe, expect, test } from "vitest";
import type { Draft, RoomItem } from "../../src/engine/engine.ts";
import { MemoryBus } from "../../src/engine/memory/memory-bus.ts";
import type { Stored } from "../../src/engine/sqlite/event-writer.ts";
import { SqliteLog } from "../../src/engine/sqlite/sqlite-log.ts";
import { SqliteMarkers } from "../../src/engine/sqlite/sqlite-markers.ts";
import { storeOf } from "../../src/engine/sqlite/store-port.ts";
import type { Mark } from "../../src/engine/sqlite/store.ts";
import { LOBBY, says } from "../contracts/harness.ts";
import { message } from "../doubles/events.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

interface Call {
  method: string;
  args: unknown[];
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** Calls to a store that a test answers by hand. */
let calls: Call[];
let clock: FakeClock;
let bus: MemoryBus;
let heard: RoomItem[];
let faults: unknown[];

const store = storeOf(
  (method, args) => new Promise((resolve, reject) => calls.push({ method, args, resolve, reject })),
);

beforeEach(async () => {
  calls = [];
  clock = new FakeClock();
  bus = new MemoryBus();
  heard = [];
  faults = [];
  await bus.subscribe(LOBBY, (item) => heard.push(item));
});

/** The texts of the drafts that one call to the store brought. */
function textsOf(call: Call | undefined): string[] {
  return ((call?.args[0] ?? []) as Draft[]).map(({ content }) =>
    content.kind === "message" ? content.text : "",
  );
}

function storedAt(...seqs: number[]): Stored[] {
  return seqs.map((seq) => ({
    result: { ok: true, epoch: "e", seq, at: seq, duplicate: false },
    event: message(seq),
  }));
}

describe("group commit", () => {
  let log: SqliteLog;
  let settled: string[];

  beforeEach(() => {
    settled = [];
    log = new SqliteLog(store, bus, clock, (fault) => faults.push(fault));
  });

  function append(...texts: string[]): void {
    log.append(texts.map((text) => says(text))).then(
      (results) => settled.push(...results.map((result) => (result.ok ? `${result.seq}` : result.code))),
      (error: unknown) => settled.push((error as Error).message),
    );
  }

  test("one commit is under way while the next gathers", async () => {
    append("a");
    append("b", "c");
    append("d");
    expect(calls.map(textsOf)).toEqual([["a"]]);
    calls[0]?.resolve(storedAt(1));
    await clock.turn();
    expect(calls.map(textsOf)).toEqual([["a"], ["b", "c", "d"]]);
    expect(settled).toEqual(["1"]);
    calls[1]?.resolve(storedAt(2, 3, 4));
    await clock.turn();
    expect(settled).toEqual(["1", "2", "3", "4"]);
  });

  test("[P1] nobody is told anything before the store has answered", async () => {
    append("a");
    await clock.settle();
    expect([heard, settled]).toEqual([[], []]);
    calls[0]?.resolve(storedAt(1));
    await clock.turn();
    expect(heard).toEqual([{ type: "event", epoch: "e", event: message(1) }]);
    expect(settled).toEqual(["1"]);
  });

  test("a commit that failed is refused to all of its group and to nobody else, and nothing of it is told", async () => {
    append("a");
    append("b");
    append("c");
    calls[0]?.resolve(storedAt(1));
    await clock.turn();
    append("d");
    calls[1]?.reject(new Error("The disk is full."));
    await clock.turn();
    calls[2]?.resolve(storedAt(2));
    await clock.turn();
    expect(settled).toEqual(["1", "The disk is full.", "The disk is full.", "2"]);
    expect(heard).toHaveLength(2);
  });

  test("what is appended while results are handed out is committed next", async () => {
    append("a");
    void log.append([says("b")]).then(async () => {
      await Promise.resolve();
      append("c");
    });
    calls[0]?.resolve(storedAt(1));
    await clock.turn();
    calls[1]?.resolve(storedAt(2));
    await clock.turn();
    expect(textsOf(calls[2])).toEqual(["c"]);
  });

  test("a commit is not made much larger than a thousand drafts, unless one caller brings more", async () => {
    append("a");
    append(...Array.from({ length: 2000 }, (_, at) => `big ${at}`));
    append("b");
    for (let at = 0; at < 3; at++) append(...Array.from({ length: 400 }, () => "c"));
    const sizes: number[] = [];
    for (let at = 0; at < 4; at++) {
      const drafts = textsOf(calls[at]);
      sizes.push(drafts.length);
      calls[at]?.resolve(storedAt(...drafts.keys()));
      await clock.turn();
    }
    expect(sizes).toEqual([1, 2000, 801, 400]);
  });

  test("a fault of one draft is told to the operator, and its event to nobody", async () => {
    append("a", "b");
    const fault = new Error("Do not know how to store this.");
    const refused: Stored = { result: { ok: false, code: "internal", message: "No." }, fault };
    calls[0]?.resolve([refused, ...storedAt(1)]);
    await clock.turn();
    expect(settled).toEqual(["internal", "1"]);
    expect(faults).toEqual([fault]);
    expect(heard).toHaveLength(1);
  });

  test("closing waits for what was handed in", async () => {
    append("a");
    append("b");
    let isClosed = false;
    void log.close().then(() => (isClosed = true));
    calls[0]?.resolve(storedAt(1));
    await clock.turn();
    expect(isClosed).toBe(false);
    calls[1]?.resolve(storedAt(2));
    await clock.turn();
    expect(isClosed).toBe(true);
    expect(settled).toEqual(["1", "2"]);
  });
});

describe("read markers", () => {
  let markers: SqliteMarkers;

  beforeEach(() => {
    markers = new SqliteMarkers(store, bus, clock, (error) => faults.push(error));
  });

  const marksOf = (call: Call | undefined): unknown[] =>
    ((call?.args[0] ?? []) as Mark[]).map(({ user, seq }) => [user, seq]);

  test("gather for a moment and are written together, each once", async () => {
    for (let seq = 1; seq <= 10; seq++) {
      markers.mark(LOBBY, "ann", seq);
      markers.mark(LOBBY, "bob", 2 * seq);
    }
    expect(calls).toEqual([]);
    await clock.pass(100);
    expect(calls.map(marksOf)).toEqual([
      [
        ["ann", 10],
        ["bob", 20],
      ],
    ]);
    calls[0]?.resolve([true, false]);
    await clock.settle();
    expect(heard).toEqual([{ type: "read", user: "ann", seq: 10 }]);
  });

  test("are known while they are being written, and not written at once beside", async () => {
    markers.mark(LOBBY, "ann", 5);
    await clock.pass(100);
    markers.mark(LOBBY, "ann", 4);
    markers.mark(LOBBY, "ann", 7);
    await clock.pass(100);
    expect(calls).toHaveLength(1);
    const read = markers.read(LOBBY, "ann");
    calls[1]?.resolve(undefined);
    expect(await read).toBe(7);
    calls[0]?.resolve([true]);
    await clock.pass(100);
    expect(marksOf(calls[2])).toEqual([["ann", 7]]);
  });

  test("that could not be written are tried again, unless a later one has come", async () => {
    markers.mark(LOBBY, "ann", 5);
    markers.mark(LOBBY, "bob", 5);
    await clock.pass(100);
    markers.mark(LOBBY, "bob", 6);
    calls[0]?.reject(new Error("The disk is full."));
    await clock.settle();
    expect(faults).toHaveLength(1);
    await clock.pass(5000);
    expect(marksOf(calls[1])).toEqual([
      ["ann", 5],
      ["bob", 6],
    ]);
  });

  test("are written before the engine is closed", async () => {
    markers.mark(LOBBY, "ann", 5);
    let isClosed = false;
    void markers.close().then(() => (isClosed = true));
    await clock.settle();
    expect(calls.map(marksOf)).toEqual([[["ann", 5]]]);
    expect(isClosed).toBe(false);
    calls[0]?.resolve([true]);
    await clock.settle();
    expect(isClosed).toBe(true);
    expect(clock.timers).toBe(0);
  });
});
