import { describe, expect, test } from "vitest";
import { Tail } from "../../src/room/tail.ts";
import { deletion, edit, message, messages } from "../doubles/events.ts";

function tail(from: number, to: number, maxEvents = 100, maxBytes = 1e6): Tail {
  const made = new Tail(from, maxEvents, maxBytes);
  for (const event of messages(from + 1, to)) made.push(event);
  return made;
}

const seqs = (entries: ReturnType<Tail["after"]>): number[] | undefined =>
  entries?.map(({ event }) => event.seq);

test("it tells everything after a place that it holds, and nothing of any other", () => {
  const held = tail(10, 15);
  expect(seqs(held.after(10))).toEqual([11, 12, 13, 14, 15]);
  expect(seqs(held.after(13))).toEqual([14, 15]);
  expect(seqs(held.after(15))).toEqual([]);
  expect(held.after(9)).toBeUndefined();
  expect(held.after(16)).toBeUndefined();
});

test("a limit cuts the far end", () => {
  expect(seqs(tail(0, 5).after(1, 2))).toEqual([2, 3]);
});

test("an event is the same JSON for those who are there and for those who come back", () => {
  const held = tail(0, 0);
  const json = held.push(message(1));
  expect(JSON.parse(json)).toEqual(message(1));
  expect(held.after(0)?.[0]?.json).toBe(json);
  expect(held.after(0)?.[0]).toBe(held.after(0)?.[0]);
});

describe("[P6] it stays small", () => {
  test("by count", () => {
    const held = tail(0, 101, 100);
    expect(held.seq).toBe(101);
    expect(held.start).toBe(26);
    expect(seqs(held.after(26))).toHaveLength(75);
    expect(held.after(25)).toBeUndefined();
  });

  test("by size", () => {
    const held = new Tail(0, 1000, 10_000);
    for (const event of messages(1, 200)) held.push(event);
    const size = held.after(held.start)?.reduce((sum, { json }) => sum + json.length, 0) ?? 0;
    expect(size).toBeGreaterThan(5000);
    expect(size).toBeLessThanOrEqual(10_000);
    expect(held.seq).toBe(200);
  });

  test("one event over the size is not held, and the place is right", () => {
    const held = new Tail(0, 10, 500);
    held.push(message(1, "x".repeat(1000)));
    expect(held.start).toBe(1);
    held.push(message(2));
    expect(seqs(held.after(1))).toEqual([2]);
    expect(held.after(0)).toBeUndefined();
  });

  test("with room for nothing it holds nothing", () => {
    const held = tail(0, 5, 0);
    expect(held.start).toBe(5);
    expect(seqs(held.after(5))).toEqual([]);
  });
});

describe("[P5] a deletion takes the text out of it", () => {
  test("of the message and of all its edits, wherever they stand", () => {
    const held = tail(0, 3);
    held.push(edit(4, 2, "better words"));
    held.push(edit(5, 3, "other words"));
    held.push(deletion(6, 2));
    const json = held.after(0)?.map((entry) => entry.json) ?? [];
    expect(json.join()).not.toContain("message 2");
    expect(json.join()).not.toContain("better words");
    expect(json.join()).toContain("message 3");
    expect(json.join()).toContain("other words");
    expect(seqs(held.after(0))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(JSON.parse(json[1] ?? "")).toMatchObject({ seq: 2, kind: "message", text: "" });
  });

  test("and what was put before it later is as the log tells it", () => {
    const held = tail(5, 7);
    held.push(deletion(8, 6));
    held.extend(messages(3, 5));
    expect(seqs(held.after(2))).toEqual([3, 4, 5, 6, 7, 8]);
    expect(held.after(5)?.[0]?.json).not.toContain("message 6");
  });
});

describe("older events", () => {
  test("are taken if they end where it begins", () => {
    const held = tail(10, 12);
    held.extend(messages(5, 10));
    expect(seqs(held.after(4))).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test("are left if there is a hole, an overlap, or nothing", () => {
    const held = tail(10, 12);
    held.extend(messages(5, 9));
    held.extend(messages(5, 11));
    held.extend([]);
    expect(held.start).toBe(10);
    expect(seqs(held.after(10))).toEqual([11, 12]);
  });

  test("[P5] hold no text that was deleted since they were read", () => {
    const held = tail(10, 10);
    held.push(deletion(11, 7));
    held.extend(messages(5, 10));
    const [, , seventh] = held.after(4) ?? [];
    expect(seventh?.event).toMatchObject({ seq: 7, text: "" });
  });

  test("do not make it larger than it may be", () => {
    const held = tail(1000, 1010, 20);
    held.extend(messages(1, 1000));
    expect(held.seq - held.start).toBeLessThanOrEqual(20);
    expect(seqs(held.after(held.start))?.at(-1)).toBe(1010);
  });
});

test("it begins anew at any place", () => {
  const held = tail(0, 5);
  held.restart(40);
  expect([held.start, held.seq]).toEqual([40, 40]);
  expect(held.after(5)).toBeUndefined();
  held.push(message(41));
  expect(seqs(held.after(40))).toEqual([41]);
});
