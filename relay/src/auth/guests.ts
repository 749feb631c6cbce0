import { createHmac } from "node:crypto";
import { cleanName } from "./claims.ts";
import { mintFor, type SigningKey } from "./mint.ts";

/** How long a guest's token lives; the SDK fetches a new one by itself. */
const GUEST_TOKEN_MS = 60 * 60 * 1000;

/** A guest, newly made or known again by their key. */
export interface Guest {
  token: string;
  user: { id: string; name: string };
  expires: number;
}

/**
 * Makes a guest's token.
 *
 * The browser keeps a random key of its own, not the token: the same key is the same guest again, after a
 * reload or a week, and nothing that opens a room lies in its storage.
 *
 * @param maxLifetimeMs the longest life that the relay accepts in a token
 */
export function makeGuest(
  request: { key: string; name?: string },
  app: string,
  signing: SigningKey,
  now: number,
  maxLifetimeMs: number,
): Guest {
  const { id, name } = guestUser(request, app, signing);
  const expiresInMs = Math.min(GUEST_TOKEN_MS, maxLifetimeMs);
  const { token, expires } = mintFor(app, signing, { sub: id, name, expiresInMs }, now);
  return { token, user: { id, name }, expires };
}

/** Who the guest with a key is. */
export function guestUser(
  request: { key: string; name?: string },
  app: string,
  { key: secret }: SigningKey,
): { id: string; name: string } {
  const hash = createHmac("sha256", secret).update(`natter guest\n${app}\n${request.key}`).digest();
  const id = `guest-${hash.toString("base64url").slice(0, 16)}`;
  // From the hash as well, so that somebody who never chose a name keeps the one they were given.
  const name = cleanName(request.name ?? "") || `Guest ${1000 + (hash.readUInt32BE(16) % 9000)}`;
  return { id, name };
}
