import { beforeEach, describe, expect, test } from "vitest";
import type { RoomEvent } from "@natter/sdk/protocol";
import type { Replay, RoomItem } from "../../../src/engine/engine.ts";
import { Follower } from "../../../src/engine/redis/follower.ts";
import type { Place } from "../../../src/engine/redis/redis-log.ts";
import { roomName } from "../../doubles/events.ts";

function eventAt(seq: number): RoomEvent {
  return {
    type: "event",
    room: roomName("lobby"),
    seq,
    at: seq,
    id: `id-${seq}`,
    by: { id: "ann", name: "Ann" },
    kind: "message",
    text: `text ${seq}`,
  };
}

const range = (first: number, last: number): RoomEvent[] =>
  Array.from({ length: last - first + 1 }, (_, at) => eventAt(first + at));

describe("a follower of a log", () => {
  let log: Place & { first: number; isAway: boolean };
  let told: (string | number)[];
  let faults: unknown[];
  let reads: number[];
  let follower: Follower;

  beforeEach(async () => {
    log = { epoch: "a", seq: 3, first: 1, isAway: false };
    told = [];
    faults = [];
    reads = [];
    const reply = <T>(value: () => T): Promise<T> =>
      log.isAway ? Promise.reject(new Error("away")) : Promise.resolve().then(value);
    follower = new Follower(
      {
        position: () => reply(() => ({ epoch: log.epoch, seq: log.seq })),
        after: (epoch, seq) => {
          reads.push(seq);
          return reply((): Replay => {
            if (epoch !== log.epoch || seq > log.seq || seq + 1 < log.first) return { ok: false };
            const to = Math.min(log.seq, seq + 5);
            return { ok: true, epoch, events: range(seq + 1, to), seq: to };
          });
        },
        renew: (epoch) =>
          reply(() => {
            if (log.epoch === epoch) log.epoch = `${epoch}+`;
            return { epoch: log.epoch, seq: log.seq };
          }),
      },
      (item: RoomItem) => {
        if (item.type === "event") told.push(item.event.seq);
        else if (item.type === "lost") told.push(`lost ${item.epoch} ${item.seq}`);
        else told.push(item.type);
      },
      (error) => faults.push(error),
    );
    await follower.start();
  });

  const push = (first: number, last = first, epoch = log.epoch): void => {
    if (epoch === log.epoch) log.seq = Math.max(log.seq, last);
    follower.offer(epoch, first, last, () => range(first, last));
  };

  test("tells what is pushed, at once and without asking the log", () => {
    push(4);
    push(5, 7);
    expect(told).toEqual([4, 5, 6, 7]);
    expect(reads).toEqual([]);
  });

  test("tells nothing twice, whole or in part", () => {
    push(4, 6);
    push(5);
    push(4, 6);
    push(5, 8);
    expect(told).toEqual([4, 5, 6, 7, 8]);
  });

  test("fills a hole from the log, in order, while more is pushed", async () => {
    push(12);
    push(13);
    expect(told).toEqual([]);
    await follower.settled();
    expect(told).toEqual(range(4, 13).map(({ seq }) => seq));
    expect(reads).toEqual([3, 8]);
    push(14);
    expect(told.at(-1)).toBe(14);
  });

  test("finds the lost last push of a burst when it is looked at", async () => {
    log.seq = 5;
    follower.check();
    await follower.settled();
    expect(told).toEqual([4, 5]);
    follower.check();
    await follower.settled();
    expect(told).toEqual([4, 5]);
  });

  test("says what is lost when the log has let it go", async () => {
    log = { ...log, seq: 20, first: 15 };
    push(20);
    await follower.settled();
    expect(told).toEqual(["lost a 20"]);
    push(21);
    expect(told).toEqual(["lost a 20", 21]);
  });

  test("goes on in another epoch, and ignores what is told late of the one before", async () => {
    log = { ...log, epoch: "b", seq: 2 };
    follower.onPush({ type: "moved", epoch: "b", seq: 2 }, () => []);
    await follower.settled();
    follower.offer("a", 4, 4, () => range(4, 4));
    await follower.settled();
    expect(told).toEqual(["lost b 2"]);
    push(3);
    follower.offer("a", 5, 5, () => range(5, 5));
    await follower.settled();
    expect(told).toEqual(["lost b 2", 3]);
  });

  test("finds a log that began anew though nothing was pushed", async () => {
    log = { ...log, epoch: "b", seq: 0 };
    follower.check();
    await follower.settled();
    expect(told).toEqual(["lost b 0"]);
  });

  test("ends the epoch of a log that went back: it would tell other events by the same places", async () => {
    push(4, 6);
    log.seq = 5;
    follower.check();
    await follower.settled();
    expect(told).toEqual([4, 5, 6, "lost a+ 5"]);
    push(6);
    expect(told.at(-1)).toBe(6);
  });

  test("looks again later when the log cannot be read", async () => {
    log.isAway = true;
    push(6);
    await follower.settled();
    expect(faults).toHaveLength(1);
    follower.check();
    await follower.settled();
    expect(faults).toHaveLength(2);
    log.isAway = false;
    push(7);
    await follower.settled();
    expect(told).toEqual([4, 5, 6, 7]);
  });

  test("tells a deleted room once, and what is written to it then", () => {
    push(4);
    log = { ...log, epoch: "b", seq: 0 };
    follower.onClosed("b");
    follower.onClosed("b");
    push(1, 2);
    expect(told).toEqual([4, "closed", 1, 2]);
  });
});
