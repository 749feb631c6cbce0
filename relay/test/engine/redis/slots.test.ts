import { expect, test } from "vitest";
import { readRanges, readRedirection, slotOf } from "../../../src/engine/redis/slots.ts";

test.each([
  ["123456789", 12_739],
  ["foo", 12_182],
  ["{foo}:bar", 12_182],
  ["x{foo}{bar}", 12_182],
  // Braces with nothing in them are no tag.
  ["{}foo", slotOf("{}foo")],
])("the slot of %s is the one that Redis counts", (key, slot) => {
  expect(slotOf(key)).toBe(slot);
});

test("what is not in braces moves no key", () => {
  expect(slotOf("a{tag}b")).toBe(slotOf("{tag}"));
  expect(slotOf("{}foo")).not.toBe(slotOf("foo"));
  expect(slotOf("ä{é}")).toBe(slotOf("é"));
});

test("a map of slots is read, also from a node that does not know its own name", () => {
  const reply = [
    [0, 5460, ["127.0.0.1", 7000, "id", []], ["127.0.0.1", 7003, "id", []]],
    [5461, 16_383, ["", 7001, "id"]],
    "nonsense",
  ];
  expect(readRanges(reply, "asked")).toEqual([
    { from: 0, to: 5460, host: "127.0.0.1", port: 7000 },
    { from: 5461, to: 16_383, host: "asked", port: 7001 },
  ]);
  expect(readRanges("OK", "asked")).toEqual([]);
});

test("a redirection is read, and nothing else is taken for one", () => {
  expect(readRedirection("MOVED 3999 127.0.0.1:6381")).toEqual({
    kind: "MOVED",
    slot: 3999,
    host: "127.0.0.1",
    port: 6381,
  });
  expect(readRedirection("ASK 1 :7")).toMatchObject({ kind: "ASK", host: "", port: 7 });
  expect(readRedirection("MOVED 1 fe80::1:7")).toMatchObject({ host: "fe80::1", port: 7 });
  expect(readRedirection("MOVED house")).toBeUndefined();
  expect(readRedirection("ERR MOVED 1 a:7")).toBeUndefined();
});
