import type { WebSocket } from "ws";
import type { Clock } from "../clock.ts";

/**
 * Asks a client that knows no heartbeats whether it is there, by the pings that every WebSocket answers by
 * itself, and cuts the line when one was not answered before the next is due.
 */
export function pingWhileOpen(ws: WebSocket, clock: Clock, everyMs: number): void {
  let isAnswered = true;
  let stop = clock.after(everyMs, ask);
  function ask(): void {
    if (!isAnswered) return ws.terminate();
    isAnswered = false;
    ws.ping();
    stop = clock.after(everyMs, ask);
  }
  ws.on("pong", () => (isAnswered = true));
  ws.on("close", () => stop());
}
