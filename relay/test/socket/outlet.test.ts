import { beforeEach, describe, expect, test } from "vitest";
import { Frame, frameOf } from "../../src/frame.ts";
import { Outlet } from "../../src/socket/outlet.ts";
import { Meter } from "../../src/telemetry/meter.ts";
import { HandSocket } from "../doubles/hand-socket.ts";

let sent: string[];
let meter: Meter;
let socket: HandSocket;
let waiting: number;
let outlet: Outlet;

beforeEach(() => {
  sent = [];
  meter = new Meter();
  waiting = 0;
  socket = new HandSocket(
    (frame) => sent.push(frame),
    () => {},
  );
  outlet = new Outlet(socket, { meter, requestAlone: () => void waiting++ });
});

test("packets of one turn leave as one frame, and it asks once to be flushed", () => {
  outlet.packet('{"a":1}');
  outlet.packet('{"b":2}');
  expect(sent).toEqual([]);
  expect(waiting).toBe(1);
  outlet.flush();
  expect(sent).toEqual(['[{"a":1},{"b":2}]']);
  outlet.flush();
  expect(sent).toHaveLength(1);
  outlet.packet('{"c":3}');
  expect(waiting).toBe(2);
});

test("[P3] a packet that waits leaves before a frame that many share", () => {
  outlet.packet('{"mine":1}');
  outlet.frame(new Frame('[{"shared":2}]'));
  outlet.packet('{"mine":3}');
  outlet.frame(new Frame('[{"shared":4}]'));
  expect(sent).toEqual(['[{"mine":1}]', '[{"shared":2}]', '[{"mine":3}]', '[{"shared":4}]']);
});

test("much at once leaves in several frames, so that a slow line shows that it lives", () => {
  for (let each = 0; each < 100; each++) outlet.packet(JSON.stringify(`${each} ${"x".repeat(1000)}`));
  outlet.flush();
  expect(sent.length).toBeGreaterThan(2);
  expect(Math.max(...sent.map((frame) => frame.length))).toBeLessThan(40_000);
  const packets = sent.flatMap((frame) => JSON.parse(frame) as string[]);
  expect(packets.map((packet) => Number.parseInt(packet, 10))).toEqual(
    Array.from({ length: 100 }, (_, at) => at),
  );
});

test("what waits leaves before the connection is ended, and nothing when it is cut", () => {
  outlet.packet('{"last":"words"}');
  outlet.close(4401, "why");
  expect(sent).toEqual(['[{"last":"words"}]']);
  expect(socket.closed).toEqual({ code: 4401, reason: "why" });

  outlet.packet('{"never":"told"}');
  outlet.terminate();
  outlet.flush();
  expect(sent).toHaveLength(1);
});

test("what leaves is counted: frames, the packets in them, and bytes", () => {
  outlet.packet("{}");
  outlet.packet("{}");
  outlet.frame(frameOf(["{}", "{}", "{}"]));
  outlet.frame(frameOf([]));
  expect(meter.sent).toEqual({ frames: 3, packets: 5, bytes: 2 + 7 + 2 + 10 + 2 + 2 });
  outlet.close(4429, "why");
  expect([...meter.closes.entries()]).toEqual([[4429, 1]]);
});

describe("it knows", () => {
  test("whether anything left since it was asked last", () => {
    expect(outlet.takeHasSent()).toBe(false);
    outlet.packet("{}");
    expect(outlet.takeHasSent()).toBe(false);
    outlet.flush();
    expect(outlet.takeHasSent()).toBe(true);
    expect(outlet.takeHasSent()).toBe(false);
  });

  test("[P6] how much waits: on the line, and before it", () => {
    socket.pause();
    outlet.frame(new Frame("[1234]"));
    expect(outlet.bufferedBytes).toBe(2 + 6);
    outlet.packet("12345678");
    expect(outlet.bufferedBytes).toBeGreaterThanOrEqual(2 + 14);
    outlet.flush();
    expect(outlet.bufferedBytes).toBe(2 + 6 + 2 + 10);
    socket.resume();
    expect(outlet.bufferedBytes).toBe(0);
  });
});
