import { createHmac } from "node:crypto";
import { JwtVerifier } from "../auth/jwt-verifier.ts";
import { Keyring } from "../auth/keyring.ts";
import type { KeySets, WantedSet } from "../auth/key-sets.ts";
import type { SigningKey } from "../auth/mint.ts";
import { devSecret, relayKey } from "../auth/secret.ts";
import { makeKey, verifyKey, type VerifyKey } from "../auth/verify-key.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Retention } from "../engine/retention.ts";
import { OptionError, type FlatConfig } from "../options.ts";
import { roomLimits, sessionLimits } from "./app-limits.ts";
import { flatSettings } from "./app-options.ts";
import type { AppPlan } from "./apps.ts";
import { keyName, type KeyOptions } from "../auth/key-options.ts";
import type { WebhookOptions } from "./webhook-options.ts";

/** One app of a configuration, with every setting as it holds there. */
export interface AppConfig {
  id: string;
  settings: FlatConfig;
  keys: readonly KeyOptions[];
  webhooks: readonly WebhookOptions[];
  /** False for the one app of a relay that names none. */
  isNamed: boolean;
}

/** An app that is ready to be put in place, with what of it must be at hand. */
export interface Plan extends AppPlan {
  keys: readonly VerifyKey[];
  sets: readonly WantedSet[];
}

/** The apps of a configuration: those that it names, or the one that it is itself. */
export function appConfigs(config: Config): AppConfig[] {
  const { apps, keys = [], webhooks = [], ...settings } = config;
  if (!apps) return [{ id: config.app, settings, keys, webhooks, isNamed: false }];
  return Object.entries(apps).map(([id, options]) => ({
    id,
    settings: { ...settings, ...flatSettings(options), app: id },
    keys: options.keys ?? [],
    webhooks: options.webhooks ?? [],
    isNamed: true,
  }));
}

/** How much of each room a configuration keeps, as engines are told. */
export function retentionOf(config: Config): Retention {
  const bounds = ({ retentionCount, retentionAge }: FlatConfig): Retention => ({
    count: retentionCount,
    ageMs: retentionAge,
  });
  const apps = appConfigs(config).map(({ id, settings }) => [id, bounds(settings)] as const);
  return { ...bounds(config), apps: Object.fromEntries(apps) };
}

/**
 * Makes all that apps need, and does nothing yet: a configuration is found good as a whole before any of it counts.
 *
 * @throws OptionError for the first app that cannot be served, in one sentence
 */
export function planApps(config: Config, keySets: KeySets, clock: Clock): Plan[] {
  const plans = appConfigs(config).map((app) => planApp(app, keySets, clock));
  refuseShared(plans);
  return plans;
}

function planApp(app: AppConfig, keySets: KeySets, clock: Clock): Plan {
  const { id, settings, webhooks, isNamed } = app;
  const keys = writtenKeys(app);
  const sets = app.keys.flatMap((key) => (isPublished(key) ? [keySets.want(id, key)] : []));
  const keyring = new Keyring(
    keys,
    sets.map(({ set }) => set),
  );
  return {
    id,
    keys,
    sets,
    audiences: [...new Set([...keys, ...sets.map(({ key }) => key)].map(({ audience }) => audience ?? id))],
    policy: {
      settings,
      verifier: new JwtVerifier({ app: id, keyring, maxLifetimeMs: settings.maxTokenLife, clock }),
      origins: { allowed: settings.origins, allowLocal: settings.dev },
      defaultRole: settings.defaultRole,
      limits: sessionLimits(settings),
      roomLimits: roomLimits(settings),
      guestKey: guestKey(app, keys),
      webhooks,
      isNamed,
    },
  };
}

/** The keys that stand in the configuration itself. */
function writtenKeys(app: AppConfig): VerifyKey[] {
  const { id, settings, isNamed } = app;
  const shown = isNamed ? `App ${JSON.stringify(id)}` : "The relay";
  const keys = app.keys.flatMap((key, at) =>
    isPublished(key) ? [] : [makeKey(key, keyName(key, `${shown}, key ${at + 1}`))],
  );
  if (!isNamed && (settings.secret !== "" || app.keys.length === 0)) {
    keys.unshift(verifyKey({ alg: "HS256" }, relayKey(settings)));
  }
  if (isNamed && app.keys.length === 0) {
    if (!settings.dev) throw new OptionError(`${shown} has no \`keys\` to verify tokens with.`);
    keys.push(makeKey({ alg: "HS256", secret: devSecretOf(settings, id) }, shown));
  }
  const prints = keys.map(({ fingerprint }) => fingerprint);
  if (new Set(prints).size < prints.length) throw new OptionError(`${shown} has the same key twice.`);
  return keys;
}

/** The secret of an app in development that was given none. */
export function devSecretOf(settings: FlatConfig, id: string): string {
  return createHmac("sha256", devSecret(settings)).update(`natter app\n${id}`).digest("base64url");
}

function isPublished(key: KeyOptions): key is KeyOptions & { jwksUrl: string } {
  return key.jwksUrl !== undefined;
}

/** The key that the relay itself signs with: the first secret. */
export function signingKey(keys: readonly VerifyKey[]): SigningKey | undefined {
  return keys.find(({ alg }) => alg === "HS256");
}

function guestKey({ id, settings, isNamed }: AppConfig, keys: readonly VerifyKey[]): SigningKey | undefined {
  const { guests, dev } = settings;
  if (guests === "off" || (guests === "auto" && !dev)) return undefined;
  const key = signingKey(keys);
  if (key || guests === "auto") return key;
  const shown = isNamed ? `App ${JSON.stringify(id)}` : "The relay";
  throw new OptionError(
    `${shown} lets guests in, and has no HS256 key to sign their tokens with: add one to its \`keys\`.`,
  );
}

/** Whoever can sign for one app must not be able to sign for another. */
function refuseShared(plans: readonly Plan[]): void {
  const owners = new Map<string, string>();
  for (const { id, keys, sets, audiences } of plans) {
    const secrets = keys.map(({ fingerprint }) => ["key", fingerprint] as const);
    const names = audiences.map((audience) => ["audience", audience] as const);
    // The tokens of one provider may be for several apps, and then say for which.
    const places = sets.map(({ key }) => ["jwksUrl", `${key.jwksUrl}\n${key.audience ?? ""}`] as const);
    for (const [what, value] of [...secrets, ...names, ...places]) {
      const name = JSON.stringify([what, value]);
      const owner = owners.get(name);
      if (owner !== undefined && owner !== id) throw new OptionError(whyShared(what, owner, id));
      owners.set(name, id);
    }
  }
}

function whyShared(what: "key" | "audience" | "jwksUrl", one: string, other: string): string {
  const both = `Apps ${JSON.stringify(one)} and ${JSON.stringify(other)}`;
  switch (what) {
    case "key":
      return `${both} have a key in common: whoever signs for one could sign for the other. Give each its own.`;
    case "audience":
      return `${both} would both take tokens with the same \`aud\`: give their keys \`audience\`s that differ.`;
    case "jwksUrl":
      return `${both} have a \`jwksUrl\` in common: give their keys an \`audience\` each, so that a token is for one of them.`;
    default:
      return what satisfies never;
  }
}
