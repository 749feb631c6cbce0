import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** Who takes upgrades. */
export interface Upgrades {
  owns(request: IncomingMessage): boolean;
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** How long a client may take to say what it wants: the defaults leave a silent socket open for a minute. */
const HANDSHAKE_MS = 10_000;

/** Makes the relay's own server. It listens to nothing yet. */
export function makeServer(onRequest: RequestListener, upgrades: Upgrades): Server {
  const server = createServer(
    {
      headersTimeout: HANDSHAKE_MS,
      requestTimeout: HANDSHAKE_MS,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 5000,
      maxHeaderSize: 16 * 1024,
    },
    onRequest,
  );
  server.on("upgrade", (request, socket, head) => {
    if (upgrades.owns(request)) upgrades.onUpgrade(request, socket, head);
    else refuse(socket);
  });
  return server;
}

/**
 * Takes the relay's paths on somebody else's server and leaves all others to who was there before. Returns
 * what undoes it.
 */
export function attachTo(
  server: Server,
  owns: (path: string) => boolean,
  onRequest: RequestListener,
  upgrades: Upgrades,
): () => void {
  const others = server.listeners("request") as RequestListener[];
  const request = (req: IncomingMessage, res: ServerResponse & { req: IncomingMessage }): void => {
    if (owns((req.url ?? "").split("?")[0] ?? "")) void onRequest(req, res);
    else for (const other of others) void other.call(server, req, res);
  };
  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (upgrades.owns(req)) upgrades.onUpgrade(req, socket, head);
    else if (server.listenerCount("upgrade") === 1) refuse(socket);
  };
  server.removeAllListeners("request");
  server.on("request", request);
  server.on("upgrade", upgrade);
  return () => {
    server.off("request", request);
    server.off("upgrade", upgrade);
    for (const other of others) server.on("request", other);
  };
}

/** Listens; rejects when the port cannot be had. */
export function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

function refuse(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}
