import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { secretKey } from "../../src/auth/verify-key.ts";
import { mintToken } from "../../src/auth/mint.ts";
import { hs256, verdictOf } from "../doubles/apps.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { forge, KEY, SECRET } from "../doubles/tokens.ts";

const clock = new FakeClock();
const NOW = Math.floor(clock.now() / 1000);
const GOOD = { sub: "ann", exp: NOW + 3600 };
const verifier = hs256(clock);

/** What a token comes to: the user's id, or the code of the refusal. */
function verdict(token: string): string {
  const result = verdictOf(verifier, token);
  return result.ok ? `user ${result.identity.user.id}` : result.code;
}

function message(token: string): string {
  const result = verdictOf(verifier, token);
  return result.ok ? "(accepted)" : result.message;
}

test("a good token says who it is", () => {
  expect(verifier.verify(forge({ ...GOOD, name: "Ann", jti: "t-1", iat: NOW }))).toEqual({
    ok: true,
    identity: {
      user: { id: "ann", name: "Ann" },
      app: "default",
      expiresAt: GOOD.exp * 1000,
      issuedAt: NOW * 1000,
      tokenId: "t-1",
      keyFingerprint: expect.any(String) as string,
    },
  });
});

test("what is minted is verified", () => {
  const { token, expires } = mintToken({ sub: "ann", app: "default", expiresInMs: 60_000 }, KEY, clock.now());
  expect(verdict(token)).toBe("user ann");
  expect(expires).toBe(clock.now() + 60_000);
});

describe("[AU-01] a signature that proves nothing", () => {
  const [head = "", body = "", signature = ""] = forge(GOOD).split(".");
  const unsigned = (alg: string): string => {
    const header = Buffer.from(JSON.stringify({ alg, typ: "JWT" })).toString("base64url");
    return `${header}.${body}`;
  };

  test.each(["none", "None", "nOnE", "NONE", ""])("alg %j", (alg) => {
    expect(verdict(`${unsigned(alg)}.`)).toBe("unauthorized");
    expect(verdict(`${unsigned(alg)}.${signature}`)).toBe("unauthorized");
    expect(verdict(unsigned(alg))).toBe("unauthorized");
  });

  test("an empty signature, another token's signature, another payload under it", () => {
    const other = forge({ ...GOOD, sub: "bob" }).split(".");
    expect(verdict(`${head}.${body}.`)).toBe("unauthorized");
    expect(verdict(`${head}.${body}.${other[2]}`)).toBe("unauthorized");
    expect(verdict(`${head}.${other[1]}.${signature}`)).toBe("unauthorized");
  });

  test("a secret of somebody else", () => {
    expect(verdict(forge(GOOD, { secret: `${SECRET} ` }))).toBe("unauthorized");
  });

  test.each([
    "",
    ".",
    "..",
    "...",
    "a.b.c",
    "ann",
    forge(GOOD).repeat(100),
    "\u0000",
    `Bearer ${forge(GOOD)}`,
  ])("no token at all: %.30j", (token) => {
    expect(verdict(token)).toBe("unauthorized");
  });

  test("a header that is no object", () => {
    for (const header of ["null", "[]", '"HS256"', "7", "{"]) {
      const encoded = Buffer.from(header).toString("base64url");
      expect(verdict(`${encoded}.${body}.${signature}`), header).toBe("unauthorized");
    }
  });
});

test("[AU-02] a public key is no secret: HS256 made with the PEM of an RSA key", () => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const pem = publicKey.export({ type: "spki", format: "pem" });
  expect(verdict(forge(GOOD, { secret: pem }))).toBe("unauthorized");
  expect(verdict(forge(GOOD, { header: { alg: "RS256" } }))).toBe("unauthorized");
});

test.each([
  ["HS384", "sha384"],
  ["HS512", "sha512"],
])("[AU-03] %s with the right secret is another algorithm", (alg, hash) => {
  expect(verdict(forge(GOOD, { header: { alg }, hash }))).toBe("unauthorized");
});

describe("[AU-04] secrets", () => {
  test.each([0, 1, 31])("of %i bytes are refused", (bytes) => {
    expect(() => secretKey("x".repeat(bytes))).toThrow(RangeError);
  });

  test("of 32 bytes are taken, counted in bytes", () => {
    expect(secretKey("x".repeat(32)).symmetricKeySize).toBe(32);
    expect(secretKey("é".repeat(16)).symmetricKeySize).toBe(32);
  });

  test("are not repeated by their refusal", () => {
    expect(() => secretKey("hunter2")).toThrow(/^(?!.*hunter2)/);
  });
});

test("[AU-05] no end, an end that is no number, an end long ago, an end too far away", () => {
  expect(verdict(forge({ sub: "ann" }))).toBe("unauthorized");
  expect(verdict(forge({ sub: "ann", exp: String(GOOD.exp) }))).toBe("unauthorized");
  expect(verdict(forge({ sub: "ann", exp: -1 }))).toBe("token-expired");
  expect(verdict(forge({ sub: "ann", exp: NOW + 31 * 86_400 }))).toBe("unauthorized");
});

test.each<[string, object, string]>([
  ["nbf in 5 s", { nbf: NOW + 5 }, "user ann"],
  ["nbf in 60 s", { nbf: NOW + 60 }, "unauthorized"],
  ["nbf as a text", { nbf: "soon" }, "unauthorized"],
  ["iat in 5 s", { iat: NOW + 5 }, "user ann"],
  ["iat in 60 s", { iat: NOW + 60 }, "unauthorized"],
  ["exp 5 s ago", { exp: NOW - 5 }, "user ann"],
  ["exp 60 s ago", { exp: NOW - 60 }, "token-expired"],
])("[AU-06] clocks may differ by ten seconds: %s", (_, claims, expected) => {
  expect(verdict(forge({ ...GOOD, ...claims }))).toBe(expected);
});

test.each<[string, unknown, string]>([
  ["ours", "default", "user ann"],
  ["ours among others", ["other", "default"], "user ann"],
  ["absent", undefined, "user ann"],
  ["another", "other", "unauthorized"],
  ["others", ["other", "another"], "unauthorized"],
  ["an empty list", [], "unauthorized"],
  ["a prefix of ours", "defaul", "unauthorized"],
  ["null", null, "unauthorized"],
  ["an object", { default: true }, "unauthorized"],
])("[AU-07] the audience is %s", (_, aud, expected) => {
  expect(verdict(forge({ ...GOOD, aud }))).toBe(expected);
});

test.each(["exp", "b64", "http://example.org/x"])("[AU-08] a critical extension is refused: %s", (name) => {
  expect(verdict(forge(GOOD, { header: { crit: [name], [name]: true } }))).toBe("unauthorized");
  expect(verdict(forge(GOOD, { header: { crit: [] } }))).toBe("unauthorized");
});

test.each(['"ann"', "[]", "null", "7", "true", `["ann"]`])(
  "[AU-08] a payload that is no object: %s",
  (payload) => {
    expect(verdict(forge(payload))).toBe("unauthorized");
  },
);

test("[AU-17] who forges learns nothing from the refusal", () => {
  const [head = "", body = ""] = forge(GOOD).split(".");
  const forged = [
    forge(GOOD, { secret: "another secret, with more than thirty-two bytes" }),
    forge({ ...GOOD, sub: "nobody" }, { secret: "another secret, with more than thirty-two bytes" }),
    forge({ sub: "ann", exp: 1 }, { secret: "another secret, with more than thirty-two bytes" }),
    forge(GOOD, { header: { alg: "HS512" }, hash: "sha512" }),
    `${head}.${body}.`,
    "rubbish",
  ];
  expect(new Set(forged.map(message)).size).toBe(1);
  expect(message(forge({ ...GOOD, exp: 1 }))).not.toBe(message(forged[0] ?? ""));
});

test("no refusal repeats the token or a claim's value", () => {
  const tokens = [
    forge({ ...GOOD, sub: "x\nvery-private" }),
    forge({ ...GOOD, aud: "very-private" }),
    "very-private",
  ];
  for (const token of tokens) expect(message(token)).not.toContain("very-private");
});
