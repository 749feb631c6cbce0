import { LIMITS } from "../protocol/limits.ts";
import type { ClientPacket } from "../protocol/client-packets.ts";

/**
 * Gathers what is said in one turn of the event loop and sends it as one frame, or as few as the relay's limit
 * allows: a relay ends a connection over a frame that is too large.
 */
export class Outgoing {
  /** The largest frame in bytes; the relay's `welcome` may name another. */
  maxBytes: number = LIMITS.frameBytes;
  readonly #send: (frame: string) => void;
  readonly #tooLarge: (packet: ClientPacket) => void;
  #packets: ClientPacket[] = [];

  /** @param tooLarge Told of a packet that no frame can hold; it is not sent. */
  constructor(send: (frame: string) => void, tooLarge: (packet: ClientPacket) => void) {
    this.#send = send;
    this.#tooLarge = tooLarge;
  }

  push(packet: ClientPacket): void {
    if (this.#packets.push(packet) === 1) queueMicrotask(() => this.#flush());
  }

  /** Forgets what is not sent yet: it was meant for a line that is gone. */
  clear(): void {
    this.#packets = [];
  }

  #flush(): void {
    const packets = this.#packets;
    this.#packets = [];
    let frame = "";
    for (const packet of packets) {
      const json = JSON.stringify(packet);
      if (byteLength(json) + 2 > this.maxBytes) this.#tooLarge(packet);
      else if (frame && byteLength(frame) + byteLength(json) + 3 > this.maxBytes) {
        this.#send(`[${frame}]`);
        frame = json;
      } else frame += frame ? `,${json}` : json;
    }
    if (frame) this.#send(`[${frame}]`);
  }
}

function byteLength(text: string): number {
  // Three bytes a unit is the most that UTF-8 takes: nearly every packet is known to be small without encoding it.
  return text.length * 3 < 8192 ? text.length * 3 : new TextEncoder().encode(text).length;
}
