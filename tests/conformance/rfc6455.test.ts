import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  encode,
  PING,
  PONG,
  RawSocket,
  TEXT,
  type RawFrame,
} from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

let running: Running;

beforeAll(async () => {
  running = await startRelay();
});

afterAll(() => running.relay.close());

/** A request of exactly so many bytes, which is answered by one `ok`. */
function request(bytes: number): string {
  const packet = (more: string): string => `[{"type":"members","ref":1,"room":"r","more":"${more}"}]`;
  return packet("x".repeat(bytes - packet("").length));
}

const SHORTEST = request(200).length - 200 + 60;

/** A text in so many pieces, each a frame. */
function pieces(text: string, count: number): RawFrame[] {
  const bytes = Buffer.from(text);
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, at) => ({
    opcode: at === 0 ? TEXT : CONTINUATION,
    payload: bytes.subarray(at * size, (at + 1) * size),
    fin: at === count - 1,
  }));
}

/** Sends frames in one write and returns what comes back until there are so many frames. */
async function answers(frames: readonly (RawFrame | Buffer)[], count: number): Promise<string[]> {
  const raw = await RawSocket.enter(running.url, "ann");
  raw.write(Buffer.concat(frames.map((frame) => (Buffer.isBuffer(frame) ? frame : encode(frame)))));
  const told: string[] = [];
  while (told.length < count) {
    const { opcode, payload } = await raw.nextFrame();
    if (opcode === CLOSE) told.push(`close ${payload.length < 2 ? 1005 : payload.readUInt16BE(0)}`);
    else if (opcode === PONG) told.push(`pong ${payload.toString()}`);
    else told.push(...(JSON.parse(payload.toString()) as { type: string }[]).map(({ type }) => type));
  }
  raw.destroy();
  return told;
}

/** A frame whose length is written longer than it has to be, which RFC 6455 5.2 forbids to send. */
function wordy(text: string): Buffer {
  const short = encode({ opcode: TEXT, payload: text });
  const headerBytes = text.length < 126 ? 2 : 4;
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(text.length));
  return Buffer.concat([Buffer.from([short[0] ?? 0, 0x80 | 127]), length, short.subarray(headerBytes)]);
}

describe("[PR-19] framing", () => {
  test.each([SHORTEST, 125, 126, 127, 128, 4095, 65_534, 65_535, 65_536])(
    "a text of %i bytes",
    async (bytes) => {
      expect(await answers([{ opcode: TEXT, payload: request(bytes) }], 1)).toEqual(["ok"]);
    },
  );

  test("many frames in one write are answered each", async () => {
    const frames = Array.from({ length: 50 }, () => ({ opcode: TEXT, payload: request(100) }));
    expect(await answers(frames, 50)).toEqual(Array.from({ length: 50 }, () => "ok"));
  });

  test("a mask of zeros is a mask", async () => {
    const payload = Buffer.from(request(100));
    const frame = Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
    expect(await answers([frame], 1)).toEqual(["ok"]);
  });

  test.each([100, 300])(
    "a length of %i written in eight bytes is taken or refused, and costs nobody",
    async (bytes) => {
      const [first] = await answers([wordy(request(bytes))], 1);
      expect(["ok", "close 1002"]).toContain(first);
    },
  );

  test("an empty text is no array of packets", async () => {
    expect(await answers([{ opcode: TEXT }], 2)).toEqual(["error", "close 4400"]);
  });

  test("an empty binary frame is a binary frame", async () => {
    expect(await answers([{ opcode: BINARY }], 1)).toEqual(["close 1003"]);
  });
});

describe("[PR-19] fragments", () => {
  test.each([2, 3, 10, 64])("a text in %i pieces is one text", async (count) => {
    expect(await answers(pieces(request(640), count), 1)).toEqual(["ok"]);
  });

  test("a piece may be empty: the first, one between, and the last", async () => {
    const text = request(100);
    const frames: RawFrame[] = [
      { opcode: TEXT, fin: false },
      { opcode: CONTINUATION, fin: false, payload: text },
      { opcode: CONTINUATION, fin: false },
      { opcode: CONTINUATION },
    ];
    expect(await answers(frames, 1)).toEqual(["ok"]);
  });

  test("a ping between pieces is answered at once, and the text is whole", async () => {
    const [first, second, third] = pieces(request(300), 3) as [RawFrame, RawFrame, RawFrame];
    const ping = (payload: string): RawFrame => ({ opcode: PING, payload });
    expect(await answers([first, ping("a"), second, ping("b"), third], 3)).toEqual([
      "pong a",
      "pong b",
      "ok",
    ]);
  });

  test("a pong between pieces is nothing", async () => {
    const [first, second] = pieces(request(300), 2) as [RawFrame, RawFrame];
    expect(await answers([first, { opcode: PONG, payload: "x" }, second], 1)).toEqual(["ok"]);
  });

  test("a close between pieces ends the connection, and the text is not done", async () => {
    const [first, second] = pieces(request(300), 2) as [RawFrame, RawFrame];
    const close = { opcode: CLOSE, payload: Buffer.from([0x03, 0xe8]) };
    expect(await answers([first, close, second], 1)).toEqual(["close 1000"]);
  });

  test("a continuation after a whole text is a breach", async () => {
    const frames = [
      { opcode: TEXT, payload: request(100) },
      { opcode: CONTINUATION, payload: "x" },
    ];
    // What was asked before is not answered any more: the breach is found before the turn is over.
    expect(await answers(frames, 1)).toEqual(["close 1002"]);
  });

  test("a binary frame inside a text is a breach", async () => {
    expect(
      await answers(
        [
          { opcode: TEXT, payload: "[", fin: false },
          { opcode: BINARY, payload: "x" },
        ],
        1,
      ),
    ).toEqual(["close 1002"]);
  });

  test("a reserved bit on a later piece is a breach", async () => {
    const frames: RawFrame[] = [
      { opcode: TEXT, payload: "[", fin: false },
      { opcode: CONTINUATION, payload: "]", rsv: 4 },
    ];
    expect(await answers(frames, 1)).toEqual(["close 1002"]);
  });
});

describe("[PR-19] control frames", () => {
  test.each([0, 1, 64, 125])("a ping of %i bytes comes back", async (bytes) => {
    const payload = "p".repeat(bytes);
    expect(await answers([{ opcode: PING, payload }], 1)).toEqual([`pong ${payload}`]);
  });

  test("ten pings are answered in their order", async () => {
    const pings = Array.from({ length: 10 }, (_, at) => ({ opcode: PING, payload: String(at) }));
    expect(await answers(pings, 10)).toEqual(pings.map(({ payload }) => `pong ${payload}`));
  });

  test.each([
    ["a ping with a reserved bit", { opcode: PING, rsv: 4 }],
    ["a pong in pieces", { opcode: PONG, fin: false }],
    ["a close in pieces", { opcode: CLOSE, fin: false }],
    ["a close of 126 bytes", { opcode: CLOSE, payload: Buffer.alloc(126, 3) }],
    ["a ping that is not masked", { opcode: PING, isMasked: false }],
  ] as [string, RawFrame][])("%s is a breach", async (_, frame) => {
    expect(await answers([frame], 1)).toEqual(["close 1002"]);
  });

  test("after a close nothing is done any more", async () => {
    const frames = [
      { opcode: CLOSE, payload: Buffer.from([0x03, 0xe8]) },
      { opcode: TEXT, payload: request(100) },
      { opcode: PING, payload: "x" },
    ];
    const raw = await RawSocket.enter(running.url, "ann");
    raw.write(Buffer.concat(frames.map(encode)));
    expect(await raw.closeCode()).toBe(1000);
    await raw.ended;
    await expect(raw.nextFrame()).rejects.toThrow("in vain");
  });
});
