import type { Server as HttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { HANDSHAKE_MS, type Upgrades } from "./server.ts";
import { readUpgrade } from "./upgrade-request.ts";

/** Who was silent for too long is let go together with those who came within so long after. */
const LATENESS_MS = 500;

/** The relay's door: a server that listens, and what ends it with all that it has. */
export interface Front {
  readonly server: Server;
  close(): Promise<void>;
}

/**
 * Takes the connections of a relay that listens by itself. WebSocket upgrades as browsers send them are
 * answered here, which spares each its HTTP machinery: a wave of reconnecting clients is taken in faster, and
 * an idle connection weighs less. All others go to `http`, as if they had come there.
 */
export function makeFront(http: HttpServer, upgrades: Upgrades): Front {
  /** Those who have said nothing yet, and until when they may, by the monotonic clock; the oldest first. */
  const silent = new Map<Socket, number>();
  let isWatching = false;

  // One timer for all: one of its own would stay with each socket as long as it lives.
  function watch(): void {
    const [oldest] = silent.values();
    if (isWatching || oldest === undefined) return;
    isWatching = true;
    const left = Math.max(0, oldest - performance.now());
    setTimeout(endSilent, left + LATENESS_MS).unref();
  }

  function endSilent(): void {
    isWatching = false;
    const now = performance.now();
    for (const [socket, until] of silent) {
      if (until > now) break;
      socket.destroy();
      silent.delete(socket);
    }
    watch();
  }

  function onFirst(this: Socket, bytes: Buffer): void {
    silent.delete(this);
    this.off("close", onSilentClose);
    const found = readUpgrade(bytes);
    if (found && upgrades.owns(found.request)) return upgrades.onUpgrade(found.request, this, found.head);
    this.off("error", destroyThis);
    this.pause();
    this.unshift(bytes);
    http.emit("connection", this);
    this.resume();
  }

  function onSilentClose(this: Socket): void {
    silent.delete(this);
  }

  const server = createServer({ noDelay: true }, (socket) => {
    silent.set(socket, performance.now() + HANDSHAKE_MS);
    watch();
    socket.on("error", destroyThis);
    socket.on("close", onSilentClose);
    socket.once("data", onFirst);
  });
  // It never listens itself, but this is what makes it look after the time that its requests take.
  http.emit("listening");
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of silent.keys()) socket.destroy();
        http.close();
        http.closeAllConnections();
      }),
  };
}

function destroyThis(this: Socket): void {
  this.destroy();
}
