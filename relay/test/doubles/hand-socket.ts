import type { Frame } from "../../src/frame.ts";
import type { Socket } from "../../src/socket/socket.ts";

/** How a connection was ended by the relay. */
export interface Closed {
  code: number;
  reason: string;
}

/**
 * A socket without a network. Frames reach the peer at once, or, while it is paused, pile up until they are
 * drained by hand.
 */
export class HandSocket implements Socket {
  readonly #onFrame: (frame: string) => void;
  readonly #onClosed: () => void;
  #waiting: Frame[] = [];
  #isPaused = false;
  closed: Closed | undefined;
  isTerminated = false;

  constructor(onFrame: (frame: string) => void, onClosed: () => void) {
    this.#onFrame = onFrame;
    this.#onClosed = onClosed;
  }

  get bufferedBytes(): number {
    return this.#waiting.reduce((sum, frame) => sum + frame.wire.length, 0);
  }

  /** Frames that the peer has not taken. */
  get waiting(): number {
    return this.#waiting.length;
  }

  send(frame: Frame): void {
    if (this.closed || this.isTerminated) return;
    this.#waiting.push(frame);
    if (!this.#isPaused) this.drain();
  }

  sendBoth(first: Frame, second: Frame): void {
    this.send(first);
    this.send(second);
  }

  close(code: number, reason: string): void {
    if (this.closed || this.isTerminated) return;
    this.closed = { code, reason };
    // A close frame waits behind what is not read.
    if (!this.#isPaused) this.#onClosed();
  }

  terminate(): void {
    if (this.isTerminated) return;
    this.isTerminated = true;
    this.#waiting = [];
    this.#onClosed();
  }

  /** The peer stops reading. */
  pause(): void {
    this.#isPaused = true;
  }

  /** The peer takes the oldest frames, all by default. */
  drain(frames = Infinity): void {
    for (let taken = 0; taken < frames; taken++) {
      const frame = this.#waiting.shift();
      if (!frame) break;
      this.#onFrame(frame.text.toString("utf8"));
    }
  }

  /** The peer reads again, all that waits and all that comes. */
  resume(): void {
    this.#isPaused = false;
    this.drain();
    if (this.closed) this.#onClosed();
  }
}
