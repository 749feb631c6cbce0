import type { KeyObject } from "node:crypto";
import { Doorkeeper } from "../../src/apps/doorkeeper.ts";
import { roomLimits, sessionLimits } from "../../src/apps/app-limits.ts";
import type { Policy } from "../../src/apps/app.ts";
import { Apps } from "../../src/apps/apps.ts";
import { JwtVerifier } from "../../src/auth/jwt-verifier.ts";
import { Keyring } from "../../src/auth/keyring.ts";
import { OriginNotes } from "../../src/auth/origin-notes.ts";
import { Revoked } from "../../src/apps/revoked.ts";
import type { TokenVerifier, Verdict } from "../../src/auth/token-verifier.ts";
import { verifyKey } from "../../src/auth/verify-key.ts";
import type { Clock } from "../../src/clock.ts";
import { completeConfig } from "../../src/config.ts";
import { silentLog } from "../../src/telemetry/log.ts";
import { KEY } from "./tokens.ts";

const DAY = 86_400_000;

/** A verifier with one HS256 key, the tests' own by default. */
export function hs256(
  clock: Clock,
  {
    app = "default",
    key = KEY,
    maxLifetimeMs = 30 * DAY,
  }: { app?: string; key?: KeyObject; maxLifetimeMs?: number } = {},
): JwtVerifier {
  const keyring = new Keyring([verifyKey({ alg: "HS256" }, key)]);
  return new JwtVerifier({ app, keyring, maxLifetimeMs, clock });
}

/** What a verifier with its keys at hand says at once. */
export function verdictOf(verifier: TokenVerifier, token: string): Verdict {
  const verdict = verifier.verify(token);
  if (verdict instanceof Promise) throw new Error("The verifier has to ask for keys.");
  return verdict;
}

/** A policy that lets in everybody with a token of the tests' key. */
export function policy(clock: Clock, given: Partial<Policy> = {}, app = "default"): Policy {
  const settings = completeConfig({ app });
  return {
    settings,
    verifier: hs256(clock, { app }),
    origins: { allowed: [], allowLocal: false },
    defaultRole: "member",
    limits: sessionLimits(settings),
    roomLimits: roomLimits(settings),
    guestKey: undefined,
    webhooks: [],
    isNamed: false,
    ...given,
  };
}

/** The apps of a relay, by their policies, and who decides about coming in. */
export function doorkeeperOf(
  clock: Clock,
  policies: Readonly<Record<string, Policy>>,
): { apps: Apps; doorkeeper: Doorkeeper; revoked: Revoked } {
  const plans = Object.entries(policies).map(([id, policy]) => ({ id, policy, audiences: [id] }));
  const apps = new Apps(plans);
  const revoked = new Revoked();
  return { apps, revoked, doorkeeper: new Doorkeeper(apps, revoked, new OriginNotes(silentLog, clock)) };
}
