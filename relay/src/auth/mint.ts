import type { KeyObject } from "node:crypto";
import type { Role, Verb } from "@natter/sdk/protocol";
import jwt from "jsonwebtoken";

/** What a new token says. */
export interface TokenRequest {
  sub: string;
  name?: string;
  app?: string;
  rooms?: Record<string, Role | Verb[]>;
  expiresInMs: number;
  /** Names the key, where an app has several. */
  kid?: string;
  issuer?: string;
}

/** An app's HS256 key as the relay itself signs with it, and what its tokens must say. */
export interface SigningKey {
  key: KeyObject;
  kid?: string;
  issuer?: string;
  /** What `aud` must be, where that is not the app's id. */
  audience?: string;
}

/** Signs a token with HS256. Returns it with its end in ms since 1970. */
export function mintToken(
  request: TokenRequest,
  key: KeyObject,
  now: number,
): { token: string; expires: number } {
  const issued = Math.floor(now / 1000);
  const exp = issued + Math.ceil(request.expiresInMs / 1000);
  const claims = {
    sub: request.sub,
    ...(request.name !== undefined && { name: request.name }),
    ...(request.app !== undefined && { aud: request.app }),
    ...(request.issuer !== undefined && { iss: request.issuer }),
    ...(request.rooms && { rooms: request.rooms }),
    iat: issued,
    exp,
  };
  const named = request.kid === undefined ? {} : { keyid: request.kid };
  return { token: jwt.sign(claims, key, { algorithm: "HS256", ...named }), expires: exp * 1000 };
}

/** Signs a token as an app's verifier wants it. */
export function mintFor(
  app: string,
  { key, kid, issuer, audience = app }: SigningKey,
  request: Omit<TokenRequest, "app" | "kid" | "issuer">,
  now: number,
): { token: string; expires: number } {
  const named = { ...(kid !== undefined && { kid }), ...(issuer !== undefined && { issuer }) };
  return mintToken({ ...request, ...named, app: audience }, key, now);
}
