import type { Socket } from "./socket.ts";

/**
 * What leaves on one connection. Packets for this connection alone wait until the turn's work is done and then
 * leave as one frame; a frame that is ready (a room's, encoded once for all) leaves at once, after what was
 * waiting, so that the order in which things were said is the order in which they arrive.
 */
export class Outlet {
  readonly #socket: Socket;
  readonly #onWaiting: (outlet: Outlet) => void;
  #packets: string[] = [];
  #hasSent = false;

  /** @param onWaiting called when a first packet waits; {@link flush} must be called later in the turn */
  constructor(socket: Socket, onWaiting: (outlet: Outlet) => void) {
    this.#socket = socket;
    this.#onWaiting = onWaiting;
  }

  /** Bytes that the peer has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedBytes;
  }

  /** Sends one packet, given as JSON, together with the others of this turn. */
  packet(json: string): void {
    if (this.#packets.push(json) === 1) this.#onWaiting(this);
  }

  /** Sends a frame that is ready. */
  frame(frame: string | Uint8Array): void {
    if (this.#packets.length > 0) this.flush();
    this.#hasSent = true;
    this.#socket.send(frame);
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#packets.length === 0) return;
    const frame = `[${this.#packets.join(",")}]`;
    this.#packets = [];
    this.frame(frame);
  }

  /** True if anything left since this was asked last; what a heartbeat needs to know. */
  takeHasSent(): boolean {
    const hasSent = this.#hasSent;
    this.#hasSent = false;
    return hasSent;
  }

  /** Sends what waits, then ends the connection. */
  close(code: number, reason: string): void {
    this.flush();
    this.#socket.close(code, reason);
  }

  /** Ends the connection at once. */
  terminate(): void {
    this.#packets = [];
    this.#socket.terminate();
  }
}
