import { beforeEach, describe, expect, test } from "vitest";
import { roomKeyOf, type Route } from "../../../src/engine/engine.ts";
import { ExpectedRooms } from "../../../src/engine/redis/expected-rooms.ts";
import { Keys } from "../../../src/engine/redis/keys.ts";
import { RedisAway, type Redis, type Step } from "../../../src/engine/redis/redis.ts";
import { GARDEN, LOBBY, THEIR_LOBBY } from "../../contracts/harness.ts";
import { roomName } from "../../doubles/events.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";

const route = (to: string, app = "default"): Route => ({ to, app, kinds: ["message"], max: 10 });

let clock: FakeClock;
let expected: ExpectedRooms;
/** The steps that were taken, by their names, with keys and arguments but the first. */
let taken: [step: string, keys: number, ...args: (string | number)[]][];
let isAway: boolean;

beforeEach(() => {
  clock = new FakeClock();
  taken = [];
  isAway = false;
  const run = (
    step: Step,
    keys: readonly string[],
    [, ...args]: readonly (string | number)[],
  ): Promise<number> => {
    if (isAway) return Promise.reject(new RedisAway("away"));
    taken.push([step.name, keys.length, ...args]);
    return Promise.resolve(1);
  };
  expected = new ExpectedRooms({ run } as unknown as Redis, new Keys("t:"), clock);
});

describe("a room in which something may be stored", () => {
  test("is said to those who look, for all routes of its app at once, before anything is", async () => {
    expected.route([route("a"), route("b"), route("c", "other")]);
    await expected.expect(LOBBY);
    expect(taken).toEqual([
      ["outbox-expect", 2, "a", "b"],
      ["outbox-hint", 2, "lobby"],
    ]);
    await expected.expect(THEIR_LOBBY);
    expect(taken.slice(2)).toEqual([
      ["outbox-expect", 2, "c"],
      ["outbox-hint", 1, "lobby"],
    ]);
  });

  test("costs nothing for a minute afterwards, and nothing at all in apps that nobody is told of", async () => {
    expect(expected.expect(LOBBY)).toBeUndefined();
    expected.route([route("a", "other")]);
    expect(expected.expect(LOBBY)).toBeUndefined();
    await expected.expect(THEIR_LOBBY);
    await clock.pass(59_000);
    expect(expected.expect(THEIR_LOBBY)).toBeUndefined();
    await clock.pass(1000);
    await expected.expect(THEIR_LOBBY);
    expect(taken).toHaveLength(4);
  });

  test("is said anew when the routes are others", async () => {
    expected.route([route("a")]);
    await expected.expect(LOBBY);
    expected.route([route("a"), route("b")]);
    await expected.expect(LOBBY);
    expect(taken.at(-2)).toEqual(["outbox-expect", 2, "a", "b"]);
  });

  test("and for the routes that there are when it was said", async () => {
    expected.route([route("a")]);
    const saying = expected.expect(LOBBY);
    expected.route([route("b")]);
    await saying;
    expect(taken.slice(-2)).toEqual([
      ["outbox-expect", 2, "b"],
      ["outbox-hint", 1, "lobby"],
    ]);
    expect(expected.expect(LOBBY)).toBeUndefined();
  });

  test("is nothing that may be stored, while it cannot be said", async () => {
    expected.route([route("a")]);
    isAway = true;
    await expect(expected.expect(LOBBY)).rejects.toThrow(RedisAway);
    isAway = false;
    await expected.expect(LOBBY);
    expect(taken).toHaveLength(2);
  });

  test("is said again, with those of the last minutes, when Redis may have lost it", async () => {
    expected.route([route("a")]);
    await expected.expect(LOBBY);
    await clock.pass(4 * 60_000);
    await expected.expect(GARDEN);
    taken = [];
    await expected.sayAgain("default");
    expect(taken).toEqual([["outbox-hint", 1, "lobby", "garden"]]);
    await clock.pass(2 * 60_000);
    taken = [];
    await expected.sayAgain("default");
    expect(taken).toEqual([["outbox-hint", 1, "garden"]]);
    await expected.sayAgain("other");
    expect(taken).toHaveLength(1);
  });

  test("is remembered among so many and no more, those that were said last", async () => {
    expected.route([route("a")]);
    const rooms = Array.from({ length: 50_001 }, (_, at) => roomKeyOf("default", roomName(`r${at}`)));
    for (const room of rooms) await expected.expect(room);
    taken = [];
    expect(expected.expect(rooms.at(-1) ?? LOBBY)).toBeUndefined();
    await expected.expect(rooms[0] ?? LOBBY);
    expect(taken).toHaveLength(2);
  });
});
