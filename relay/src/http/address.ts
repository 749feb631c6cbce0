import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import type { AddressReader } from "./client-address.ts";

/** The address a request came from, as far as proxies between are trusted. */
export function addressOf(c: Context, read: AddressReader): string {
  return read(peerOf(c), c.req.header());
}

function peerOf(c: Context): string | undefined {
  try {
    return getConnInfo(c).remote.address;
  } catch {
    return undefined;
  }
}
