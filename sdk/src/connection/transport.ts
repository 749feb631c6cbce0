import { SUBPROTOCOL } from "../protocol/version.ts";

/** A line to a relay: text frames in order, until it ends. */
export interface Transport {
  /** Sends one frame; does nothing on a line that has ended. */
  send(frame: string): void;
  /** Ends the line. The events are not told of an end that was asked for. */
  close(): void;
}

/** What a line tells its owner. After `ended` nothing more comes. */
export interface TransportEvents {
  opened(): void;
  /** A frame came; anything but a text is a binary frame, which no relay sends. */
  frame(frame: unknown): void;
  /** The line ended, or never came about: the WebSocket close code (1006 where there was none). */
  ended(code: number): void;
}

/** The part of the WebSocket class that the SDK uses; those of browsers, Node 22 and `ws` all fit. */
export interface WebSocketClass {
  new (url: string, protocols?: string | string[]): WebSocketLike;
}

/** A WebSocket, as far as the SDK uses it. */
export interface WebSocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

const OPEN = 1;
const CLOSED = 3;

/** What browsers say of a line that ended without a close frame, or was never there. */
const NO_CLOSE = 1006;

/** A line over a WebSocket, speaking the subprotocol of this version of the wire. */
export function webSocketTransport(
  url: string,
  WebSocket: WebSocketClass,
  events: TransportEvents,
): Transport {
  const socket = new WebSocket(url, SUBPROTOCOL);
  socket.onopen = () => events.opened();
  socket.onmessage = (event: { data: unknown }) => events.frame(event.data);
  socket.onclose = (event: { code: number }) => events.ended(event.code);
  // The close event says all there is to know, but Chromium sends none for a socket that the page's policy
  // forbids. Without a listener the `ws` package throws the error.
  socket.onerror = () => {
    if (socket.readyState !== CLOSED) return;
    socket.onclose = null;
    events.ended(NO_CLOSE);
  };
  return {
    send(frame) {
      if (socket.readyState === OPEN) socket.send(frame);
    },
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
}
