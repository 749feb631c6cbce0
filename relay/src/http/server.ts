import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import type { Duplex } from "node:stream";
import type { UpgradeRequest } from "./upgrade-request.ts";

/** Who takes upgrades. */
export interface Upgrades {
  owns(request: UpgradeRequest): boolean;
  onUpgrade(request: UpgradeRequest, socket: Duplex, head: Buffer): void;
}

/** How long a client may take to say what it wants: the defaults leave a silent socket open for a minute. */
export const HANDSHAKE_MS = 10_000;

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
  const stopRequests = takeFirst(server, "request", {
    owns: (request) => owns((request.url ?? "").split("?")[0] ?? ""),
    take: onRequest,
    whenAlone: onRequest,
  });
  const stopUpgrades = takeFirst(server, "upgrade", {
    owns: (request) => upgrades.owns(request),
    take: (request, socket: Duplex, head: Buffer) => upgrades.onUpgrade(request, socket, head),
    whenAlone: (_, socket: Duplex) => refuse(socket),
  });
  return () => {
    stopRequests();
    stopUpgrades();
  };
}

/** What of an event is ours, what is done with that, and what with the rest where nobody else listens. */
interface Taking<A extends unknown[]> {
  owns(request: IncomingMessage): boolean;
  take(request: IncomingMessage, ...rest: A): void;
  whenAlone(request: IncomingMessage, ...rest: A): void;
}

/**
 * Comes before all who listen to an event already. They are not called for what is ours: a second answer to a
 * request, or a refusal from somebody who does not know the path, would spoil it.
 */
function takeFirst<A extends unknown[]>(server: Server, event: string, taking: Taking<A>): () => void {
  const others = server.listeners(event) as ((request: IncomingMessage, ...rest: A) => unknown)[];
  let isOver = false;
  const listener = (request: IncomingMessage, ...rest: A): void => {
    if (!isOver && taking.owns(request)) return taking.take(request, ...rest);
    for (const other of others) other.call(server, request, ...rest);
    if (!isOver && others.length === 0 && server.listenerCount(event) === 1)
      taking.whenAlone(request, ...rest);
  };
  server.removeAllListeners(event);
  server.on(event, listener);
  return () => {
    if (isOver) return;
    isOver = true;
    // Somebody may have put themselves before us; then ours stays, and only passes on.
    if (!server.listeners(event).includes(listener)) return;
    server.off(event, listener);
    for (const other of others) server.on(event, other as (...args: unknown[]) => void);
  };
}

/**
 * Listens; rejects when the port cannot be had.
 *
 * @param onFault told when a connection cannot be accepted later, for example for want of file descriptors;
 *   unheard it would end the process
 */
export function listen(
  server: NetServer,
  host: string,
  port: number,
  onFault: (error: Error) => void,
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      server.on("error", onFault);
      resolve(server.address() as AddressInfo);
    });
  });
}

function refuse(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  // Or a client that does not close its own side would keep the socket for ever.
  socket.once("finish", () => socket.destroy());
  socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}
