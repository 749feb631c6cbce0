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
    ...(request.rooms && { rooms: request.rooms }),
    iat: issued,
    exp,
  };
  return { token: jwt.sign(claims, key, { algorithm: "HS256" }), expires: exp * 1000 };
}
