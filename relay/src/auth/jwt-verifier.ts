import { LIMITS } from "@natter/sdk/protocol";
import jwt from "jsonwebtoken";
import type { Clock } from "../clock.ts";
import { CLOCK_TOLERANCE_MS, readClaims, type Payload } from "./claims.ts";
import type { Found, Keyring } from "./keyring.ts";
import { hasThreeParts, kidOf } from "./peek.ts";
import type { TokenVerifier, Verdict } from "./token-verifier.ts";
import type { VerifyKey } from "./verify-key.ts";

/** How a {@link JwtVerifier} is set up. */
export interface JwtOptions {
  /** The app that the tokens are for; a token with an `aud` must name it. */
  app: string;
  keyring: Keyring;
  /** The longest life a token may have. */
  maxLifetimeMs: number;
  clock: Clock;
}

/**
 * Verifies JWTs with the keys of one app. Which algorithm a key is for is the operator's choice, never the
 * token's; of a token that is not verified yet only the name of its key is read, to choose among those.
 */
export class JwtVerifier implements TokenVerifier {
  readonly #options: JwtOptions;

  constructor(options: JwtOptions) {
    this.#options = options;
  }

  holds(fingerprint: string): boolean {
    return this.#options.keyring.holds(fingerprint);
  }

  verify(token: string): Verdict | Promise<Verdict> {
    if (token === "") return refuse("The token is empty.");
    if (token.length > LIMITS.tokenLength)
      return refuse(`The token is over ${LIMITS.tokenLength} characters.`);
    if (!hasThreeParts(token)) return FORGED;
    const { keyring } = this.#options;
    const found = keyring.find(keyring.readsKid ? kidOf(token) : undefined);
    return found instanceof Promise
      ? found.then((keys) => this.#judge(token, keys))
      : this.#judge(token, found);
  }

  #judge(token: string, keys: Found): Verdict {
    if (keys === "unavailable") return UNAVAILABLE;
    for (const key of keys) {
      const decoded = this.#decode(token, key);
      if (decoded) return "payload" in decoded ? this.#read(decoded.payload, key) : decoded.verdict;
    }
    return FORGED;
  }

  #read(payload: Payload, key: VerifyKey): Verdict {
    const { app, clock, maxLifetimeMs } = this.#options;
    if (!isFor(payload["aud"], key.audience ?? app, key.audience !== undefined)) {
      return refuse(`The token's \`aud\` does not name this app (${JSON.stringify(key.audience ?? app)}).`);
    }
    if (key.issuer !== undefined && payload["iss"] !== key.issuer) {
      return refuse(`The token's \`iss\` is not ${JSON.stringify(key.issuer)}.`);
    }
    const claims = readClaims(payload, app, clock.now(), maxLifetimeMs, key.fingerprint);
    return claims.ok ? claims : refuse(`The token is signed well, but ${claims.message}`);
  }

  /** Undefined when this key has not signed it. */
  #decode(token: string, { key, alg }: VerifyKey): { payload: Payload } | { verdict: Verdict } | undefined {
    try {
      const { header, payload } = jwt.verify(token, key, {
        algorithms: [alg],
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
      const verdict = whyRefused(error);
      return verdict && { verdict };
    }
  }
}

/** Both of these are looked at only once the signature was found good. */
function whyRefused(error: unknown): Verdict | undefined {
  if (error instanceof jwt.TokenExpiredError) {
    return { ok: false, code: "token-expired", message: "The token has expired; send a new one." };
  }
  if (error instanceof jwt.NotBeforeError)
    return refuse("The token is not valid yet (`nbf`); check the clocks.");
  return undefined;
}

function isFor(audience: unknown, app: string, isNeeded: boolean): boolean {
  if (audience === undefined) return !isNeeded;
  return audience === app || (Array.isArray(audience) && audience.includes(app));
}

function refuse(message: string): Verdict {
  return { ok: false, code: "unauthorized", message };
}

/**
 * One sentence for every token that proves nothing, also where its app or its key is not known: which of these it
 * was would help only who forges tokens.
 */
export const FORGED = refuse(
  "The token is malformed, or not signed with a key of the app that it names (`aud`).",
) as Verdict & { ok: false };

const UNAVAILABLE: Verdict = {
  ok: false,
  code: "unavailable",
  message: "The keys to verify this token with cannot be had just now. Try again.",
};
