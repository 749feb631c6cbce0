import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { JwtVerifier } from "../../src/auth/jwt-verifier.ts";
import { Keyring } from "../../src/auth/keyring.ts";
import { makeKey, type VerifyKey } from "../../src/auth/verify-key.ts";
import { verdictOf } from "../doubles/apps.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { forge } from "../doubles/tokens.ts";

const clock = new FakeClock();
const NOW = Math.floor(clock.now() / 1000);
const GOOD = { sub: "ann", exp: NOW + 3600 };
const OLD = "the old secret, with more than thirty-two bytes";
const NEW = "the new secret, with more than thirty-two bytes";
const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const EC = generateKeyPairSync("ec", { namedCurve: "P-256" });

function pem(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }) as string;
}

function verifierOf(...keys: VerifyKey[]): JwtVerifier {
  return new JwtVerifier({
    app: "default",
    keyring: new Keyring(keys),
    maxLifetimeMs: 30 * 86_400_000,
    clock,
  });
}

const hs = (secret: string, kid?: string): VerifyKey =>
  makeKey({ alg: "HS256", secret, ...(kid !== undefined && { kid }) }, "key");
const rs = (kid?: string): VerifyKey =>
  makeKey({ alg: "RS256", publicKey: pem(RSA.publicKey), ...(kid !== undefined && { kid }) }, "key");
const es = (kid?: string): VerifyKey =>
  makeKey({ alg: "ES256", publicKey: pem(EC.publicKey), ...(kid !== undefined && { kid }) }, "key");

/** Signs with a private key, under any header. */
function signed(payload: object, header: object, key: KeyObject): string {
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  const text = `${part({ typ: "JWT", ...header })}.${part(payload)}`;
  const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

function verdict(verifier: JwtVerifier, token: string): string {
  const result = verdictOf(verifier, token);
  return result.ok ? `user ${result.identity.user.id}` : result.code;
}

describe("a key for each algorithm", () => {
  const verifier = verifierOf(hs(OLD, "h"), rs("r"), es("e"));

  test.each<[string, string]>([
    ["HS256", forge(GOOD, { secret: OLD, header: { kid: "h" } })],
    ["RS256", signed(GOOD, { alg: "RS256", kid: "r" }, RSA.privateKey)],
    ["ES256", signed(GOOD, { alg: "ES256", kid: "e" }, EC.privateKey)],
  ])("%s", (_, token) => {
    expect(verdict(verifier, token)).toBe("user ann");
    const [head, body] = token.split(".");
    expect(verdict(verifier, `${head}.${body}.${"A".repeat(86)}`)).toBe("unauthorized");
  });

  test("[AU-01] none of them takes a token that is not signed", () => {
    for (const kid of ["h", "r", "e", undefined]) {
      const head = Buffer.from(JSON.stringify({ alg: "none", kid })).toString("base64url");
      const body = Buffer.from(JSON.stringify(GOOD)).toString("base64url");
      expect(verdict(verifier, `${head}.${body}.`)).toBe("unauthorized");
    }
  });

  test("[AU-02] a public key is no secret, whatever the header says", () => {
    const spki = createPublicKey(pem(RSA.publicKey)).export({ type: "spki", format: "der" });
    for (const secret of [pem(RSA.publicKey), pem(RSA.publicKey).trim(), spki, pem(EC.publicKey)]) {
      for (const kid of ["h", "r", "e", undefined, "other"]) {
        for (const alg of ["HS256", "RS256", "ES256"]) {
          expect(verdict(verifier, forge(GOOD, { secret, header: { alg, kid } }))).toBe("unauthorized");
        }
      }
    }
  });

  test("[AU-03] a key is for its algorithm alone", () => {
    expect(verdict(verifier, signed(GOOD, { alg: "RS512", kid: "r" }, RSA.privateKey))).toBe("unauthorized");
    expect(verdict(verifier, signed(GOOD, { alg: "PS256", kid: "r" }, RSA.privateKey))).toBe("unauthorized");
    expect(verdict(verifier, signed(GOOD, { alg: "RS256", kid: "e" }, RSA.privateKey))).toBe("unauthorized");
    expect(verdict(verifier, signed(GOOD, { alg: "ES256", kid: "r" }, EC.privateKey))).toBe("unauthorized");
    expect(
      verdict(verifier, forge(GOOD, { secret: OLD, header: { alg: "HS512", kid: "h" }, hash: "sha512" })),
    ).toBe("unauthorized");
  });
});

describe("[AU-15] several keys by their names", () => {
  const verifier = verifierOf(hs(OLD, "old"), hs(NEW, "new"));
  const named = (kid: unknown, secret: string): string => forge(GOOD, { secret, header: { kid } });

  test.each<[string, string, string]>([
    ["the old one", named("old", OLD), "user ann"],
    ["the new one", named("new", NEW), "user ann"],
    ["another's name", named("new", OLD), "unauthorized"],
    ["a name that nobody has", named("newer", NEW), "unauthorized"],
    ["a name like __proto__", named("__proto__", NEW), "unauthorized"],
    ["a name that is no text", named({ new: true }, NEW), "unauthorized"],
    ["a name that is a list", named(["new"], NEW), "unauthorized"],
    ["an empty name", named("", NEW), "unauthorized"],
    ["no name, which is tried with each", forge(GOOD, { secret: NEW }), "user ann"],
    ["no name, of nobody", forge(GOOD), "unauthorized"],
  ])("%s", (_, token, expected) => {
    expect(verdict(verifier, token)).toBe(expected);
  });

  test("the old one is gone, and its tokens with it", () => {
    const later = verifierOf(hs(NEW, "new"));
    expect(verdict(later, named("old", OLD))).toBe("unauthorized");
    expect(verdict(later, forge(GOOD, { secret: OLD }))).toBe("unauthorized");
    const before = verdictOf(verifier, named("old", OLD));
    const { keyFingerprint = "" } = before.ok ? before.identity : {};
    expect([verifier.holds(keyFingerprint), later.holds(keyFingerprint)]).toEqual([true, false]);
  });

  test("a key without a name is for tokens whose name nobody has, so that it can be replaced by a named one", () => {
    const both = verifierOf(hs(OLD), hs(NEW, "new"));
    expect(verdict(both, forge(GOOD, { secret: OLD }))).toBe("user ann");
    expect(verdict(both, named("some-library-puts-this", OLD))).toBe("user ann");
    expect(verdict(both, named("new", NEW))).toBe("user ann");
    expect(verdict(both, named("new", OLD))).toBe("unauthorized");
  });

  test("an expired token is told so by whichever key has signed it, and by no other", () => {
    const expired = { ...GOOD, exp: NOW - 600 };
    expect(verdict(verifier, forge(expired, { secret: NEW }))).toBe("token-expired");
    expect(verdict(verifier, forge(expired))).toBe("unauthorized");
  });
});

describe("[AU-07] a key that asks for an issuer, and for an audience of its own", () => {
  const verifier = verifierOf(
    makeKey({ alg: "HS256", secret: OLD, issuer: "https://login.example", audience: "chat" }, "key"),
  );
  const right = { ...GOOD, iss: "https://login.example", aud: "chat" };

  test.each<[string, object, string]>([
    ["both", right, "user ann"],
    ["ours among others", { ...right, aud: ["web", "chat"] }, "user ann"],
    ["no issuer", { ...right, iss: undefined }, "unauthorized"],
    ["another issuer", { ...right, iss: "https://login.example/" }, "unauthorized"],
    ["a list of issuers", { ...right, iss: ["https://login.example"] }, "unauthorized"],
    ["no audience", { ...right, aud: undefined }, "unauthorized"],
    ["the app's id", { ...right, aud: "default" }, "unauthorized"],
    ["a list without ours", { ...right, aud: ["web", "default"] }, "unauthorized"],
  ])("%s", (_, claims, expected) => {
    expect(verdict(verifier, forge(claims, { secret: OLD }))).toBe(expected);
  });
});

test("[AU-16] a thousand bad tokens cost a small part of a second, however they are bad", () => {
  const verifier = verifierOf(hs(OLD, "h"), rs("r"), es("e"));
  const tokens = [
    forge(GOOD, { header: { kid: "h" } }),
    signed(GOOD, { alg: "RS256", kid: "r" }, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey),
    signed(GOOD, { alg: "ES256", kid: "e" }, generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey),
    forge(GOOD),
    "x".repeat(8192),
    ".".repeat(8192),
    `${"a".repeat(4000)}.${"b".repeat(4000)}.c`,
  ];
  for (const token of tokens) verdict(verifier, token);
  const began = process.cpuUsage();
  for (let each = 0; each < 1000; each++) verdict(verifier, tokens[each % tokens.length] ?? "");
  const { user, system } = process.cpuUsage(began);
  // A tenth of that on an idle machine of today.
  expect((user + system) / 1000).toBeLessThan(700);
});
