import type { ClientPacket } from "@natter/sdk/protocol";

/** Characters of packets that wait, as JSON: a `hello` with all the joins that a connection may do. */
const MAX_LENGTH = 64 * 1024;

/** Packets of somebody who is being verified, in the order in which they came; their size is bounded. */
export class HeldPackets {
  #packets: ClientPacket[] = [];
  #length = 0;

  /** Takes a packet in; false when that would be too much. */
  add(packet: ClientPacket): boolean {
    this.#length += JSON.stringify(packet).length;
    if (this.#length > MAX_LENGTH) return false;
    this.#packets.push(packet);
    return true;
  }

  /** Hands all of them on, once. */
  release(take: (packet: ClientPacket) => void): void {
    const packets = this.#packets;
    this.#packets = [];
    for (const packet of packets) take(packet);
  }
}
