import { ChatError } from "./chat-error.ts";
import { SOCKET_PATH } from "./protocol/version.ts";

/** Where a relay is reached. */
export interface Addresses {
  /** Its own address, http or https, without a slash at the end; also what names it in storage. */
  readonly http: string;
  /** Its socket, ws or wss. */
  readonly socket: string;
}

/** Works out a relay's addresses. Throws `ChatError` `invalid` for what is no address of the web. */
export function addressesOf(relay: string): Addresses {
  const url = parse(relay);
  const isSecure = url?.protocol === "https:" || url?.protocol === "wss:";
  if (!url || !(isSecure || url.protocol === "http:" || url.protocol === "ws:")) {
    throw new ChatError("invalid", `A relay's address starts with https:// or wss://; this is "${relay}".`);
  }
  const place = url.host + url.pathname.replace(/\/+$/, "");
  return {
    http: `http${isSecure ? "s" : ""}://${place}`,
    socket: `ws${isSecure ? "s" : ""}://${place}${SOCKET_PATH}`,
  };
}

function parse(relay: string): URL | undefined {
  try {
    return new URL(relay, globalThis.location?.href);
  } catch {
    return undefined;
  }
}
