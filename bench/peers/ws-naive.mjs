// The room that most people write with `ws`: parse, stringify, and `send` to each member.
// With `--tokens`, a JWT in the address is verified first, by a secret that is a text, as examples show it.
import { createServer } from "node:http";
import process from "node:process";
import jwt from "jsonwebtoken";
import { WebSocketServer } from "ws";

const asksForTokens = process.argv.includes("--tokens");
const secret = process.env["NATTER_SECRET"] ?? "";

/** @type {Map<string, Set<import("ws").WebSocket>>} */
const rooms = new Map();
const server = createServer();
const sockets = new WebSocketServer({ noServer: true });

server.on("upgrade", (request, socket, head) => {
  const { searchParams } = new URL(request.url ?? "", "http://localhost");
  if (asksForTokens) {
    try {
      jwt.verify(searchParams.get("token") ?? "", secret, { algorithms: ["HS256"] });
    } catch {
      socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      return;
    }
  }
  sockets.handleUpgrade(request, socket, head, (ws) => join(ws, searchParams.get("room") ?? ""));
});

/** @param {import("ws").WebSocket} ws @param {string} name */
function join(ws, name) {
  const room = rooms.get(name) ?? new Set();
  rooms.set(name, room.add(ws));
  ws.on("message", (data) => {
    const { message } = JSON.parse(/** @type {Buffer} */ (data).toString());
    const text = JSON.stringify({ message });
    for (const member of room) if (member.readyState === member.OPEN) member.send(text);
  });
  ws.on("close", () => {
    room.delete(ws);
    if (room.size === 0) rooms.delete(name);
  });
}

server.listen(0, "127.0.0.1", 4096, () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${port}`);
});
