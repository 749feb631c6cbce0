import type { IncomingHttpHeaders } from "node:http";

/** What of an upgrade request decides about it. */
export interface UpgradeRequest {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
}

/** An upgrade request as it was found at the start of a connection, and what came behind it. */
export interface FoundUpgrade {
  request: UpgradeRequest;
  head: Buffer;
}

/** A request is one packet; what is longer is left to who reads requests of all kinds. */
const MAX_BYTES = 8192;

const REQUEST_LINE = /^GET (\/[!-~]*) HTTP\/1\.1$/;
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([!-~](?:[\t -~]*[!-~])?)[ \t]*$/;

/**
 * Reads the WebSocket upgrade that a connection begins with, if it is one as every browser sends it: whole in
 * the first packet, each header once, in ASCII, without a body. All else is undefined and for Node's own parser,
 * so that whatever is unusual is judged there. Pure.
 */
export function readUpgrade(bytes: Buffer): FoundUpgrade | undefined {
  if (bytes.length > MAX_BYTES || bytes[0] !== 0x47) return undefined;
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const url = REQUEST_LINE.exec(first)?.[1];
  const headers = url === undefined ? undefined : readHeaders(lines);
  if (!headers || !isUpgrade(headers)) return undefined;
  return { request: { method: "GET", url, headers }, head: bytes.subarray(end + 4) };
}

function readHeaders(lines: readonly string[]): IncomingHttpHeaders | undefined {
  const headers: IncomingHttpHeaders = {};
  for (const line of lines) {
    const found = HEADER.exec(line);
    const name = found?.[1]?.toLowerCase();
    if (name === undefined || name === "__proto__" || headers[name] !== undefined) return undefined;
    headers[name] = found?.[2];
  }
  return headers;
}

function isUpgrade(headers: IncomingHttpHeaders): boolean {
  return (
    headers.host !== undefined &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    headers.connection
      ?.toLowerCase()
      .split(/\s*,\s*/)
      .includes("upgrade") === true &&
    headers["content-length"] === undefined &&
    headers["transfer-encoding"] === undefined &&
    headers.expect === undefined
  );
}
