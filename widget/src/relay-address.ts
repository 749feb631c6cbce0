/**
 * Finds the relay from the address the script was loaded from: a relay serves it as `/chat-room.js` and
 * `/v1.2.3/chat-room.js`, below any path it is mounted at. Undefined when the script is not one that a relay
 * serves, for instance because a bundler built it into a site's own files.
 */
export function relayOfScript(script: string): string | undefined {
  if (!/^https?:/.test(script)) return undefined;
  const { origin, pathname } = new URL(script);
  const found = SERVED_AS.exec(pathname);
  return found === null ? undefined : origin + (found[1] ?? "");
}

const SERVED_AS = /^(.*?)(?:\/v\d[^/]*)?\/chat-room\.js$/;

let ofThisScript: string | undefined;

/** Remembers where this script came from; called once, by the entry of the bundle. */
export function loadedFrom(script: string): void {
  ofThisScript ??= relayOfScript(script);
}

/** The relay that served this script, if one did. */
export function servedBy(): string | undefined {
  return ofThisScript;
}

/**
 * The relay a room is to use: what the page says (relative addresses are meant from the page), or else the one
 * that served the script.
 */
export function relayAddress(relay: string | undefined): string | undefined {
  if (!relay) return ofThisScript;
  try {
    return new URL(relay, document.baseURI).href;
  } catch {
    return undefined;
  }
}
