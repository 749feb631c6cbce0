import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/** The address a request came from; a proxy's own, because forwarded headers are anybody's to write. */
export function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "unknown";
  } catch {
    return "unknown";
  }
}
