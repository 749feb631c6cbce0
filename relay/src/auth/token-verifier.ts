import type { Identity } from "./claims.ts";

/** A token's verdict. The message says to an integrator what to change, and never repeats the token. */
export type Verdict =
  | { ok: true; identity: Identity }
  | { ok: false; code: "unauthorized" | "token-expired" | "unavailable"; message: string };

/** Tells who a token speaks for. */
export interface TokenVerifier {
  /** At once where the keys are at hand; `unavailable` when they cannot be had now. Never rejects. */
  verify(token: string): Verdict | Promise<Verdict>;
  /** Whether a token that a key has verified would still be, by the fingerprint of the key. */
  holds(keyFingerprint: string): boolean;
}
