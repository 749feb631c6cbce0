import type { Line } from "../room/occupant.ts";

/** The way to the client, as a session uses it: a room's line that can also be ended. */
export interface SessionLine extends Line {
  /** Bytes that the peer has taken so far. */
  readonly takenBytes: number;
  /** Sends what waits. */
  flush(): void;
  /** True if anything was sent since this was asked last. */
  takeHasSent(): boolean;
  /** Sends what waits, then ends the connection. */
  close(code: number, reason: string): void;
  /** Ends the connection at once. */
  terminate(): void;
}
