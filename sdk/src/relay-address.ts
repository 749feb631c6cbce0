import { ChatError } from "./chat-error.ts";

/**
 * A relay's address, http or https, without a slash at its end; it also names the relay in storage.
 *
 * @param relay http(s) or ws(s); in a page it may be relative.
 * @throws {ChatError} `invalid` for what is no address.
 */
export function relayAddress(relay: string): string {
  try {
    const { protocol, host, pathname } = new URL(relay, globalThis.location?.href);
    if (/^(http|ws)s?:/.test(protocol)) {
      return `${protocol.replace("ws", "http")}//${host}${pathname}`.replace(/\/+$/, "");
    }
  } catch {
    // No address at all; said below.
  }
  throw new ChatError("invalid", `"${relay}" is no address of a relay: it starts with https:// or wss://.`);
}
