import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CLIENT_PACKETS,
  HEARTBEAT,
  LIMITS,
  RELAY_PACKETS,
  decodeClientFrame,
  decodeRelayFrame,
  encodeFrame,
  isErrorCode,
  type ClientPacket,
  type DecodedPacket,
} from "@natter/sdk/protocol";
import { goldenFrames } from "./golden.ts";

const post = { type: "post", ref: 1, room: "lobby", id: "m1", text: "Hello" };

function decodeOne(packet: unknown): DecodedPacket<ClientPacket> {
  const decoded = decodeClientFrame(JSON.stringify([packet]));
  if (!decoded.ok || decoded.packets.length !== 1) throw new Error("Expected a frame of one packet.");
  return decoded.packets[0] as DecodedPacket<ClientPacket>;
}

function refusal(packet: unknown): string {
  const decoded = decodeOne(packet);
  return decoded.ok ? "" : `${decoded.code}: ${decoded.message}`;
}

describe("a frame", () => {
  test("of no packet is the heartbeat", () => {
    expect(decodeClientFrame(HEARTBEAT)).toEqual({ ok: true, packets: [] });
    expect(decodeRelayFrame(encodeFrame([]))).toEqual({ ok: true, packets: [] });
  });

  test.each([
    ["", "no JSON"],
    ["{", "no JSON"],
    ["[NaN]", "no JSON"],
    ["\u0000", "no JSON"],
    ["{}", "array of packets"],
    ["null", "array of packets"],
    ['"post"', "array of packets"],
    ["[1]", "objects with a text in `type`"],
    ["[null]", "objects with a text in `type`"],
    ["[[]]", "objects with a text in `type`"],
    ["[{}]", "objects with a text in `type`"],
    ['[{"type":1}]', "objects with a text in `type`"],
    ['[{"type":"leave","ref":1,"room":"a"},5]', "objects with a text in `type`"],
  ])("%j is none, and the sentence says why", (text, why) => {
    const decoded = decodeClientFrame(text);
    expect(decoded.ok ? "" : decoded.message).toContain(why);
    expect(decodeRelayFrame(text).ok).toBe(false);
  });

  test("of any text is read without an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        decodeClientFrame(text);
        decodeRelayFrame(text);
      }),
      { numRuns: 300 },
    );
  });

  test("of any JSON is read without an exception, and what is refused names a code of the catalogue", () => {
    fc.assert(
      fc.property(fc.array(anyPacket()), (packets) => {
        for (const decode of [decodeClientFrame, decodeRelayFrame]) {
          const decoded = decode(JSON.stringify(packets));
          expect(decoded.ok).toBe(true);
          if (!decoded.ok) return;
          expect(decoded.packets).toHaveLength(packets.length);
          for (const packet of decoded.packets) {
            if (!packet.ok) expect(isErrorCode(packet.code)).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("with one wrong field is refused in that packet and nowhere else", () => {
    const golden = goldenFrames().flatMap(({ from, frame }) => (from === "client" ? frame : []));
    fc.assert(
      fc.property(fc.constantFrom(...golden), fc.jsonValue(), fc.nat(), (packet, value, pick) => {
        const keys = Object.keys(packet as object);
        const broken = { ...(packet as object), [keys[pick % keys.length] as string]: value };
        const decoded = decodeClientFrame(JSON.stringify([post, { ...broken, type: "post" }, post]));
        expect(decoded.ok).toBe(true);
        if (!decoded.ok) return;
        expect(decoded.packets[0]).toEqual({ ok: true, packet: post });
        expect(decoded.packets[2]).toEqual({ ok: true, packet: post });
      }),
      { numRuns: 500 },
    );
  });
});

describe("a packet", () => {
  test("of an unknown type is refused alone, and told which types there are", () => {
    expect(decodeOne({ type: "shout", ref: 3, room: "lobby" })).toEqual({
      ok: false,
      code: "unknown-type",
      message: `There is no packet of type "shout". Known types: ${Object.keys(CLIENT_PACKETS).join(", ")}.`,
      type: "shout",
      ref: 3,
      room: "lobby",
    });
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
    "of the type %s is unknown: what every object has is no packet",
    (type) => {
      const text = `[{"type":${JSON.stringify(type)},"ref":1}]`;
      const decoded = decodeClientFrame(text);
      expect(decoded.ok && decoded.packets.map((packet) => !packet.ok && packet.code)).toEqual([
        "unknown-type",
      ]);
    },
  );

  test("of a type that only the other side says is unknown", () => {
    expect(refusal({ type: "welcome" })).toMatch(/^unknown-type:/);
    const decoded = decodeRelayFrame(JSON.stringify([post]));
    expect(decoded.ok && decoded.packets[0]).toMatchObject({ ok: false, code: "unknown-type", ref: 1 });
  });

  test("with a very long type is refused in a short sentence", () => {
    expect(refusal({ type: "x".repeat(10_000) }).length).toBeLessThan(400);
  });

  test("with a field that nobody knows is understood without it", () => {
    expect(decodeOne({ ...post, colour: "red" })).toEqual({ ok: true, packet: post });
  });

  test("is refused with its ref and its room, so that the sender knows which it was", () => {
    expect(decodeOne({ ...post, text: 5 })).toMatchObject({
      ok: false,
      code: "invalid",
      type: "post",
      ref: 1,
      room: "lobby",
    });
  });

  test.each([["1"], [null], [{}]])("whose ref is no number (%j) is refused without one", (ref) => {
    const decoded = decodeOne({ ...post, ref });
    expect(decoded).toMatchObject({
      ok: false,
      code: "invalid",
      message: 'In "post", `ref` must be a number.',
    });
    expect(decoded).not.toHaveProperty("ref");
  });

  test.each([0, -1, 1.5, 2 ** 53, 1e308])("may have any number as its ref: %d", (ref) => {
    expect(decodeOne({ ...post, ref })).toEqual({ ok: true, packet: { ...post, ref } });
  });

  test.each([
    [{ ...post, id: undefined }, 'invalid: In "post", `id` is missing.'],
    [{ ...post, ref: undefined }, 'invalid: In "post", `ref` is missing.'],
    [{ ...post, text: undefined }, 'invalid: In "post", `text` is missing.'],
    [{ ...post, room: undefined }, 'invalid: In "post", `room` is missing.'],
    [{ ...post, room: 5 }, 'invalid: In "post", `room` must be a text.'],
    [{ ...post, text: "" }, 'invalid: In "post", `text` must not be empty.'],
    [
      { ...post, text: "a\ud800" },
      'invalid: In "post", `text` must be valid Unicode (it has a lone surrogate).',
    ],
    [{ ...post, id: "a b" }, 'invalid: In "post", `id` must be 1 to 64 characters of A-Z a-z 0-9 _ -.'],
    [
      { ...post, id: "a".repeat(65) },
      'invalid: In "post", `id` must be 1 to 64 characters of A-Z a-z 0-9 _ -.',
    ],
    [{ ...post, id: "a\n" }, 'invalid: In "post", `id` must be 1 to 64 characters of A-Z a-z 0-9 _ -.'],
    [{ ...post, reply: 0 }, 'invalid: In "post", `reply` must be at least 1.'],
    [{ ...post, reply: 1.5 }, 'invalid: In "post", `reply` must be a whole number below 2^53.'],
    [{ ...post, reply: 2 ** 53 }, 'invalid: In "post", `reply` must be a whole number below 2^53.'],
    [{ ...post, data: [] }, 'invalid: In "post", `data` must be an object.'],
    [{ ...post, data: "x" }, 'invalid: In "post", `data` must be an object.'],
    [{ ...post, data: null }, 'invalid: In "post", `data` must be an object.'],
    [
      { type: "join", ref: 1, room: "a", since: { epoch: "x" } },
      'invalid: In "join", `since.seq` is missing.',
    ],
    [{ type: "join", ref: 1, room: "a", limit: 201 }, 'invalid: In "join", `limit` must be at most 200.'],
    [{ type: "history", ref: 1, room: "a", limit: 0 }, 'invalid: In "history", `limit` must be at least 1.'],
    [
      { type: "react", ref: 1, room: "a", id: "x", target: 1, emoji: "👍", on: 1 },
      'invalid: In "react", `on` must be true or false.',
    ],
    [
      { type: "moderate", ref: 1, room: "a", id: "x", action: "shoot", user: "b" },
      'invalid: In "moderate", `action` must be kick, mute, unmute, ban or unban.',
    ],
    [
      { type: "moderate", ref: 1, room: "a", id: "x", action: "mute", user: "b\u0000" },
      'invalid: In "moderate", `user` must not contain control characters.',
    ],
    [{ type: "hello" }, 'invalid: In "hello", `token` is missing.'],
    [
      { type: "hello", token: "x".repeat(8193) },
      'invalid: In "hello", `token` must have at most 8192 characters.',
    ],
    [{ type: "signal", room: "a", name: "" }, 'invalid: In "signal", `name` must be of A-Z a-z 0-9 _ . : -.'],
    [
      { type: "signal", room: "a", name: "a".repeat(65) },
      'invalid: In "signal", `name` must have at most 64 characters.',
    ],
  ])("%j is refused by name", (packet, sentence) => {
    expect(refusal(packet)).toBe(sentence);
  });

  test("whose ref no JSON can write down is refused without one", () => {
    const decoded = decodeClientFrame('[{"type":"leave","ref":1e999,"room":"lobby"}]');
    expect(decoded.ok && decoded.packets).toEqual([
      {
        ok: false,
        code: "invalid",
        message: 'In "leave", `ref` must be a number.',
        type: "leave",
        room: "lobby",
      },
    ]);
  });

  test.each([
    ["post", { ...post, data: nested(32) }, { ...post, data: nested(33) }],
    [
      "signal",
      { type: "signal", room: "a", name: "x", data: nested(32) },
      { type: "signal", room: "a", name: "x", data: nested(33) },
    ],
  ])("with data 32 levels deep is understood, with one more it is refused: %s", (type, deep, deeper) => {
    expect(decodeOne(deep)).toEqual({ ok: true, packet: deep });
    expect(refusal(deeper)).toBe(`invalid: In "${type}", \`data\` must not nest deeper than 32 levels.`);
  });

  test("with data as deep as a frame can hold is refused without an exception", () => {
    const text = `[{"type":"signal","room":"a","name":"x","data":${"[".repeat(32_000)}${"]".repeat(32_000)}}]`;
    const decoded = decodeClientFrame(text);
    expect(decoded.ok && decoded.packets[0]).toMatchObject({ ok: false, code: "invalid" });
  });

  test("with a text over the relay's limit is understood: the relay answers too-large, not invalid", () => {
    expect(decodeOne({ ...post, text: "x".repeat(LIMITS.textLength + 1) }).ok).toBe(true);
  });

  test.each([
    "a",
    "ok",
    "constructor",
    "toString",
    "__proto__",
    " ",
    "👍 ",
    "\u0000",
    "👍".repeat(17),
    "1",
    "!",
    "",
  ])("with %j is no reaction", (emoji) => {
    expect(refusal({ type: "react", ref: 1, room: "a", id: "x", target: 1, emoji, on: true })).toMatch(
      /`emoji` must /,
    );
  });

  test.each(["👍", "❤️", "👩🏽‍🚀", "👨‍👩‍👧‍👦", "🇰🇷", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☕", "#️⃣"])("with %s is a reaction", (emoji) => {
    expect(decodeOne({ type: "react", ref: 1, room: "a", id: "x", target: 1, emoji, on: true }).ok).toBe(
      true,
    );
  });

  test("of a relay with a code or a verb of a later version is still read", () => {
    const decoded = decodeRelayFrame(
      JSON.stringify([{ type: "left", room: "a", code: "moved", message: "Elsewhere." }]),
    );
    expect(decoded.ok && decoded.packets[0]?.ok).toBe(true);
  });
});

/** Objects that look more or less like packets. */
function anyPacket(): fc.Arbitrary<Record<string, unknown>> {
  const type = fc.oneof(
    fc.constantFrom(...Object.keys({ ...CLIENT_PACKETS, ...RELAY_PACKETS })),
    fc.string(),
  );
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom("lobby", 1, true, "👍", {}));
  const names = ["ref", "room", "id", "text", "target", "on", "emoji", "data", "kind", "by", "__proto__"];
  return fc
    .tuple(type, fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), field))
    .map(([word, fields]) => ({ ...fields, type: word }));
}

/** An object with so many objects inside one another, itself counted. */
function nested(levels: number): unknown {
  return levels === 1 ? {} : { a: nested(levels - 1) };
}
