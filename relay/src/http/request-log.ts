import type { Hono } from "hono";
import type { Clock } from "../clock.ts";
import type { Log } from "../telemetry/log.ts";

/** What a proxy or a caller may name a request by: anything else in its place could be meant for whoever reads logs. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Gives every request an id, its own or the one it came with, tells it in `x-request-id`, and writes a line when it
 * is answered. The query is not written: tokens can stand in it.
 */
export function logRequests(app: Hono, log: Log, clock: Clock, newId: () => string): void {
  app.use("*", async (c, next) => {
    const given = c.req.header("x-request-id") ?? "";
    const request = REQUEST_ID.test(given) ? given : newId();
    const begun = clock.monotonic();
    await next();
    c.header("x-request-id", request);
    const { method, path } = c.req;
    const ms = Math.round(clock.monotonic() - begun);
    log.debug({ request, method, path, status: c.res.status, ms }, "A request was answered.");
  });
}
