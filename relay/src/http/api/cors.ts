import type { Context } from "hono";

/** Lets the page that asks read the answer. It was found to be of an origin that may. */
export function allowOrigin(c: Context, origin: string | undefined): void {
  // Also without an origin: a cache must not give a page what was answered to another program.
  c.header("vary", "origin");
  if (origin === undefined) return;
  c.header("access-control-allow-origin", origin);
  c.header("access-control-expose-headers", "retry-after, www-authenticate");
}

/** Answers what a browser asks before a page's request, and who just wants to know what can be asked. */
export function answerPreflight(c: Context, allowed: readonly string[]): Response {
  c.header("allow", allowed.join(", "));
  if (c.req.header("access-control-request-method") !== undefined) {
    c.header("access-control-allow-methods", allowed.join(", "));
    c.header("access-control-allow-headers", "authorization, content-type");
    c.header("access-control-max-age", "600");
  }
  return c.body(null, 204);
}
