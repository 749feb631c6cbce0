import type { WebSocket } from "ws";
import type { Socket, SocketListener } from "./socket.ts";

// RFC 6455 5.5: a close frame's payload has at most 125 bytes, two of which are the code.
const REASON_BYTES = 123;

/** Makes a `ws` connection into a {@link Socket} that tells `listener` what arrives. */
export function wsSocket(ws: WebSocket, listen: (socket: Socket) => SocketListener): Socket {
  const socket: Socket = {
    send(frame) {
      // The error of a send on a dying connection is told by its `close` as well.
      if (ws.readyState === ws.OPEN) ws.send(frame, TEXT, ignore);
    },
    get bufferedBytes() {
      return ws.bufferedAmount;
    },
    close(code, reason) {
      ws.close(code, cut(reason));
    },
    terminate() {
      ws.terminate();
    },
  };
  const listener = listen(socket);
  ws.on("message", (data: Buffer, isBinary: boolean) => {
    // What still comes while the connection is being ended was not said to anybody.
    if (ws.readyState !== ws.OPEN) return;
    if (isBinary) ws.close(1003, "Frames are text: send JSON, not bytes.");
    else listener.onFrame(data.toString("utf8"));
  });
  // Broken frames end here: ws answers them with the right close code and then emits `close`.
  ws.on("error", ignore);
  ws.on("close", () => listener.onClose());
  return socket;
}

const TEXT = { binary: false, compress: false };

function ignore(): void {
  // Nothing to add: see the two places that name it.
}

function cut(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > REASON_BYTES) text = text.slice(0, -1);
  return text.isWellFormed() ? text : text.slice(0, -1);
}
