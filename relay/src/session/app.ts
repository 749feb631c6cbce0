import type { Role } from "@natter/sdk/protocol";
import type { TokenVerifier } from "../auth/token-verifier.ts";

/** One customer of the relay, as sessions know it. */
export interface App {
  id: string;
  verifier: TokenVerifier;
  /** What a token without `rooms` gives in every room. */
  defaultRole: Role | "none";
}
