import type { Identity } from "./claims.ts";

/** A token's verdict. The message says to an integrator what to change, and never repeats the token. */
export type Verdict =
  { ok: true; identity: Identity } | { ok: false; code: "unauthorized" | "token-expired"; message: string };

/** Tells who a token speaks for. */
export interface TokenVerifier {
  verify(token: string): Verdict;
}
