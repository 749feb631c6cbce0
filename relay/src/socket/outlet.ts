import { frameOf, type Frame } from "../frame.ts";
import type { Meter } from "../telemetry/meter.ts";
import type { Socket } from "./socket.ts";

/**
 * Packets over this leave as a frame of their own. A client knows that its line lives by the frames that arrive
 * whole, and on a poor line a large one takes longer than it waits.
 */
const FRAME_BYTES = 32 * 1024;

/** The turn of the loop: calls {@link Outlet.flush} at its end. */
export interface Turn {
  readonly meter: Meter;
  requestAlone(outlet: { flush(): void }): void;
}

/**
 * What leaves on one connection. Packets for this connection alone wait until the turn's work is done and then
 * leave as one frame; a frame that is ready (a room's, encoded once for all) leaves at once, after what was
 * waiting, so that the order in which things were said is the order in which they arrive.
 */
export class Outlet {
  readonly #socket: Socket;
  readonly #turn: Turn;
  /** None, and not an empty list, while nothing waits: most connections are idle. */
  #packets: string[] | undefined;
  #packetBytes = 0;
  #sentBytes = 0;
  #hasSent = false;

  constructor(socket: Socket, turn: Turn) {
    this.#socket = socket;
    this.#turn = turn;
  }

  /** Bytes that the peer has not taken yet, on the line and before it. */
  get bufferedBytes(): number {
    return this.#socket.bufferedBytes + this.#packetBytes;
  }

  /** Bytes that the peer has taken so far. It grows while a line drains, however much is added meanwhile. */
  get takenBytes(): number {
    return this.#sentBytes - this.#socket.bufferedBytes;
  }

  /** Sends one packet, given as JSON, together with the others of this turn. */
  packet(json: string): void {
    this.#packetBytes += json.length;
    if (this.#packets) this.#packets.push(json);
    else {
      this.#packets = [json];
      this.#turn.requestAlone(this);
    }
    if (this.#packetBytes >= FRAME_BYTES) this.flush();
  }

  /** Sends a frame that is ready. */
  frame(frame: Frame): void {
    if (!this.#packets) {
      this.#note(frame);
      this.#socket.send(frame);
      return;
    }
    const own = this.#takeOwn(this.#packets);
    this.#note(frame);
    this.#socket.sendBoth(own, frame);
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#packets) this.#socket.send(this.#takeOwn(this.#packets));
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
    this.#turn.meter.closes.add(code);
    this.#socket.close(code, reason);
  }

  /** Ends the connection at once. */
  terminate(): void {
    this.#forget();
    this.#socket.terminate();
  }

  /** The packets that wait, as a frame. */
  #takeOwn(packets: string[]): Frame {
    const own = frameOf(packets);
    this.#forget();
    this.#note(own);
    return own;
  }

  #note(frame: Frame): void {
    this.#hasSent = true;
    this.#sentBytes += frame.wire.length;
    const { sent } = this.#turn.meter;
    sent.frames++;
    sent.packets += frame.packets;
    sent.bytes += frame.wire.length;
  }

  #forget(): void {
    this.#packets = undefined;
    this.#packetBytes = 0;
  }
}
