import { expect, it } from "vitest";
import { clientFrame, FrameReader, TEXT } from "../load/frames.mjs";

/** A server's frame. @param {string} payload @param {{ opcode?: number, isLast?: boolean }} [options] */
function serverFrame(payload, { opcode = TEXT, isLast = true } = {}) {
  const body = Buffer.from(payload);
  const { length } = body;
  const first = (isLast ? 0x80 : 0) | opcode;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), body]);
  if (length < 65_536) return Buffer.concat([Buffer.from([first, 126, length >> 8, length & 255]), body]);
  const header = Buffer.alloc(10);
  header.set([first, 127]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, body]);
}

/** Reads bytes in chunks of one size. @param {Buffer} bytes @param {number} size */
function read(bytes, size) {
  /** @type {[opcode: number, payload: string][]} */
  const messages = [];
  const reader = new FrameReader({
    onBytes: () => 0,
    onMessage: (opcode, payload, start, end) => messages.push([opcode, payload.toString("utf8", start, end)]),
  });
  const inbox = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(inbox, 0, at, at + size);
    reader.read(inbox, 0, length);
  }
  return messages;
}

it.each([1, 2, 3, 7, 127, 1000, 200_000])("finds all frames in packets of %i bytes", (size) => {
  // In the smallest packets a large frame would take a second.
  const large = size > 100 ? ["ö".repeat(40_000)] : [];
  const payloads = ["", "short", "x".repeat(125), ...large, "y".repeat(126)];
  const bytes = Buffer.concat(payloads.map((payload) => serverFrame(payload)));
  expect(read(bytes, size)).toEqual(payloads.map((payload) => [TEXT, payload]));
});

it("puts a message in several frames together, with a ping between them", () => {
  const bytes = Buffer.concat([
    serverFrame("Hel", { isLast: false }),
    serverFrame("?", { opcode: 9 }),
    serverFrame("lo ", { opcode: 0, isLast: false }),
    serverFrame("there", { opcode: 0 }),
  ]);
  expect(read(bytes, 4)).toEqual([
    [9, "?"],
    [TEXT, "Hello there"],
  ]);
});

it("takes over no byte that its listener knew", () => {
  const known = serverFrame("known");
  /** @type {string[]} */
  const read = [];
  const reader = new FrameReader({
    onBytes: (bytes, at, end) =>
      known.equals(bytes.subarray(at, Math.min(end, at + known.length))) ? known.length : 0,
    onMessage: (_opcode, bytes, start, end) => read.push(bytes.toString("utf8", start, end)),
  });
  const bytes = Buffer.concat([known, serverFrame("news"), known]);
  reader.read(bytes, 0, bytes.length);
  expect(read).toEqual(["news"]);
});

it("refuses what no server may send", () => {
  const compressed = serverFrame("x");
  compressed[0] = 0xc1;
  expect(() => read(compressed, 100)).toThrow("compressed");
  expect(() => read(clientFrame("x"), 100)).toThrow("masked");
});

it.each([0, 125, 126, 65_535, 65_536])(
  "masks a payload of %i bytes so that it can be read again",
  (length) => {
    const payload = "a@Z~".repeat(length).slice(0, length);
    const frame = clientFrame(payload);
    const start = frame.length - length;
    const mask = frame.subarray(start - 4, start);
    const plain = frame.subarray(start).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
    expect(Buffer.from(plain).toString("latin1")).toBe(payload);
    expect(mask.some((byte) => byte !== 0)).toBe(true);
  },
);
