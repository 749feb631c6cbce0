import { beforeEach, expect, test } from "vitest";
import type { Appended, Draft, RoomLog } from "../../src/engine/engine.ts";
import { roomKeyOf } from "../../src/engine/engine.ts";
import { Appender } from "../../src/room/appender.ts";
import { roomName } from "../doubles/events.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** A log whose appends are finished by hand. */
class SlowLog {
  readonly batches: { ids: string[]; finish: () => void; fail: (error: Error) => void }[] = [];
  #seq = 0;

  append(drafts: readonly Draft[]): Promise<Appended[]> {
    return new Promise((resolve, reject) => {
      const finish = (): void =>
        resolve(drafts.map(() => ({ ok: true, epoch: "e", seq: ++this.#seq, at: 1, duplicate: false })));
      this.batches.push({ ids: drafts.map(({ id }) => id), finish, fail: reject });
    });
  }
}

let clock: FakeClock;
let log: SlowLog;
let faults: unknown[];
let results: Record<string, Appended>;
let order: string[];
let appender: Appender;

beforeEach(() => {
  clock = new FakeClock();
  log = new SlowLog();
  faults = [];
  results = {};
  order = [];
  appender = new Appender(log as unknown as RoomLog, clock, (error) => void faults.push(error));
});

function append(id: string): void {
  const draft: Draft = {
    room: roomKeyOf("default", roomName("lobby")),
    id,
    by: { id: "ann", name: "Ann" },
    content: { kind: "message", text: id },
  };
  appender.append(draft, (result) => {
    results[id] = result;
    order.push(id);
  });
}

test("what comes in one tick is one append, in its order", async () => {
  for (const id of ["a", "b", "c"]) append(id);
  await clock.settle();
  expect(log.batches.map(({ ids }) => ids)).toEqual([["a", "b", "c"]]);
  log.batches[0]?.finish();
  await clock.settle();
  expect(order).toEqual(["a", "b", "c"]);
  expect(results["c"]).toMatchObject({ ok: true, seq: 3 });
});

test("one append is under way at a time, and the next gathers meanwhile", async () => {
  append("a");
  await clock.settle();
  append("b");
  await clock.settle();
  append("c");
  await clock.settle();
  expect(log.batches).toHaveLength(1);
  expect(order).toEqual([]);
  log.batches[0]?.finish();
  await clock.settle();
  expect(order).toEqual(["a"]);
  expect(log.batches.map(({ ids }) => ids)).toEqual([["a"], ["b", "c"]]);
});

test("[P1] nothing is answered before the log says so", async () => {
  append("a");
  await clock.pass(60_000);
  expect(results).toEqual({});
});

test("an append that is rejected answers `unavailable` to all of it, and the next goes on", async () => {
  append("a");
  append("b");
  await clock.settle();
  log.batches[0]?.fail(new Error("the disk is full"));
  await clock.settle();
  expect(results["a"]).toMatchObject({ ok: false, code: "unavailable" });
  expect(results["b"]).toMatchObject({ ok: false, code: "unavailable" });
  expect(faults).toHaveLength(1);
  append("c");
  await clock.settle();
  log.batches[1]?.finish();
  await clock.settle();
  expect(results["c"]).toMatchObject({ ok: true });
});

test("who is answered may append at once", async () => {
  appender.append(
    {
      room: roomKeyOf("default", roomName("lobby")),
      id: "first",
      by: { id: "a", name: "a" },
      content: { kind: "message", text: "x" },
    },
    () => append("again"),
  );
  await clock.settle();
  log.batches[0]?.finish();
  await clock.settle();
  expect(log.batches[1]?.ids).toEqual(["again"]);
});
