import { beforeEach, describe, expect, test } from "vitest";
import type { Replay } from "../../src/engine/engine.ts";
import { CatchUpReads } from "../../src/room/catch-up.ts";
import { messages } from "../doubles/events.ts";

interface Read {
  epoch: string;
  after: number;
  answer: (replay: Replay) => void;
  fail: (error: Error) => void;
}

let reads: Read[];
let log: CatchUpReads;

beforeEach(() => {
  reads = [];
  log = new CatchUpReads(
    (epoch, after) =>
      new Promise((answer, fail) => {
        reads.push({ epoch, after, answer, fail });
      }),
  );
});

function events(from: number, to: number): Replay {
  return { ok: true, epoch: "e", events: messages(from, to), seq: to };
}

function seqs(replay: Replay): number[] {
  return replay.ok ? replay.events.map(({ seq }) => seq) : [];
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("[P6] readers of a room who are behind", () => {
  test("at one place are served by one read", async () => {
    const asked = Array.from({ length: 1000 }, () => log.after("e", 10));
    expect(reads).toHaveLength(1);
    reads[0]?.answer(events(11, 60));
    const got = await Promise.all(asked);
    expect(got.every((replay) => seqs(replay).length === 50)).toBe(true);
    await settle();
    expect(reads).toHaveLength(1);
  });

  test("at a place that the read covers are given the rest of it, and no event twice", async () => {
    const first = log.after("e", 10);
    const second = log.after("e", 30);
    const last = log.after("e", 60);
    reads[0]?.answer(events(11, 60));
    expect(seqs(await first)).toEqual(Array.from({ length: 50 }, (_, at) => 11 + at));
    expect(seqs(await second)).toEqual(Array.from({ length: 30 }, (_, at) => 31 + at));
    await settle();
    // Nothing of it is for who has it all.
    expect(reads.map(({ after }) => after)).toEqual([10, 60]);
    reads[1]?.answer(events(61, 62));
    expect(seqs(await last)).toEqual([61, 62]);
  });

  test("at other places wait: there is one read at a time", async () => {
    const asked = [500, 100, 900].map((after) => log.after("e", after));
    expect(reads).toHaveLength(1);
    for (const after of [500, 100, 900]) {
      const read = reads.at(-1);
      expect(read?.after).toBe(after);
      read?.answer(events(after + 1, after + 5));
      await settle();
    }
    expect((await Promise.all(asked)).map((replay) => seqs(replay)[0])).toEqual([501, 101, 901]);
    expect(reads).toHaveLength(3);
  });

  test("[P3] are never given events of another log than they asked for", async () => {
    const old = log.after("old", 10);
    const fresh = log.after("new", 10);
    reads[0]?.answer(events(11, 20));
    expect(seqs(await old)).toHaveLength(10);
    await settle();
    expect(reads.map(({ epoch }) => epoch)).toEqual(["old", "new"]);
    reads[1]?.answer({ ok: false });
    expect(await fresh).toEqual({ ok: false });
  });

  test("are told when the log fails, those at other places are not, and it is asked again", async () => {
    const failed = log.after("e", 1);
    const other = log.after("e", 2);
    reads[0]?.fail(new Error("gone"));
    await expect(failed).rejects.toThrow("gone");
    await settle();
    reads[1]?.answer(events(3, 4));
    expect(seqs(await other)).toEqual([3, 4]);
    await settle();
    void log.after("e", 1);
    expect(reads.map(({ after }) => after)).toEqual([1, 2, 1]);
  });
});
