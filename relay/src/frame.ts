/**
 * One WebSocket text frame (RFC 6455, 5.2), whole and unmasked as a server sends it: encoded once, header and
 * all, so that giving it to another connection costs one write and nothing else.
 */
export class Frame {
  /** All its bytes, header first. */
  readonly wire: Buffer;
  /** How many packets it holds. */
  readonly packets: number;
  readonly #headerBytes: number;

  /** @param text what the frame says */
  constructor(text: string, packets = 1) {
    this.packets = packets;
    const textBytes = Buffer.byteLength(text);
    const headerBytes = textBytes < 126 ? 2 : textBytes < 65_536 ? 4 : 10;
    const wire = Buffer.allocUnsafe(headerBytes + textBytes);
    wire[0] = WHOLE_TEXT;
    if (headerBytes === 2) wire[1] = textBytes;
    else if (headerBytes === 4) {
      wire[1] = 126;
      wire.writeUInt16BE(textBytes, 2);
    } else {
      wire[1] = 127;
      wire.writeUInt32BE(Math.floor(textBytes / 2 ** 32), 2);
      wire.writeUInt32BE(textBytes % 2 ** 32, 6);
    }
    wire.write(text, headerBytes);
    this.wire = wire;
    this.#headerBytes = headerBytes;
  }

  /** What the frame says, in UTF-8. */
  get text(): Buffer {
    return this.wire.subarray(this.#headerBytes);
  }
}

/** The frame of several packets, given as JSON. */
export function frameOf(packets: readonly string[]): Frame {
  return new Frame(`[${packets.join(",")}]`, packets.length);
}

/** FIN and opcode 1. */
const WHOLE_TEXT = 0x81;
