import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  encode,
  PING,
  PONG,
  RawClient,
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

/** After an attack somebody else comes, is welcomed, and is heard. */
async function expectAlive(): Promise<void> {
  const room = `alive-${Math.random()}`;
  const bob = await RawClient.join(running.url, "bob", room);
  await bob.ask({ type: "post", room, id: "1", text: "still here" });
  await bob.next((packet) => packet.type === "event" && packet["text"] === "still here");
  await bob.close();
}

/** Sends bytes on an authenticated connection and returns the code it is closed with. */
async function closeCodeOf(...frames: RawFrame[]): Promise<number> {
  const raw = await RawSocket.enter(running.url, "ann");
  raw.write(Buffer.concat(frames.map(encode)));
  const code = await raw.closeCode();
  raw.destroy();
  return code;
}

const text = (payload: string | Uint8Array, more: Partial<RawFrame> = {}): RawFrame => ({
  opcode: TEXT,
  payload,
  ...more,
});

describe("[WIRE2] [PR-01] [PR-02] UTF-8", () => {
  test.each<[string, RawFrame[]]>([
    ["ff fe", [text(Buffer.from([0xff, 0xfe]))]],
    ["an overlong slash", [text(Buffer.from([0xc0, 0xaf]))]],
    ["a surrogate", [text(Buffer.from([0xed, 0xa0, 0x80]))]],
    ["past the last code point", [text(Buffer.from([0xf4, 0x90, 0x80, 0x80]))]],
    ["a code point cut short", [text(Buffer.from([0xe2, 0x82]))]],
    [
      "an invalid byte in the second fragment",
      [text("[", { fin: false }), { opcode: CONTINUATION, payload: Buffer.from([0xff]) }],
    ],
  ])("%s ends the connection with 1007", async (_, frames) => {
    expect(await closeCodeOf(...frames)).toBe(1007);
    await expectAlive();
  });

  test("a code point may be split over fragments", async () => {
    const raw = await RawSocket.enter(running.url, "ann");
    const bytes = Buffer.from(
      JSON.stringify([{ type: "post", ref: 1, room: "utf", id: "euro", text: "1 €" }]),
    );
    const cut = bytes.indexOf(0xe2) + 1;
    raw.frame(text(bytes.subarray(0, cut), { fin: false }));
    raw.frame({ opcode: CONTINUATION, payload: bytes.subarray(cut) });
    expect(await raw.nextPackets()).toMatchObject([{ type: "ok", ref: 1 }]);
    raw.destroy();
  });
});

describe("[PR-03] frames that break RFC 6455 end the connection with 1002", () => {
  test.each<[string, RawFrame[]]>([
    ["not masked", [text("[]", { isMasked: false })]],
    ["a reserved bit: 1", [text("[]", { rsv: 4 })]],
    ["a reserved bit: 2", [text("[]", { rsv: 2 })]],
    ["a reserved bit: 3", [text("[]", { rsv: 1 })]],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, RawFrame[]] => [
      `opcode ${opcode}`,
      [{ opcode }],
    ]),
    ["a ping in fragments", [{ opcode: PING, fin: false }]],
    ["a ping of 126 bytes", [{ opcode: PING, payload: "x".repeat(126) }]],
    ["a continuation of nothing", [{ opcode: CONTINUATION, payload: "[]" }]],
    ["a text inside a text", [text("[", { fin: false }), text("]")]],
  ])("%s", async (_, frames) => {
    expect(await closeCodeOf(...frames)).toBe(1002);
  });

  test("and the relay lives on", expectAlive);
});

describe("[PR-04] close frames", () => {
  const close = (code: number, reason: string | Uint8Array = ""): RawFrame => {
    const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
    return { opcode: CLOSE, payload };
  };

  test.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535])(
    "with the code %i are answered by 1002",
    async (code) => {
      expect(await closeCodeOf(close(code))).toBe(1002);
    },
  );

  test("of one byte are answered by 1002, with a bad reason by 1007", async () => {
    expect(await closeCodeOf({ opcode: CLOSE, payload: "x" })).toBe(1002);
    expect(await closeCodeOf(close(1000, Buffer.from([0xff])))).toBe(1007);
  });

  test.each([1000, 1001, 1011, 3000, 4000, 4999])(
    "with the code %i are answered by the same",
    async (code) => {
      expect(await closeCodeOf(close(code, "done"))).toBe(code);
    },
  );

  test("without a code are answered, and the line is ended", async () => {
    const raw = await RawSocket.enter(running.url, "ann");
    raw.frame({ opcode: CLOSE });
    expect(await raw.closeCode()).toBe(1005);
    await raw.ended;
  });
});

describe("[WIRE2] [PR-05] [PR-06] the size of a frame", () => {
  const LIMIT = 65_536;
  const post = (bytes: number): string => {
    const packet = JSON.stringify([{ type: "post", ref: 1, room: "size", id: "1", text: "x", more: "" }]);
    return packet.replace('"more":""', `"more":"${"y".repeat(bytes - packet.length)}"`);
  };

  test("up to the limit is fine, in one piece or several", async () => {
    const raw = await RawSocket.enter(running.url, "ann");
    raw.frame(text(post(LIMIT)));
    expect(await raw.nextPackets()).toMatchObject([{ type: "ok" }]);
    const bytes = post(LIMIT);
    raw.frame(text(bytes.slice(0, 30_000), { fin: false }));
    raw.frame({ opcode: CONTINUATION, payload: bytes.slice(30_000, 60_000), fin: false });
    raw.frame({ opcode: CONTINUATION, payload: bytes.slice(60_000) });
    expect(await raw.nextPackets()).toMatchObject([{ type: "ok", duplicate: true }]);
    raw.destroy();
  });

  test("one byte more ends the connection with 1009, in one piece or several", async () => {
    expect(await closeCodeOf(text(post(LIMIT + 1)))).toBe(1009);
    const third = "x".repeat(LIMIT / 3 + 1);
    expect(
      await closeCodeOf(
        text(third, { fin: false }),
        { opcode: CONTINUATION, payload: third, fin: false },
        { opcode: CONTINUATION, payload: third },
      ),
    ).toBe(1009);
  });

  test.each([2n ** 32n, 2n ** 53n, 2n ** 63n - 1n])(
    "a header that announces %d bytes is enough",
    async (announced) => {
      const before = process.memoryUsage().rss;
      expect([1002, 1009]).toContain(await closeCodeOf(text("", { announced })));
      expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
      await expectAlive();
    },
  );
});

test("[WIRE2] [PR-07] a binary frame ends the connection with 1003, and nothing after it is done", async () => {
  const raw = await RawSocket.enter(running.url, "ann");
  const post = JSON.stringify([{ type: "post", ref: 1, room: "binary", id: "1", text: "after the end" }]);
  raw.write(Buffer.concat([encode({ opcode: BINARY, payload: "[]" }), encode(text(post))]));
  expect(await raw.closeCode()).toBe(1003);
  raw.destroy();
  const bob = await RawClient.enter(running.url, "bob");
  expect(await bob.ask({ type: "history", room: "binary" })).toMatchObject({ messages: [] });
  await bob.close();
});

describe("[PR-08] [WIRE1] what is no frame of packets ends the connection with 4400, after a word about it", () => {
  test.each([
    "",
    "hello",
    "7",
    "null",
    '"x"',
    "{}",
    "[1]",
    "[".repeat(10_000),
    '[{"type":7}]',
    "9".repeat(400),
  ])("%.20j", async (payload) => {
    const raw = await RawSocket.enter(running.url, "ann");
    raw.frame(text(payload));
    const [error] = await raw.nextPackets();
    expect(error).toMatchObject({ type: "error", code: "invalid" });
    expect(String(error?.["message"])).toMatch(/array of packets|hold packets/);
    expect(await raw.closeCode()).toBe(4400);
    raw.destroy();
  });

  test("and the relay lives on", expectAlive);
});

describe("[PR-11] tiny pieces", () => {
  test.each<[string, () => Buffer]>([
    [
      "200,000 empty fragments",
      () => {
        const empty = encode({ opcode: CONTINUATION, fin: false });
        return Buffer.concat([
          encode(text("", { fin: false })),
          ...Array.from({ length: 200_000 }, () => empty),
        ]);
      },
    ],
    [
      "60,000 fragments of a byte",
      () => {
        const one = encode({ opcode: CONTINUATION, fin: false, payload: "x" });
        return Buffer.concat([
          encode(text("[", { fin: false })),
          ...Array.from({ length: 60_000 }, () => one),
        ]);
      },
    ],
  ])("%s end the connection, and cost no memory", async (_, bytes) => {
    const raw = await RawSocket.enter(running.url, "ann");
    const flood = bytes();
    const before = process.memoryUsage().rss;
    raw.write(flood);
    expect([1008, 1009]).toContain(await raw.closeCode());
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
    raw.destroy();
    await expectAlive();
  });

  test("a frame that comes byte by byte is a frame", async () => {
    const raw = await RawSocket.enter(running.url, "ann");
    const packet = JSON.stringify([{ type: "post", ref: 1, room: "slow", id: "1", text: "x" }]);
    for (const byte of encode(text(packet))) {
      raw.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await raw.nextPackets()).toMatchObject([{ type: "ok", ref: 1 }]);
    raw.destroy();
  });
});

describe("[PR-17] pings", () => {
  test("are answered with what they carry", async () => {
    const raw = await RawSocket.enter(running.url, "ann");
    for (const payload of ["", "x".repeat(125)]) {
      raw.frame({ opcode: PING, payload });
      const pong = await raw.nextFrame();
      expect([pong.opcode, pong.payload.toString()]).toEqual([PONG, payload]);
    }
    raw.destroy();
  });

  test("a pong that nobody asked for is nothing", async () => {
    const raw = await RawSocket.enter(running.url, "ann");
    raw.frame({ opcode: PONG, payload: "x" });
    raw.say([{ type: "members", ref: 1, room: "lobby" }]);
    expect(await raw.nextPackets()).toMatchObject([{ type: "ok", ref: 1 }]);
    raw.destroy();
  });

  test("[P6] by the hundred thousand from somebody who reads nothing cost no memory", async () => {
    const raw = await RawSocket.enter(running.url, "ann");
    raw.pause();
    const before = process.memoryUsage().rss;
    const ping = encode({ opcode: PING, payload: "x".repeat(125) });
    for (let each = 0; each < 100; each++) {
      raw.write(Buffer.concat(Array.from({ length: 1000 }, () => ping)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().rss - before).toBeLessThan(80e6);
    raw.destroy();
    await expectAlive();
  });
});
