import { ChatError } from "./chat-error.ts";

/**
 * A relay's address, http or https, without a slash at its end; it also names the relay in storage.
 *
 * @param relay http(s) or ws(s); in a page it may be relative.
 * @throws {ChatError} `invalid` for what is no address.
 */
export function relayAddress(relay: string): string {
  const page = globalThis.location as Location | undefined;
  const address = page ? new URL(relay, page.href).href : relay;
  if (!/^(http|ws)s?:\/\/[^/]/.test(address)) {
    throw new ChatError("invalid", `"${relay}" is no address of a relay, such as https://relay.example.`);
  }
  return address.replace(/^ws/, "http").replace(/\/*([?#].*)?$/, "");
}
