import type { Role } from "@natter/sdk/protocol";
import type { FlatConfig } from "../options.ts";
import type { OriginRule } from "../auth/origins.ts";
import type { TokenVerifier } from "../auth/token-verifier.ts";
import type { SigningKey } from "../auth/mint.ts";
import type { RoomLimits } from "../room/room.ts";
import type { SessionLimits } from "../session/session-context.ts";
import type { WebhookOptions } from "./webhook-options.ts";

/** What an app's operator has decided. A reload puts another in its place, whole. */
export interface Policy {
  /** Every setting, as it holds for this app. */
  readonly settings: FlatConfig;
  readonly verifier: TokenVerifier;
  readonly origins: OriginRule;
  /** What a token without `rooms` gives in every room. */
  readonly defaultRole: Role | "none";
  readonly limits: SessionLimits;
  readonly roomLimits: RoomLimits;
  /** Signs the tokens of guests; absent where none are let in. */
  readonly guestKey: SigningKey | undefined;
  readonly webhooks: readonly WebhookOptions[];
  /** False for the one app of a relay whose configuration names none. */
  readonly isNamed: boolean;
}

/**
 * One customer of the relay, for as long as its configuration names it. Whoever holds an app reads its policy
 * anew each time, since that may be another after a reload.
 */
export interface App {
  readonly id: string;
  policy: Policy;
}
