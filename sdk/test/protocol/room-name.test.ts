import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS, codePointLength, decodeClientFrame, parseRoomName } from "@natter/sdk/protocol";

describe("[RM1] a room name is any text of 1 to 128 code points", () => {
  test.each([
    "lobby",
    "a_b",
    "한국어 방",
    "☕ café",
    "غرفة",
    "👩‍👩‍👧‍👦",
    "a/b?c#d%20",
    "constructor",
    "__proto__",
    "0",
    "🇰🇷",
    "*",
    ".",
  ])("%s is one", (name) => {
    expect(parseRoomName(name)).toEqual({ ok: true, room: name });
  });

  test("128 code points are one, 129 are none, whatever their length in UTF-16", () => {
    expect(parseRoomName("a".repeat(128)).ok).toBe(true);
    expect(parseRoomName("👋".repeat(128)).ok).toBe(true);
    expect(parseRoomName("a".repeat(129))).toEqual({
      ok: false,
      message: "A room name has at most 128 characters; this one has 129.",
    });
    expect(parseRoomName("👋".repeat(129)).ok).toBe(false);
  });

  test("the length counts after normalisation", () => {
    expect(parseRoomName("e\u0301".repeat(128)).ok).toBe(true);
    expect(parseRoomName("e\u0301".repeat(129)).ok).toBe(false);
  });

  test("a frame full of combining marks is refused at once, not put in order first", () => {
    const from = process.cpuUsage();
    const parsed = parseRoomName(`a${"\u0301\u0323".repeat(16_000)}`);
    expect(parsed.ok ? "" : parsed.message).toBe(
      "A room name has at most 128 characters; this one has 32001.",
    );
    // Time of the processor, so that a busy machine does not fail the test: it took 600 ms, and takes none.
    expect(process.cpuUsage(from).user / 1000).toBeLessThan(100);
  });

  test("no name that is short enough in NFC is refused for its length before", () => {
    // Four code points that NFC joins into one, the most there are.
    const spelled = "\u03b1\u0313\u0300\u0345";
    expect(spelled.normalize("NFC")).toHaveLength(1);
    expect(parseRoomName(spelled.repeat(128)).ok).toBe(true);
  });

  test("an empty name is none", () => {
    expect(parseRoomName("")).toEqual({ ok: false, message: "A room name must not be empty." });
  });
});

describe("[RM2] two spellings with the same NFC form are one room", () => {
  test.each([
    ["cafe\u0301", "café"],
    ["\u1112\u1161\u11ab", "한"],
    ["\u212B", "Å"],
    ["ñ", "ñ"],
  ])("%j is %s", (spelling, room) => {
    expect(parseRoomName(spelling)).toEqual({ ok: true, room });
  });

  test("for every text: a name is in NFC and stays what it is when it is read again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 140 }), (text) => {
        const parsed = parseRoomName(text);
        if (!parsed.ok) return;
        expect(parsed.room).toBe(text.normalize("NFC"));
        expect(parseRoomName(parsed.room)).toEqual(parsed);
        expect(codePointLength(parsed.room)).toBeLessThanOrEqual(LIMITS.roomNameLength);
        expect(parsed.room.trim()).toBe(parsed.room);
      }),
    );
  });
});

describe("[RM3] a refusal names the offending character", () => {
  test.each([
    ["a\u0000b", "a control character (U+0000, character 2)"],
    ["tab\there", "a control character (U+0009, character 4)"],
    ["line\nbreak", "a control character (U+000A, character 5)"],
    ["a\u007f", "a control character (U+007F, character 2)"],
    ["\u0085a", "a control character (U+0085, character 1)"],
    ["a\ud800b", "half of a surrogate pair (U+D800, character 2)"],
    ["👋\udc00", "half of a surrogate pair (U+DC00, character 2)"],
    ["ann\u202egnp", "a text-direction control (U+202E, character 4)"],
    ["a\u200f", "a text-direction control (U+200F, character 2)"],
    ["a\u2066b\u2069", "a text-direction control (U+2066, character 2)"],
    ["a\u061cb", "a text-direction control (U+061C, character 2)"],
    ["a\u2028b", "a line separator (U+2028, character 2)"],
    ["a\u2029b", "a line separator (U+2029, character 2)"],
  ])("%j must not contain it", (name, offence) => {
    expect(parseRoomName(name)).toEqual({ ok: false, message: `A room name must not contain ${offence}.` });
  });

  test.each([
    [" lobby", "U+0020, character 1"],
    ["lobby ", "U+0020, character 6"],
    ["\u00a0x", "U+00A0, character 1"],
    ["x\u3000", "U+3000, character 2"],
    ["\ufeffx", "U+FEFF, character 1"],
    ["👋👋 ", "U+0020, character 3"],
    [" ", "U+0020, character 1"],
  ])("%j must not start or end with white space", (name, place) => {
    expect(parseRoomName(name)).toEqual({
      ok: false,
      message: `A room name must not start or end with white space (${place}).`,
    });
  });

  test("in a packet it is `bad-room`, with the packet's ref", () => {
    const frame = JSON.stringify([{ type: "join", ref: 7, room: "a\u202eb" }]);
    expect(decodeClientFrame(frame)).toEqual({
      ok: true,
      packets: [
        {
          ok: false,
          code: "bad-room",
          message: "A room name must not contain a text-direction control (U+202E, character 2).",
          type: "join",
          ref: 7,
        },
      ],
    });
  });

  test("in a packet another spelling is already the one name", () => {
    const decoded = decodeClientFrame(JSON.stringify([{ type: "join", ref: 7, room: "cafe\u0301" }]));
    expect(decoded).toEqual({
      ok: true,
      packets: [{ ok: true, packet: { type: "join", ref: 7, room: "café" } }],
    });
  });
});
