// Clients that behave badly, next to those who are measured. They speak to the relay alone, and read nothing of what
// it says, so that they cost the load as little as can be.
import { connect } from "node:net";
import { clientFrame } from "./frames.mjs";
import { upgradeRequest } from "./upgrade.mjs";

/**
 * - stopped: is in the room and reads no more
 * - trickle: is in the room and reads 1 KB a second
 * - garbage: sends 64 KiB of nonsense, of two sorts, and comes back when it was cut off
 * - flood: posts into the room as fast as it can, and comes back when it was cut off
 *
 * @typedef {{ kind: "stopped" | "trickle" | "garbage" | "flood", count: number }} Intruders
 */

const FRAME_BYTES = 65_536;
const TRICKLE_BYTES = 1024;
/** Those who were cut off come back after this; sooner would measure how fast connections are made. */
const RETURN_MS = 100;
/** How long those who stop reading behave. */
const POLITE_MS = 100;
const GARBAGE_EVERY_MS = 20;
const FLOOD_EVERY_MS = 10;
const FLOOD_POSTS = 20;

const garbage = [
  clientFrame("garbage ".repeat(FRAME_BYTES / 8)),
  clientFrame(`[${Array.from({ length: 5000 }, () => '{"type":"x"}').join(",")}]`),
];

/**
 * Lets them in, for good.
 *
 * @param {Intruders} intruders
 * @param {number} port
 * @param {string} room
 * @param {readonly string[]} tokens one for each
 */
export function letIn({ kind, count }, port, room, tokens) {
  for (const token of tokens.slice(0, count)) {
    const hello = { type: "hello", token };
    const opening = clientFrame(JSON.stringify([hello, { type: "join", ref: 1, room, limit: 0 }]));
    BEHAVIOURS[kind]({ port, room, opening });
  }
}

/** @typedef {{ port: number, room: string, opening: Buffer }} Way */

/** @type {Record<Intruders["kind"], (way: Way) => void>} */
const BEHAVIOURS = {
  stopped: (way) => void stopReading(dial(way, FRAME_BYTES)),
  trickle: (way) => {
    const line = stopReading(dial(way, TRICKLE_BYTES));
    setInterval(() => line.socket.resume(), 1000);
  },
  garbage: (way) => {
    let turn = 0;
    comeBack(way, GARBAGE_EVERY_MS, () => garbage[turn++ % 2] ?? "");
  },
  flood: (way) => {
    let number = 0;
    const post = () =>
      `[{"type":"post","ref":2,"room":"${way.room}","id":"flood-${number++}","text":"flood"}]`;
    comeBack(way, FLOOD_EVERY_MS, () =>
      Buffer.concat(Array.from({ length: FLOOD_POSTS }, () => clientFrame(post()))),
    );
  },
};

/** Reads what one call brings and then nothing, until it is resumed. @param {Line} line */
function stopReading(line) {
  setTimeout(() => (line.reads = false), POLITE_MS);
  return line;
}

/** Says something again and again, and comes back when it was cut off. @param {Way} way @param {number} everyMs @param {() => Buffer | string} say */
function comeBack(way, everyMs, say) {
  const { socket } = dial(way, FRAME_BYTES);
  const timer = setInterval(() => {
    // What the relay does not read anyhow need not pile up here.
    if (socket.writableLength < FRAME_BYTES) socket.write(say());
  }, everyMs);
  socket.once("close", () => {
    clearInterval(timer);
    setTimeout(() => comeBack(way, everyMs, say), RETURN_MS);
  });
}

/** @typedef {{ socket: import("node:net").Socket, reads: boolean }} Line */

/** @param {Way} way @param {number} inboxBytes what one read brings at most @returns {Line} */
function dial({ port, opening }, inboxBytes) {
  let isOpen = false;
  const callback = () => {
    if (!isOpen) socket.write(opening);
    isOpen = true;
    return line.reads;
  };
  const onread = { buffer: Buffer.alloc(inboxBytes), callback };
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
  const line = { socket, reads: true };
  socket.on("connect", () => socket.write(upgradeRequest("/v1/socket", port)));
  socket.on("error", () => {});
  return line;
}
