import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { AppOptions } from "../../src/apps/app-options.ts";
import { planApps, type Plan } from "../../src/apps/plan.ts";
import { KeySets } from "../../src/auth/key-sets.ts";
import { completeConfig, type Config } from "../../src/config.ts";
import { OptionError } from "../../src/options.ts";
import { silentLog } from "../../src/telemetry/log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { SECRET } from "../doubles/tokens.ts";

const clock = new FakeClock();
const data = mkdtempSync(join(tmpdir(), "natter-plan-"));
afterAll(() => rmSync(data, { recursive: true }));

const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const WEAK = generateKeyPairSync("rsa", { modulusLength: 1024 });
const EC = generateKeyPairSync("ec", { namedCurve: "P-256" });
const WIDE = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ED = generateKeyPairSync("ed25519");
const JWKS = "https://login.example/jwks";

function pem(key: KeyObject): string {
  return key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }) as string;
}

function plan(given: Partial<Config>): Plan[] {
  return planApps(completeConfig(given), new KeySets(clock, silentLog, () => {}), clock);
}

function complaint(given: Partial<Config>): string {
  try {
    plan(given);
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  return "(accepted)";
}

const secret = (mark: string): AppOptions => ({ keys: [{ alg: "HS256", secret: `${SECRET} ${mark}` }] });

describe("[AU-02] [AU-04] a key that cannot be relied on is refused at the start, in one sentence", () => {
  test.each<[string, AppOptions["keys"] & object, RegExp]>([
    [
      "a secret of 31 bytes",
      [{ alg: "HS256", secret: "x".repeat(31) }],
      /has 31 bytes; HS256 needs at least 32/,
    ],
    [
      "a secret of a document",
      [{ alg: "HS256", secret: "change-me-change-me-change-me-change-me" }],
      /is a sample from a document/,
    ],
    ["a private key", [{ alg: "RS256", publicKey: pem(RSA.privateKey) }], /this is a private key/],
    ["a private EC key", [{ alg: "ES256", publicKey: pem(EC.privateKey) }], /this is a private key/],
    [
      "no PEM",
      [{ alg: "RS256", publicKey: "hunter2-hunter2" }],
      /must be a public key or a certificate as PEM/,
    ],
    ["an EC key for RS256", [{ alg: "RS256", publicKey: pem(EC.publicKey) }], /RS256 needs an RSA key.* ec/],
    ["an RSA key for ES256", [{ alg: "ES256", publicKey: pem(RSA.publicKey) }], /on the curve P-256.* rsa/],
    ["another curve", [{ alg: "ES256", publicKey: pem(WIDE.publicKey) }], /on the curve P-256.*secp384r1/],
    [
      "another kind of curve",
      [{ alg: "ES256", publicKey: pem(ED.publicKey) }],
      /on the curve P-256.*ed25519/,
    ],
    [
      "a weak RSA key",
      [{ alg: "RS256", publicKey: pem(WEAK.publicKey) }],
      /has 1024 bits; RS256 needs at least 2048/,
    ],
    [
      "the same key twice",
      [
        { kid: "1", alg: "HS256", secret: SECRET },
        { kid: "2", alg: "HS256", secret: SECRET },
      ],
      /App "shop" has the same key twice/,
    ],
  ])("%s", (_, keys, sentence) => {
    const told = complaint({ apps: { shop: { keys } } });
    expect(told).toMatch(sentence);
    expect(told).toMatch(/^App "shop"/);
    expect(told).not.toMatch(/hunter2|change-me|\n/);
  });

  test("the key is called by its name", () => {
    const keys = [{ kid: "2027", alg: "HS256" as const, secret: "short" }];
    expect(complaint({ apps: { shop: { keys } } })).toMatch(
      /^App "shop", key 1 \(2027\): The secret has 5 bytes/,
    );
  });

  test("no keys at all; but in development each app gets a secret of its own", () => {
    expect(complaint({ apps: { shop: {} } })).toBe('App "shop" has no `keys` to verify tokens with.');
    const [shop, club] = plan({ dev: true, data, apps: { shop: {}, club: {} } });
    expect(shop?.keys[0]?.fingerprint).not.toBe(club?.keys[0]?.fingerprint);
  });
});

test("keys of all kinds are taken", () => {
  const keys = [
    { kid: "a", alg: "HS256" as const, secret: SECRET },
    { kid: "b", alg: "RS256" as const, publicKey: pem(RSA.publicKey) },
    { kid: "c", alg: "ES256" as const, publicKey: pem(EC.publicKey) },
    { alg: "RS256" as const, jwksUrl: JWKS, issuer: "https://login.example", audience: "chat" },
  ];
  const [shop] = plan({ apps: { shop: { keys } } });
  expect(shop?.keys.map(({ kid, alg }) => [kid, alg])).toEqual([
    ["a", "HS256"],
    ["b", "RS256"],
    ["c", "ES256"],
  ]);
  expect(shop?.sets).toHaveLength(1);
  expect(shop?.audiences).toEqual(["shop", "chat"]);
});

test("the relay's own app may have a secret and keys", () => {
  const [only] = plan({ secret: SECRET, keys: [{ kid: "b", alg: "RS256", publicKey: pem(RSA.publicKey) }] });
  expect(only?.keys.map(({ alg }) => alg)).toEqual(["HS256", "RS256"]);
  const [keyed] = plan({ keys: [{ kid: "b", alg: "RS256", publicKey: pem(RSA.publicKey) }] });
  expect(keyed?.keys).toHaveLength(1);
  expect(complaint({})).toMatch(/^The relay needs a secret/);
});

describe("[P7] whoever can sign for one app cannot sign for another", () => {
  test.each<[string, Config["apps"] & object, RegExp]>([
    ["a secret in common", { a: secret("x"), b: secret("x") }, /^Apps "a" and "b" have a key in common/],
    [
      "one's audience is the other's id",
      { a: secret("x"), b: { keys: [{ alg: "HS256", secret: SECRET, audience: "a" }] } },
      /^Apps "a" and "b" would both take tokens with the same `aud`/,
    ],
    [
      "a provider in common, and nothing to tell them apart",
      { a: { keys: [{ alg: "RS256", jwksUrl: JWKS }] }, b: { keys: [{ alg: "RS256", jwksUrl: JWKS }] } },
      /^Apps "a" and "b" have a `jwksUrl` in common/,
    ],
  ])("%s", (_, apps, sentence) => {
    expect(complaint({ apps })).toMatch(sentence);
  });

  test("a provider in common is fine where tokens say for which", () => {
    const of = (audience: string): AppOptions => ({ keys: [{ alg: "RS256", jwksUrl: JWKS, audience }] });
    const [a, b] = plan({ apps: { a: of("chat-a"), b: of("chat-b") } });
    expect(a?.sets[0]?.set).not.toBe(b?.sets[0]?.set);
  });
});

describe("guests", () => {
  test("are signed for with the app's first secret", () => {
    const rsa = { kid: "r", alg: "RS256" as const, publicKey: pem(RSA.publicKey) };
    const hs = { kid: "g", alg: "HS256" as const, secret: SECRET };
    const [shop] = plan({ apps: { shop: { guests: "on", keys: [rsa, hs] } } });
    expect(shop?.policy.guestKey?.kid).toBe("g");
    expect(complaint({ apps: { shop: { guests: "on", keys: [rsa] } } })).toMatch(
      /App "shop" lets guests in, and has no HS256/,
    );
  });

  test("are let in by the apps that say so, and by no other", () => {
    const [a, b] = plan({ apps: { a: { ...secret("a"), guests: "on" }, b: secret("b") } });
    expect(a?.policy.guestKey).toBeDefined();
    expect(b?.policy.guestKey).toBeUndefined();
  });
});
