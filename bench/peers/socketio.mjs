// The same room with Socket.IO: WebSocket alone, no compression, its own rooms.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });

io.on("connection", (socket) => {
  let room = "";
  socket.on("join", async (name) => {
    room = name;
    await socket.join(room);
    socket.emit("joined", room);
  });
  socket.on("message", ({ message }) => io.to(room).emit("message", { message }));
});

server.listen(0, "127.0.0.1", 4096, () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${port}`);
});
