// The same room with the best trick that is widely known: the frame is made once, and the same two buffers are
// written to each member's socket, corked into one packet.
import { createServer } from "node:http";
import * as library from "ws";

/** What its types do not tell. @typedef {{ Sender: { frame(data: Buffer, options: object): [Buffer, Buffer] } }} Untold */
/** @typedef {{ _socket: import("node:net").Socket }} Bare */

const { WebSocketServer } = library;
const { Sender } = /** @type {Untold} */ (/** @type {unknown} */ (library));

/** @type {Map<string, Set<import("ws").WebSocket>>} */
const rooms = new Map();
const server = createServer();
const sockets = new WebSocketServer({ server });
const WHOLE_TEXT = { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true };

sockets.on("connection", (ws, request) => {
  const name = new URL(request.url ?? "", "http://localhost").searchParams.get("room") ?? "";
  const room = rooms.get(name) ?? new Set();
  rooms.set(name, room.add(ws));
  ws.on("message", (data) => {
    const { message } = JSON.parse(/** @type {Buffer} */ (data).toString());
    const [header, body] = Sender.frame(Buffer.from(JSON.stringify({ message })), WHOLE_TEXT);
    for (const member of room) {
      if (member.readyState !== member.OPEN) continue;
      const socket = /** @type {Bare} */ (/** @type {unknown} */ (member))._socket;
      socket.cork();
      socket.write(header);
      socket.write(body);
      socket.uncork();
    }
  });
  ws.on("close", () => {
    room.delete(ws);
    if (room.size === 0) rooms.delete(name);
  });
});

server.listen(0, "127.0.0.1", 4096, () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${port}`);
});
