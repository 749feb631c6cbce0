import { createHash, timingSafeEqual } from "node:crypto";
import type { Hono } from "hono";
import type { Metrics } from "../telemetry/metrics.ts";

/** `GET /metrics`, for Prometheus; with a token for those who bring it as `Authorization: Bearer` only. */
export function serveMetrics(app: Hono, metrics: Metrics, token: string): void {
  app.get("/metrics", async (c) => {
    if (token !== "" && !isSame(c.req.header("authorization") ?? "", `Bearer ${token}`)) {
      c.header("www-authenticate", "Bearer");
      return c.json({ error: { code: "unauthorized", message: "The metrics need their token." } }, 401);
    }
    return c.body(await metrics.text(), 200, {
      "content-type": metrics.contentType,
      "cache-control": "no-store",
    });
  });
}

/** Compares without telling by the time it takes how much was right. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
