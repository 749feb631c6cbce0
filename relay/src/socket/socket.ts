import type { Frame } from "../frame.ts";

/**
 * One connection's line, as the rest of the relay sees it. Behind it is a WebSocket, or in tests and simulation
 * a pair of queues flushed by hand.
 */
export interface Socket {
  /** Sends one frame. A closed socket ignores it. */
  send(frame: Frame): void;
  /** Sends two frames, one behind the other, as cheaply as one. */
  sendBoth(first: Frame, second: Frame): void;
  /** Bytes that were sent and that the peer's machine has not taken yet. */
  readonly bufferedBytes: number;
  /** Ends the connection: what was sent before is delivered first, as far as the peer still reads. */
  close(code: number, reason: string): void;
  /** Ends the connection at once, for a peer that is gone. */
  terminate(): void;
}

/** What a socket tells the one who holds it. */
export interface SocketListener {
  onFrame(text: string): void;
  /** The peer sent what is no frame, or too large a one; the connection is being closed with this code. */
  onBroken(code: number): void;
  /** Called once, however the connection ended. */
  onClose(): void;
}
