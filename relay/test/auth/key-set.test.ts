import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { KeySet } from "../../src/auth/key-set.ts";
import type { VerifyKey } from "../../src/auth/verify-key.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { MemoryEntries } from "../doubles/log-entries.ts";

const URL_OF_SET = "https://login.example/jwks";
const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const OTHER = generateKeyPairSync("rsa", { modulusLength: 2048 });
const WEAK = generateKeyPairSync("rsa", { modulusLength: 1024 });
const EC = generateKeyPairSync("ec", { namedCurve: "P-256" });

const jwk = (key: KeyObject, kid: unknown, more: object = {}): object => ({
  ...key.export({ format: "jwk" }),
  kid,
  ...more,
});

let clock: FakeClock;
let log: MemoryEntries;
let asked: string[];
let answer: () => Response | Promise<Response>;
let set: KeySet;
let removals: number;

const publish = (...keys: unknown[]): void => void (answer = () => Response.json({ keys }));

beforeEach(() => {
  clock = new FakeClock();
  log = new MemoryEntries();
  asked = [];
  removals = 0;
  publish(jwk(RSA.publicKey, "one"));
  set = new KeySet({
    key: { alg: "RS256", jwksUrl: URL_OF_SET },
    clock,
    log,
    onRemoved: () => removals++,
    fetch: async (url, init) => {
      asked.push(url);
      expect(init.redirect).toBe("error");
      return answer();
    },
  });
});

/** What a name comes to: the key's, or why there is none. */
async function find(kid: string): Promise<string> {
  const found = await set.find(kid);
  return found === undefined ? "none" : found === "unavailable" ? found : `key ${found.kid}`;
}

test("keys are asked for when they are first needed, and then are at hand", async () => {
  expect(asked).toEqual([]);
  expect(await find("one")).toBe("key one");
  const again = set.find("one");
  expect(again).not.toBeInstanceOf(Promise);
  expect((again as VerifyKey).key).toBe((set.find("one") as VerifyKey).key);
  expect(asked).toEqual([URL_OF_SET]);
});

test("a thousand who ask at once are one question", async () => {
  const found = await Promise.all(Array.from({ length: 1000 }, () => find("one")));
  expect(new Set(found)).toEqual(new Set(["key one"]));
  expect(asked).toHaveLength(1);
});

describe("[AU-16] a flood of made-up names", () => {
  test("is one question in ten seconds, and does not cost the known ones anything", async () => {
    await find("one");
    for (let second = 0; second < 60; second++) {
      for (let each = 0; each < 1000; each++) expect(await find(`made-up-${second}-${each}`)).toBe("none");
      expect(await find("one")).toBe("key one");
      await clock.pass(1000);
    }
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThanOrEqual(7);
  });

  test("while there is no answer is one question in five seconds, and nobody is told that they forged", async () => {
    answer = () => new Response("", { status: 503 });
    for (let second = 0; second < 20; second++) {
      expect(await find(`made-up-${second}`)).toBe("unavailable");
      expect(await find("one")).toBe("unavailable");
      await clock.pass(1000);
    }
    expect(asked).toHaveLength(4);
  });
});

describe("a key that is changed", () => {
  test("is found under its new name at once", async () => {
    await find("one");
    await clock.pass(10_000);
    publish(jwk(RSA.publicKey, "one"), jwk(OTHER.publicKey, "two"));
    expect(await find("two")).toBe("key two");
    expect(await find("one")).toBe("key one");
    expect(removals).toBe(0);
  });

  test("and whose old one is withdrawn counts no more once that is known, which takes ten minutes", async () => {
    await find("one");
    publish(jwk(OTHER.publicKey, "two"));
    await clock.pass(9 * 60_000);
    expect(await find("one")).toBe("key one");
    await clock.pass(2 * 60_000);
    expect(await find("one")).toBe("key one");
    await clock.settle();
    expect(await find("one")).toBe("none");
    expect(removals).toBe(1);
  });

  test("under the same name is another key", async () => {
    await find("one");
    const { fingerprint } = set.find("one") as VerifyKey;
    publish(jwk(OTHER.publicKey, "one"));
    await clock.pass(11 * 60_000);
    await find("one");
    await clock.settle();
    expect(set.holds(fingerprint)).toBe(false);
    expect(removals).toBe(1);
  });
});

describe("a provider that does not answer", () => {
  test("costs nobody with a known key anything for a day, and is told in the log", async () => {
    await find("one");
    answer = () => Promise.reject(new Error("no route"));
    for (let hour = 0; hour < 23; hour++) {
      await clock.pass(3_600_000);
      expect(await find("one")).toBe("key one");
      await clock.settle();
    }
    expect(log.entries[0]).toMatchObject({ level: "warn", fields: { url: URL_OF_SET } });
    await clock.pass(2 * 3_600_000);
    expect(await find("one")).toBe("unavailable");
  });

  test("is asked again when it may be back", async () => {
    answer = () => new Response("", { status: 500 });
    expect(await find("one")).toBe("unavailable");
    publish(jwk(RSA.publicKey, "one"));
    expect(await find("one")).toBe("unavailable");
    await clock.pass(5000);
    expect(await find("one")).toBe("key one");
  });

  test.each<[string, () => Response]>([
    ["no JSON", () => new Response("<html>")],
    ["no list of keys", () => Response.json({ keys: "many" })],
    ["a list alone", () => Response.json([])],
    ["null", () => Response.json(null)],
    ["no key that fits", () => Response.json({ keys: [jwk(EC.publicKey, "one")] })],
    ["far too much", () => new Response("x".repeat(300_000))],
    [
      "something that has moved",
      () => new Response("", { status: 302, headers: { location: "http://127.0.0.1" } }),
    ],
  ])("or with %s", async (_, given) => {
    answer = given;
    expect(await find("one")).toBe("unavailable");
    expect(log.entries).toHaveLength(1);
  });
});

test("of what is published only keys for verifying by this algorithm count", async () => {
  publish(
    null,
    "key",
    jwk(EC.publicKey, "another-type"),
    jwk(WEAK.publicKey, "weak"),
    jwk(RSA.publicKey, "for-encryption", { use: "enc" }),
    jwk(RSA.publicKey, "for-signing-only", { key_ops: ["sign"] }),
    jwk(RSA.publicKey, "another-algorithm", { alg: "RS512" }),
    jwk(RSA.privateKey, "private"),
    { kty: "oct", k: "c2VjcmV0", kid: "secret" },
    { kty: "RSA", kid: "half" },
    jwk(RSA.publicKey, 7),
    jwk(RSA.publicKey, ""),
    jwk(RSA.publicKey, undefined),
    jwk(RSA.publicKey, "good", { use: "sig", alg: "RS256", key_ops: ["verify"] }),
    jwk(OTHER.publicKey, "good"),
  );
  expect(await find("good")).toBe("key good");
  expect(set.size).toBe(1);
  for (const kid of ["weak", "for-encryption", "private", "secret", "half", "another-type", ""]) {
    expect(await find(kid), kid).toBe("none");
  }
});

test("a set that is closed asks no more, and says nothing of it", async () => {
  answer = () => new Promise<Response>(() => {});
  void set.find("one");
  await clock.settle();
  set.close();
  expect(log.entries).toEqual([]);
});
