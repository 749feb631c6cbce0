import type { ClientPacket } from "../protocol/client-packets.ts";

/** Gathers packets into frames. */
export interface Outgoing {
  push(packet: ClientPacket): void;
  /** Forgets what is not sent yet: it was meant for a line that is gone. */
  clear(): void;
}

/**
 * Gathers what is said in one turn of the event loop and sends it as one frame, or as few as the relay's limit
 * allows: a relay ends a connection over a frame that is too large.
 *
 * @param maxUnits UTF-16 units that a frame may have.
 */
export function makeOutgoing(maxUnits: () => number, send: (frame: string) => void): Outgoing {
  let packets: ClientPacket[] = [];

  const flush = (): void => {
    let frame = "";
    for (const packet of packets.splice(0)) {
      const json = JSON.stringify(packet);
      if (frame && frame.length + json.length > maxUnits()) {
        send(`[${frame}]`);
        frame = "";
      }
      frame += frame ? `,${json}` : json;
    }
    if (frame) send(`[${frame}]`);
  };

  return {
    push(packet) {
      if (packets.push(packet) === 1) queueMicrotask(flush);
    },
    clear() {
      packets = [];
    },
  };
}
