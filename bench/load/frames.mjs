// WebSocket frames (RFC 6455, section 5), as far as a client that measures needs them.

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;
const CONTINUATION = 0;
const FIN = 0x80;
const RESERVED = 0x70;
const NOTHING = Buffer.alloc(0);

/**
 * Encodes one frame of a client: whole, and masked.
 *
 * @param {string} payload of characters up to U+00FF that UTF-8 writes in one byte, which is all that is sent here
 * @param {number} [opcode]
 * @returns {Buffer}
 */
export function clientFrame(payload, opcode = TEXT) {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = 2 + extra + 4;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FIN | opcode;
  frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) frame.writeUInt16BE(length, 2);
  if (extra === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  // Never 0, which would be no mask at all; unpredictable it need not be, there is nobody on this line to fool.
  const mask = 1 + Math.floor(Math.random() * 0xfffffffe);
  frame.writeUInt32BE(mask, start - 4);
  frame.write(payload, start, "latin1");
  for (let at = 0; at < length; at++) {
    frame[start + at] = (frame[start + at] ?? 0) ^ ((mask >>> (24 - 8 * (at & 3))) & 0xff);
  }
  return frame;
}

/**
 * Who is told what a {@link FrameReader} reads.
 *
 * @typedef {object} FrameListener
 * @property {(bytes: Buffer, at: number, end: number) => number} onBytes is asked before a frame is parsed; returns
 *   how many bytes it took because it knew them already, or 0
 * @property {(opcode: number, bytes: Buffer, start: number, end: number, wireStart: number) => void} onMessage a
 *   whole message or control frame: its payload from `start` to `end`; if it came in one frame, the frame began at
 *   `wireStart`, otherwise that is -1. The bytes are good until it returns.
 */

/** Cuts what a socket brings into WebSocket messages, wherever the packets were cut. */
export class FrameReader {
  #listener;
  /** What came of a frame whose end has not come. */
  #rest = NOTHING;
  /** @type {Buffer[]} */
  #fragments = [];
  #fragmentedOpcode = 0;

  /** @param {FrameListener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /**
   * @param {Buffer} chunk may be used again by the caller afterwards
   * @param {number} start
   * @param {number} length
   */
  read(chunk, start, length) {
    let [bytes, at, end] = [chunk, start, length];
    if (this.#rest.length > 0) {
      bytes = Buffer.concat([this.#rest, chunk.subarray(start, length)]);
      this.#rest = NOTHING;
      [at, end] = [0, bytes.length];
    }
    while (at < end) {
      const taken = this.#listener.onBytes(bytes, at, end) || this.#readFrame(bytes, at, end);
      if (taken === 0) {
        this.#rest = Buffer.from(bytes.subarray(at, end));
        return;
      }
      at += taken;
    }
  }

  /**
   * Reads one frame.
   *
   * @param {Buffer} bytes
   * @param {number} at
   * @param {number} end
   * @returns {number} its length, or 0 if it is not all there
   */
  #readFrame(bytes, at, end) {
    if (end - at < 2) return 0;
    const first = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    if ((first & RESERVED) !== 0)
      throw new Error("The server sent a compressed frame, which nobody asked for.");
    if (length > 127) throw new Error("The server sent a masked frame.");
    let start = at + 2;
    if (length === 126) {
      if (end - at < 4) return 0;
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (length === 127) {
      if (end - at < 10) return 0;
      length = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    if (end - start < length) return 0;
    this.#onFrame(first, bytes, start, start + length, at);
    return start + length - at;
  }

  /**
   * @param {number} first
   * @param {Buffer} bytes
   * @param {number} start
   * @param {number} end
   * @param {number} wireStart
   */
  #onFrame(first, bytes, start, end, wireStart) {
    const opcode = first & 0x0f;
    const isLast = (first & FIN) !== 0;
    if (opcode >= CLOSE || (isLast && opcode !== CONTINUATION)) {
      this.#listener.onMessage(opcode, bytes, start, end, wireStart);
      return;
    }
    if (opcode !== CONTINUATION) this.#fragmentedOpcode = opcode;
    this.#fragments.push(Buffer.from(bytes.subarray(start, end)));
    if (!isLast) return;
    const whole = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#listener.onMessage(this.#fragmentedOpcode, whole, 0, whole.length, -1);
  }
}
