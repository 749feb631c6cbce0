// Clients that behave badly, next to those who are measured. They speak to the relay alone, and look at next to nothing
// of what it says, so that they cost the load as little as can be.
import { connect } from "node:net";
import { CLOSE, clientFrame, FrameReader } from "./frames.mjs";
import { upgradeRequest } from "./upgrade.mjs";

/**
 * - stopped: is in the room and reads no more
 * - trickle: is in the room and reads 1 KB a second
 * - garbage: sends 64 KiB of nonsense, of two sorts, and comes back when it was cut off
 * - flood: posts into the room as fast as it can, and comes back when it was cut off
 *
 * Every other one goes at once when it is told to; the others go on until they are cut off.
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
  for (const [at, token] of tokens.slice(0, count).entries()) {
    const hello = { type: "hello", token };
    const opening = clientFrame(JSON.stringify([hello, { type: "join", ref: 1, room, limit: 0 }]));
    BEHAVIOURS[kind]({ port, room, opening, goesWhenTold: at % 2 === 0 });
  }
}

/**
 * @typedef {object} Way
 * @property {number} port
 * @property {string} room
 * @property {Buffer} opening
 * @property {boolean} goesWhenTold whether a close is heeded, or the line used until it is cut
 */

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

/**
 * Says something again and again, and comes back when it was cut off.
 *
 * @param {Way} way
 * @param {number} everyMs
 * @param {() => Buffer | string} say
 */
function comeBack(way, everyMs, say) {
  const line = dial(way, FRAME_BYTES);
  const timer = setInterval(() => {
    // What the relay does not read anyhow need not pile up here.
    if (line.isIn && line.socket.writableLength < FRAME_BYTES) line.socket.write(say());
  }, everyMs);
  line.socket.once("close", () => {
    clearInterval(timer);
    setTimeout(() => comeBack(way, everyMs, say), RETURN_MS);
  });
}

/** @typedef {{ socket: import("node:net").Socket, isIn: boolean, reads: boolean }} Line */

/** @param {Way} way @param {number} inboxBytes what one read brings at most @returns {Line} */
function dial({ port, opening, goesWhenTold }, inboxBytes) {
  const inbox = Buffer.alloc(inboxBytes);
  const frames = new FrameReader({
    onBytes: () => 0,
    onMessage: (opcode) => void (goesWhenTold && opcode === CLOSE && socket.destroy()),
  });
  const callback = (/** @type {number} */ length) => {
    if (line.isIn) frames.read(inbox, 0, length);
    else socket.write(opening);
    line.isIn = true;
    return line.reads;
  };
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer: inbox, callback } });
  const line = { socket, isIn: false, reads: true };
  socket.on("connect", () => socket.write(upgradeRequest("/v1/socket", port)));
  socket.on("error", () => {});
  return line;
}
