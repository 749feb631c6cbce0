import { createSecretKey, type KeyObject } from "node:crypto";
import { LIMITS } from "@natter/sdk/protocol";
import jwt from "jsonwebtoken";
import type { Clock } from "../clock.ts";
import { CLOCK_TOLERANCE_MS, readClaims, type Payload } from "./claims.ts";
import type { TokenVerifier, Verdict } from "./token-verifier.ts";

/** Fewer bytes than the hash's own length make a secret that can be guessed (RFC 7518, 3.2). */
export const MIN_SECRET_BYTES = 32;

/** How a {@link JwtVerifier} is set up. */
export interface JwtOptions {
  /** The app that the tokens are for; a token with an `aud` must name it. */
  app: string;
  key: KeyObject;
  /** The longest life a token may have. */
  maxLifetimeMs: number;
  clock: Clock;
}

/**
 * Makes the key for HS256 once: with a text, the library would make it anew for every token, which costs fifty
 * times the verification itself.
 *
 * @throws RangeError when the secret has under 32 bytes
 */
export function secretKey(secret: string): KeyObject {
  const bytes = Buffer.from(secret, "utf8");
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new RangeError(`The secret has ${bytes.length} bytes; HS256 needs at least ${MIN_SECRET_BYTES}.`);
  }
  return createSecretKey(bytes);
}

/** Verifies JWTs signed with one HS256 key. The algorithm is the relay's choice, never the token's. */
export class JwtVerifier implements TokenVerifier {
  readonly #options: JwtOptions;

  constructor(options: JwtOptions) {
    this.#options = options;
  }

  verify(token: string): Verdict {
    if (token === "") return refuse("The token is empty.");
    if (token.length > LIMITS.tokenLength)
      return refuse(`The token is over ${LIMITS.tokenLength} characters.`);
    const decoded = this.#decode(token);
    if ("verdict" in decoded) return decoded.verdict;
    const { app, clock, maxLifetimeMs } = this.#options;
    if (!isForApp(decoded.payload["aud"], app)) {
      return refuse(`The token's \`aud\` does not name this app (${JSON.stringify(app)}).`);
    }
    const claims = readClaims(decoded.payload, app, clock.now(), maxLifetimeMs);
    return claims.ok ? claims : refuse(`The token is signed well, but ${claims.message}`);
  }

  #decode(token: string): { payload: Payload } | { verdict: Verdict } {
    try {
      const { header, payload } = jwt.verify(token, this.#options.key, {
        algorithms: ["HS256"],
        clockTolerance: CLOCK_TOLERANCE_MS / 1000,
        clockTimestamp: Math.floor(this.#options.clock.now() / 1000),
        complete: true,
      });
      // The library reads past `crit`, which says that a token must be refused by who does not know an extension.
      if (Object.hasOwn(header, "crit")) return { verdict: refuse("The token's header has `crit`.") };
      if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
        return { verdict: refuse("The token's payload must be an object.") };
      }
      return { payload };
    } catch (error) {
      return { verdict: whyRefused(error) };
    }
  }
}

function whyRefused(error: unknown): Verdict {
  if (error instanceof jwt.TokenExpiredError) {
    return { ok: false, code: "token-expired", message: "The token has expired; send a new one." };
  }
  if (error instanceof jwt.NotBeforeError)
    return refuse("The token is not valid yet (`nbf`); check the clocks.");
  // One sentence for every other cause: which one it was would help only who forges tokens.
  return refuse("The token is malformed, or not signed with HS256 and this relay's secret.");
}

function isForApp(audience: unknown, app: string): boolean {
  return audience === undefined || audience === app || (Array.isArray(audience) && audience.includes(app));
}

function refuse(message: string): Verdict {
  return { ok: false, code: "unauthorized", message };
}
