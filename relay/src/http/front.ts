import type { Server as HttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { HANDSHAKE_MS, type Upgrades } from "./server.ts";
import { readUpgrade } from "./upgrade-request.ts";

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
  /** Those who have said nothing yet. */
  const silent = new Set<Socket>();

  function onFirst(this: Socket, bytes: Buffer): void {
    silent.delete(this);
    this.setTimeout(0);
    this.off("timeout", destroyThis);
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
    silent.add(socket);
    socket.on("error", destroyThis);
    socket.on("close", onSilentClose);
    socket.setTimeout(HANDSHAKE_MS, destroyThis);
    socket.once("data", onFirst);
  });
  // It never listens itself, but this is what makes it look after the time that its requests take.
  http.emit("listening");
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of silent) socket.destroy();
        http.close();
        http.closeAllConnections();
      }),
  };
}

function destroyThis(this: Socket): void {
  this.destroy();
}
