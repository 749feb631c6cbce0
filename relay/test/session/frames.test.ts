import { beforeEach, describe, expect, test } from "vitest";
import { MemoryRelay } from "../doubles/memory-relay.ts";
import type { Client } from "../doubles/client.ts";

let relay: MemoryRelay;
let ann: Client;

beforeEach(async () => {
  relay = new MemoryRelay();
  ann = await relay.join("ann", "lobby");
  ann.forget();
});

describe("[WIRE1] [PR-08] what is no array of packets ends the connection with 4400", () => {
  test.each<[string, string]>([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a word", "hello"],
    ["a number", "7"],
    ["a number of 400 digits", "9".repeat(400)],
    ["a text", '"[]"'],
    ["null", "null"],
    ["an object", '{"type":"hello"}'],
    ["an array of numbers", "[1]"],
    ["an array of null", "[null]"],
    ["an array of arrays", "[[]]"],
    ["10,000 brackets", "[".repeat(10_000)],
    ["10,000 brackets and their ends", "[".repeat(10_000) + "]".repeat(10_000)],
    ["a packet without a type", '[{"ref":1}]'],
    ["a packet with a number as type", '[{"type":1}]'],
    ["a type that is an object", '[{"type":{"type":"post"}}]'],
    ["something after the end", "[]]"],
  ])("%s", async (_, frame) => {
    ann.sayText(frame);
    await relay.clock.settle();
    expect(ann.heard.map(({ type }) => type)).toEqual(["error"]);
    expect(ann.last("error")?.message).toContain("must");
    expect(ann.socket.closed?.code).toBe(4400);
  });

  test("and nothing of it is done, not even what could be read", async () => {
    ann.sayText('[{"type":"post","ref":1,"room":"lobby","id":"1","text":"x"}, 7]');
    await relay.clock.settle();
    const bob = await relay.enter("bob");
    expect((await bob.ask({ type: "history", room: "lobby" })).messages).toEqual([]);
  });
});

describe("[WIRE3] [PR-09] a packet that cannot be read is refused alone", () => {
  const good = { type: "post", ref: 1, room: "lobby", id: "1", text: "hello" };

  test.each<[string, Record<string, unknown>, string]>([
    ["a field is missing", { id: undefined }, "`id` is missing"],
    ["a field has another type", { text: 7 }, "`text` must be a text"],
    ["a text is empty", { text: "" }, "`text` must not be empty"],
    ["half a surrogate pair", { text: "a\uD800b" }, "valid Unicode"],
    ["an id with a space", { id: "a b" }, "`id` must be"],
    ["an id of 65 characters", { id: "x".repeat(65) }, "`id` must be"],
    ["an empty id", { id: "" }, "`id` must be"],
    ["data that is no object", { data: [1] }, "`data` must be"],
    ["data that is null", { data: null }, "`data` must be"],
    ["a reply to no place", { reply: 0 }, "`reply` must be"],
    ["a reply to half a place", { reply: 1.5 }, "`reply` must be"],
    ["a reply to 2^53", { reply: 2 ** 53 }, "`reply` must be"],
    ["a room that is no text", { room: 7 }, "`room` must be"],
  ])("%s", async (_, change, sentence) => {
    ann.say({ ...good, ...change }, { ...good, ref: 2, id: "2" });
    await relay.clock.settle();
    expect(ann.replies(1)).toMatchObject([{ type: "error", code: "invalid" }]);
    expect(ann.last("error")?.message).toContain(sentence);
    expect(ann.replies(2)).toMatchObject([{ type: "ok", seq: 1 }]);
  });

  test("[RM3] a room that is no room is told apart", async () => {
    ann.say({ ...good, room: " lobby" }, { ...good, ref: 2, room: "a\nb" });
    await relay.clock.settle();
    expect(ann.replies(1)).toMatchObject([{ code: "bad-room" }]);
    expect(ann.replies(2)).toMatchObject([
      { code: "bad-room", message: expect.stringContaining("U+000A") as string },
    ]);
  });

  test("a `ref` that is no number cannot be answered to, and is not", async () => {
    for (const ref of [null, "1", {}, [1]]) {
      ann.forget();
      ann.say({ ...good, ref });
      await relay.clock.settle();
      expect(ann.heard).toMatchObject([{ type: "error", code: "invalid" }]);
      expect(ann.last("error")).not.toHaveProperty("ref");
    }
    ann.forget();
    ann.sayText('[{"type":"post","ref":1e999,"room":"lobby","id":"1","text":"x"}]');
    await relay.clock.settle();
    expect(ann.last("error")).not.toHaveProperty("ref");
  });

  test("any finite number is a `ref`", async () => {
    for (const ref of [0, -1, 1.5, 2 ** 53, -1e300, 5e-324]) {
      ann.forget();
      ann.say({ type: "members", ref, room: "lobby" });
      await relay.clock.settle();
      expect(ann.of("ok").map((ok) => ok.ref)).toEqual([ref]);
    }
  });
});

describe("[WIRE6] [PR-09] what is not known", () => {
  test("a type is refused by name, the connection goes on", async () => {
    for (const type of [
      "teapot",
      "constructor",
      "__proto__",
      "toString",
      "",
      "Post",
      "welcome",
      "x".repeat(60_000),
    ]) {
      const error = await ann.askInVain({ type });
      expect(error.code).toBe("unknown-type");
      expect(error.message.length).toBeLessThan(400);
    }
    await ann.post("lobby", "still here");
  });

  test("[AUTH4] [AZ-05] a field is ignored, also where it names what the relay decides", async () => {
    await ann.ask({
      type: "post",
      room: "lobby",
      id: "1",
      text: "hello",
      by: { id: "bob", name: "Bob" },
      from: "bob",
      seq: 77,
      at: 1,
      epoch: "mine",
      kind: "settings",
      role: "admin",
    });
    const { messages } = await ann.ask({ type: "history", room: "lobby" });
    expect(messages).toEqual([
      {
        seq: 1,
        at: relay.clock.now(),
        id: "1",
        by: { id: "ann", name: "ann", role: "member" },
        text: "hello",
      },
    ]);
  });
});

test("[WIRE4] every request of a full frame gets one reply", async () => {
  const requests = Array.from({ length: 400 }, (_, ref) => ({
    type: ["post", "history", "teapot", "join", "leave", "members", "edit"][ref % 7] ?? "",
    ref,
    room: ref % 3 === 0 ? "lobby" : "other",
    id: `id-${ref}`,
    text: "x",
    target: 1,
  }));
  ann.say(...requests);
  await relay.clock.settle();
  const counts = new Map<number, number>();
  for (const { ref } of [...ann.of("ok"), ...ann.of("error")]) {
    counts.set(ref ?? -1, (counts.get(ref ?? -1) ?? 0) + 1);
  }
  expect([...counts.values()].every((count) => count === 1)).toBe(true);
  expect(counts.size).toBe(400);
});

test("[WIRE4] what needs no answer gets one if it bears a number, also when it is refused", async () => {
  const packets = [
    { type: "typing", on: true },
    { type: "read", seq: 1 },
    { type: "signal", name: "wave" },
  ];
  for (const packet of packets) {
    expect(await ann.reply({ ...packet, room: "lobby" })).toMatchObject({ type: "ok" });
    expect(await ann.askInVain({ ...packet, room: "elsewhere" })).toMatchObject({ code: "not-joined" });
  }
});

test("[WIRE5] what wants no answer gets one only when it is refused", async () => {
  ann.say(
    { type: "typing", room: "lobby", on: true },
    { type: "read", room: "lobby", seq: 1 },
    { type: "signal", room: "lobby", name: "wave" },
  );
  await relay.clock.settle();
  expect(ann.of("ok")).toEqual([]);
  expect(ann.of("error")).toEqual([]);
  ann.say({ type: "typing", room: "lobby" });
  await relay.clock.settle();
  expect(ann.last("error")).toMatchObject({ code: "invalid", room: "lobby" });
  expect(ann.last("error")).not.toHaveProperty("ref");
});

describe("[WIRE7] a key such as __proto__ is data", () => {
  test("in a message's data", async () => {
    const bob = await relay.join("bob", "lobby");
    const data = '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"toString":"y"}';
    ann.sayText(`[{"type":"post","ref":1,"room":"lobby","id":"1","text":"x","data":${data}}]`);
    await relay.clock.settle();
    const event = bob.last("event");
    expect(JSON.stringify(event?.kind === "message" && event.data)).toBe(data);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    expect(({} as { x?: unknown }).x).toBeUndefined();
    const { messages } = await bob.ask({ type: "history", room: "lobby" });
    expect(JSON.stringify(messages[0]?.data)).toBe(data);
  });

  test("in a packet itself", async () => {
    ann.sayText('[{"type":"post","ref":1,"__proto__":{"room":"lobby","id":"1","text":"x"}}]');
    await relay.clock.settle();
    expect(ann.replies(1)).toMatchObject([{ type: "error", code: "invalid" }]);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "as a room, a user, an id and a signal: %s",
    async (word) => {
      const mallory = await relay.join({ id: word, rooms: { "*": "moderator" } }, word);
      const bob = await relay.join("bob", word);
      await mallory.ask({ type: "post", room: word, id: word, text: word });
      mallory.say({ type: "signal", room: word, name: word, data: { [word]: word } });
      await mallory.ask({ type: "moderate", room: word, id: "m", action: "mute", user: "valueOf" });
      await relay.clock.settle();
      expect(bob.texts).toEqual([word]);
      expect(bob.last("signal")).toMatchObject({ name: word, by: { id: word } });
      expect((await bob.ask({ type: "members", room: word })).members.map(({ id }) => id)).toContain(word);
      await bob.post(word, "I am not muted");
      await mallory.ask({ type: "post", room: word, id: word, text: "again" });
      expect(bob.texts).toHaveLength(2);
    },
  );
});

describe("[PR-08] deep nesting", () => {
  test("in data is refused, and costs nobody anything", async () => {
    for (const depth of [100, 1000, 15_000]) {
      const deep = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
      const packets = ["post", "signal"].map(
        (type, at) =>
          `{"type":"${type}","ref":${at},"room":"lobby","id":"1","name":"n","text":"x","data":${deep}}`,
      );
      for (const packet of packets) ann.sayText(`[${packet}]`);
      await relay.clock.settle();
    }
    expect(ann.of("error").length).toBe(6);
    expect(ann.of("error").some(({ code }) => code === "internal")).toBe(false);
    expect(relay.log.entries).toEqual([]);
    expect(ann.socket.closed).toBeUndefined();
  });

  test("in what is ignored is ignored", async () => {
    const deep = "[".repeat(15_000) + "]".repeat(15_000);
    ann.sayText(`[{"type":"post","ref":1,"room":"lobby","id":"1","text":"x","more":${deep}}]`);
    await relay.clock.settle();
    expect(ann.replies(1)).toMatchObject([{ type: "ok" }]);
  });
});
