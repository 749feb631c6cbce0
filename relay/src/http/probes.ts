import type { Hono } from "hono";
import type { Readiness } from "../telemetry/readiness.ts";

const NO_STORE = { "cache-control": "no-store" };

/**
 * `GET /healthz`: the process serves; a supervisor restarts it when this fails. `GET /readyz`: new clients may be
 * sent here; a load balancer sends them elsewhere when this fails.
 */
export function serveProbes(app: Hono, readiness: Readiness): void {
  app.get("/healthz", (c) => c.json({ status: "ok" }, 200, NO_STORE));
  app.get("/readyz", async (c) => {
    const status = await readiness.look();
    return c.json({ status }, status === "ready" ? 200 : 503, NO_STORE);
  });
}
