import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import type { Frame } from "../frame.ts";
import type { Socket, SocketListener } from "./socket.ts";

// RFC 6455 5.5: a close frame's payload has at most 125 bytes, two of which are the code.
const REASON_BYTES = 123;

/** Up to here copying two frames into one piece is cheaper than having the system gather them. */
const COPY_BYTES = 32 * 1024;

/**
 * A `ws` connection as a {@link Socket}. `ws` reads, and sends pongs and the close frame; what the relay says is
 * framed already and goes straight to the stream below. Frames of both kinds are whole in one call each, as
 * neither compresses nor splits, so none can fall into the middle of another.
 */
class WsSocket implements Socket {
  readonly #ws: WebSocket;
  readonly #stream: Duplex;

  constructor(ws: WebSocket, stream: Duplex) {
    this.#ws = ws;
    this.#stream = stream;
  }

  send(frame: Frame): void {
    // An error of a dying connection is told by its `close`.
    if (this.#ws.readyState === OPEN) this.#stream.write(frame.wire);
  }

  sendBoth(first: Frame, second: Frame): void {
    if (this.#ws.readyState !== OPEN) return;
    if (first.wire.length + second.wire.length <= COPY_BYTES) {
      this.#stream.write(Buffer.concat([first.wire, second.wire]));
      return;
    }
    this.#stream.write(first.wire);
    this.#stream.write(second.wire);
  }

  get bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, cut(reason));
  }

  terminate(): void {
    this.#ws.terminate();
  }
}

/**
 * Makes a `ws` connection into a {@link Socket} that tells `listener` what arrives.
 *
 * @param stream what `ws` was given at the upgrade
 */
export function wsSocket(ws: WebSocket, stream: Duplex, listen: (socket: Socket) => SocketListener): void {
  (ws as Listened)[LISTENER] = listen(new WsSocket(ws, stream));
  ws.on("message", onMessage);
  // Broken frames end here: ws answers them with the right close code and then emits `close`.
  ws.on("error", onError);
  ws.on("close", onClose);
}

/** Who listens to a `ws` connection. Kept with it, so that all connections share their handlers. */
const LISTENER = Symbol("listener");
type Listened = WebSocket & { [LISTENER]?: SocketListener };

function onMessage(this: Listened, data: RawData, isBinary: boolean): void {
  // What still comes while the connection is being ended was not said to anybody.
  if (this.readyState !== OPEN) return;
  if (isBinary) {
    this[LISTENER]?.onBroken(1003);
    this.close(1003, "Frames are text: send JSON, not bytes.");
  }
  // One Buffer, as `binaryType` is left alone.
  else this[LISTENER]?.onFrame((data as Buffer).toString("utf8"));
}

function onClose(this: Listened): void {
  this[LISTENER]?.onClose();
}

/** `WebSocket.OPEN`. */
const OPEN = 1;

/** The close codes of what `ws` finds wrong; all else that has a name there is a breach of the protocol. */
const BROKEN: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
};

function onError(this: Listened, { code }: NodeJS.ErrnoException): void {
  // A line that broke has no such name, and nobody to close it for.
  if (code?.startsWith("WS_ERR_")) this[LISTENER]?.onBroken(BROKEN[code] ?? 1002);
}

function cut(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > REASON_BYTES) text = text.slice(0, -1);
  return text.isWellFormed() ? text : text.slice(0, -1);
}
