import { beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../doubles/client.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

let relay: MemoryRelay;
let ann: Client;

beforeEach(async () => {
  relay = new MemoryRelay();
  ann = await relay.join("ann", "lobby");
});

type Plain = ReturnType<MemoryRelay["plain"]>;

async function plain(
  id: string,
  path = "lobby",
  rooms?: Record<string, "member" | "reader">,
): Promise<Plain> {
  const client = relay.plain(path, relay.token({ id, ...(rooms && { rooms }) }));
  await relay.clock.settle();
  return client;
}

async function say(client: Plain, message: unknown): Promise<void> {
  client.say(JSON.stringify({ message }));
  await relay.clock.settle();
}

describe("[PLN1] what a plain client says", () => {
  test("is heard by all: by plain clients, its sender too, and by the others", async () => {
    const one = await plain("one");
    const two = await plain("two");
    await say(one, "hello");
    await ann.post("lobby", "hello yourself");
    await relay.clock.settle();
    const heard = ['{"message":"hello"}', '{"message":"hello yourself"}'];
    expect(one.heard).toEqual(heard);
    expect(two.heard).toEqual(heard);
    expect(ann.texts).toEqual(["hello", "hello yourself"]);
    expect(ann.last("presence")).toMatchObject({ count: 3 });
  });

  test.each([
    ["lobby", "lobby"],
    ["%ED%95%9C%EA%B5%AD%EC%96%B4%20%EB%B0%A9", "한국어 방"],
    ["a_b", "a_b"],
    ["%F0%9F%98%80", "😀"],
    ["a%2Fb", "a/b"],
    ["100%25", "100%"],
    ["cafe%CC%81", "caf\u00E9"],
  ])("in the room of the address: %s", async (path, room) => {
    const eve = await relay.join("eve", room);
    const one = await plain("one", path);
    await say(one, "hello");
    expect(eve.texts).toEqual(["hello"]);
  });

  test("everything is kept as it is, and only messages are told", async () => {
    const one = await plain("one");
    const text = '<b>"quotes" & \\ \n\u2028 👩‍👩‍👧';
    await say(one, text);
    ann.say({ type: "typing", room: "lobby", on: true });
    await ann.ask({ type: "react", room: "lobby", id: "1", target: 1, emoji: "👍", on: true });
    await relay.clock.settle();
    expect(one.heard.map((frame) => JSON.parse(frame) as unknown)).toEqual([{ message: text }]);
  });

  test("fields that are not known are ignored, and an empty line is nothing", async () => {
    const one = await plain("one");
    one.say('{"message":"hello","type":"chat","user":"admin","__proto__":{"x":1}}');
    await say(one, "");
    expect(one.heard).toEqual(['{"message":"hello"}']);
    expect(one.socket.closed).toBeUndefined();
  });
});

describe("[PLN2] what goes wrong ends the connection with a code and a reason", () => {
  test.each<[string, string, number]>([
    ["no JSON", "hello", 4400],
    ["an array", '["hello"]', 4400],
    ["null", "null", 4400],
    ["no message", '{"text":"hello"}', 4400],
    ["a message that is no text", '{"message":7}', 4400],
    ["half a surrogate pair", '{"message":"\\ud800"}', 4400],
    ["10,000 brackets", "[".repeat(10_000), 4400],
    ["a text over the limit", JSON.stringify({ message: "x".repeat(4001) }), 1009],
  ])("%s", async (_, frame, code) => {
    const one = await plain("one");
    one.say(frame);
    await relay.clock.settle();
    expect(one.socket.closed?.code).toBe(code);
    expect(one.socket.closed?.reason.length).toBeGreaterThan(10);
    expect(one.heard).toEqual([]);
    one.say('{"message":"after the end"}');
    await relay.clock.pass(10_000);
    expect(ann.texts).toEqual([]);
    expect(ann.last("presence")?.count).toBe(1);
  });

  test.each<[string, string]>([
    ["%", "percent-encoded"],
    ["%FF", "percent-encoded"],
    ["%00", "U+0000"],
    ["%20lobby", "white space"],
    ["x".repeat(200), "at most 128"],
  ])("a room that is none: %.20s", async (path, sentence) => {
    const one = await plain("one", path);
    expect(one.socket.closed?.code).toBe(4400);
    expect(one.socket.closed?.reason).toContain(sentence);
  });

  test("a token that is refused", async () => {
    const one = relay.plain("lobby", "rubbish");
    await relay.clock.settle();
    expect(one.socket.closed?.code).toBe(4401);
  });

  test("a room that the token does not open, or only to read", async () => {
    const shut = await plain("one", "lobby", { elsewhere: "member" });
    expect(shut.socket.closed?.code).toBe(4403);
    const reader = await plain("two", "lobby", { lobby: "reader" });
    await ann.post("lobby", "hello");
    await relay.clock.settle();
    expect(reader.heard).toHaveLength(1);
    await say(reader, "may I?");
    expect(reader.socket.closed?.code).toBe(4403);
    expect(ann.texts).toEqual(["hello"]);
  });

  test("a flood", async () => {
    const one = await plain("one");
    for (let each = 0; each < 600; each++) one.say('{"message":"x"}');
    await relay.clock.settle();
    expect(one.socket.closed?.code).toBe(4429);
    expect(ann.texts).toHaveLength(500);
  });

  test("a token that runs out", async () => {
    const one = relay.plain("lobby", relay.token({ id: "one", expiresInMs: 60_000 }));
    await relay.clock.pass(84_000);
    expect(one.socket.closed).toBeUndefined();
    await relay.clock.pass(2000);
    expect(one.socket.closed?.code).toBe(4401);
  });

  test("moderation and settings", async () => {
    const mia = await relay.enter({ id: "mia", rooms: { lobby: "moderator" } });
    const kick = { type: "moderate" as const, room: "lobby", user: "one" };
    const one = await plain("one");
    await mia.ask({ ...kick, id: "1", action: "kick", reason: "be nice" });
    await relay.clock.settle();
    expect(one.socket.closed).toEqual({ code: 4403, reason: "be nice" });
    await mia.ask({ ...kick, id: "2", action: "ban" });
    expect((await plain("one")).socket.closed?.code).toBe(4403);
    await mia.ask({ ...kick, id: "3", action: "mute", user: "two" });
    const two = await plain("two");
    expect(two.socket.closed).toBeUndefined();
    await say(two, "x");
    expect(two.socket.closed).toMatchObject({
      code: 4403,
      reason: expect.stringContaining("muted") as string,
    });
  });

  test("[P6] nothing being read", async () => {
    const one = await plain("one");
    one.socket.pause();
    for (let each = 0; each < 500; each++) await ann.post("lobby", "x".repeat(3900), `big-${each}`);
    await relay.clock.settle();
    expect(one.socket.closed?.code).toBe(1013);
    expect(one.socket.bufferedBytes).toBeLessThan(1_200_000);
  });
});

test("[P8] when the relay stops, plain clients are ended with 1012", async () => {
  const one = await plain("one");
  for (const session of relay.core.sessions.all()) session.goAway(1000);
  await relay.clock.settle();
  expect(one.heard).toEqual([]);
  for (const session of relay.core.sessions.all()) session.end(1012, "The relay restarts.");
  expect(one.socket.closed?.code).toBe(1012);
});
