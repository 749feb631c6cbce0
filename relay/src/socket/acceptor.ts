import type { IncomingMessage } from "node:http";
import type { Socket as NetSocket } from "node:net";
import type { Duplex } from "node:stream";
import { SOCKET_PATH, SUBPROTOCOL } from "@natter/sdk/protocol";
import { WebSocketServer, type WebSocket } from "ws";
import type { Admitted } from "../apps/doorkeeper.ts";
import { Approaches, type Approach } from "../apps/approach.ts";
import type { Apps } from "../apps/apps.ts";
import { frameOf } from "../frame.ts";
import type { SessionLine } from "../session/line.ts";
import { PlainSession } from "../session/plain-session.ts";
import { Session } from "../session/session.ts";
import { limitKeyOf, isLoopback, type AddressReader } from "../http/client-address.ts";
import type { UpgradeRequest } from "../http/upgrade-request.ts";
import type { AddressCounts } from "./address-counts.ts";
import type { Core, SocketConversation } from "./core.ts";
import { pingWhileOpen } from "./ping.ts";
import { isSubprotocolServed } from "./subprotocol.ts";
import { wsSocket } from "./ws-socket.ts";

/** What {@link Acceptor} is made of. */
export interface AcceptorParts {
  core: Core;
  apps: Apps;
  frameBytes: number;
  addressOf: AddressReader;
  /** Connections of each address. */
  addresses: AddressCounts;
  /** Says who a plain client is: by the token of its address, or as a guest. */
  admitPlain: (
    token: string | undefined,
    approach: Approach,
    address: string,
  ) => Admitted | Promise<Admitted>;
}

const PLAIN_PATH = /^\/ws\/chat\/([^/]+)\/?$/;

/** Takes WebSocket upgrades and makes each into a conversation. */
export class Acceptor {
  readonly #parts: AcceptorParts;
  readonly #server: WebSocketServer;
  readonly #approaches = new Approaches();
  #isStopped = false;

  constructor(parts: AcceptorParts) {
    this.#parts = parts;
    // A variable and not a literal: one of these is newer than the published types.
    const options = {
      noServer: true,
      // The sessions are tracked where they are served; a second set would only cost memory.
      clientTracking: false,
      maxPayload: parts.frameBytes,
      // A frame of the largest size in pieces of a kilobyte; the defaults are made for far larger messages.
      maxFragments: 64,
      maxBufferedChunks: 4096,
      // Compression would cost a window per connection and let a small frame unfold into a large one.
      perMessageDeflate: false,
      skipUTF8Validation: false,
      autoPong: true,
      maxPendingAutoPongs: 16,
      allowSynchronousEvents: true,
      closeTimeout: 5000,
      handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : (false as const)),
    };
    this.#server = new WebSocketServer(options);
  }

  /** Whether an upgrade request is for this relay. */
  owns(request: UpgradeRequest): boolean {
    const path = pathOf(request);
    return path === SOCKET_PATH || PLAIN_PATH.test(path);
  }

  /** Answers an upgrade request. */
  onUpgrade(request: UpgradeRequest, socket: Duplex, head: Buffer): void {
    // Before ws takes over nobody else listens, and an unheard error would end the process.
    socket.on("error", destroyThis);
    const { meter, load, log } = this.#parts.core.context;
    if (this.#isStopped) return refuseUpgrade(socket, "503 Service Unavailable", "This relay is stopping.");
    if (load.isShedding) {
      meter.shed.add("connection");
      return refuseUpgrade(socket, "503 Service Unavailable", "This relay has too much to do.", RETRY_S);
    }
    if (!isSubprotocolServed(request.headers["sec-websocket-protocol"])) {
      const message = `This relay speaks the subprotocol ${SUBPROTOCOL}.`;
      return refuseUpgrade(socket, "400 Bad Request", message);
    }
    const address = this.#parts.addressOf((socket as NetSocket).remoteAddress, request.headers);
    if (!this.#isCounted(address, socket)) {
      meter.limited.add("address");
      log.warn({ limit: "address", address }, "Somebody was refused: too many connections.");
      const message = "Too many connections from this address.";
      return refuseUpgrade(socket, "429 Too Many Requests", message, RETRY_S);
    }
    // ws reads the method and the headers of a request, and nothing else.
    const plain = request as IncomingMessage;
    this.#server.handleUpgrade(plain, socket, head, (ws) => this.#onOpen(ws, socket, request, address));
  }

  /** Counts a connection until its socket is gone; false when its address has as many as it may. */
  #isCounted(address: string, socket: Duplex): boolean {
    // What comes from this machine comes through a proxy that is not named as one, or is the operator.
    if (isLoopback(address)) return true;
    const leave = this.#parts.addresses.enter(limitKeyOf(address));
    if (leave) socket.once("close", leave);
    return leave !== undefined;
  }

  /** Takes nobody in any more: who was told to move on must not come back to the relay that is going. */
  stop(): void {
    this.#isStopped = true;
  }

  #onOpen(ws: WebSocket, stream: Duplex, request: UpgradeRequest, address: string): void {
    const { origin, host } = request.headers;
    const isPlain = PLAIN_PATH.test(pathOf(request));
    const approach = this.#approaches.of(origin, host, queryOf(request).get("app") ?? undefined);
    const { core, apps } = this.#parts;
    if (!apps.isWelcome(approach)) return this.#refuseOrigin(ws, stream, approach, isPlain);
    if (isPlain) pingWhileOpen(ws, core.context.clock, core.context.limits.heartbeatMs);
    wsSocket(ws, stream, (socket) =>
      core.converse(socket, (line) => this.#conversation(request, approach, address, line)),
    );
  }

  #conversation(
    request: UpgradeRequest,
    approach: Approach,
    address: string,
    line: SessionLine,
  ): SocketConversation {
    const { core, admitPlain } = this.#parts;
    const plain = PLAIN_PATH.exec(pathOf(request));
    if (!plain) return new Session(core.context, line, approach, address);
    const token = queryOf(request).get("token") ?? undefined;
    const admitted = admitPlain(token, approach, address);
    return new PlainSession(core.context, line, plain[1] ?? "", admitted, approach);
  }

  /** A page cannot see the status of a refused handshake, so its owner is told by a packet and a close code. */
  #refuseOrigin(ws: WebSocket, stream: Duplex, { origin = "", app }: Approach, isPlain: boolean): void {
    const { apps, core } = this.#parts;
    core.context.meter.closes.add(4403);
    const message = core.context.doorkeeper.refuseOrigin(
      origin,
      app === undefined ? undefined : apps.get(app),
    );
    wsSocket(ws, stream, (socket) => {
      // To a plain client a packet would look like somebody's message.
      if (!isPlain) socket.send(frameOf([JSON.stringify({ type: "error", code: "forbidden", message })]));
      socket.close(4403, message);
      return { onFrame: () => {}, onBroken: () => {}, onClose: () => {} };
    });
  }
}

/** A function of its own: a closure here would hold the request as long as the connection lives. */
function destroyThis(this: Duplex): void {
  this.destroy();
}

function pathOf(request: UpgradeRequest): string {
  return (request.url ?? "").split("?")[0] ?? "";
}

const NO_QUERY = new URLSearchParams();

function queryOf({ url = "" }: UpgradeRequest): URLSearchParams {
  const cut = url.indexOf("?");
  return cut < 0 ? NO_QUERY : new URLSearchParams(url.slice(cut));
}

/** Seconds after which who was refused for want of room may look again. */
const RETRY_S = 5;

function refuseUpgrade(socket: Duplex, status: string, message: string, retryS?: number): void {
  const later = retryS === undefined ? "" : `Retry-After: ${retryS}\r\n`;
  // Or a client that does not close its own side would keep the socket for ever.
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\n${later}Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}
