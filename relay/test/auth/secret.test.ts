import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { devSecret, relayKey } from "../../src/auth/secret.ts";
import { OptionError } from "../../src/options.ts";

let data = "";

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "natter-secret-"));
});

afterEach(() => rm(data, { recursive: true, force: true }));

const options = (secret: string, dev = false): Parameters<typeof relayKey>[0] => ({
  secret,
  dev,
  data: join(data, "deep", "down"),
});

test.each([
  ["none", "", /needs a secret/],
  ["1 byte", "x", /1 bytes/],
  ["31 bytes", "x".repeat(31), /31 bytes/],
  ["a sample of a document", "change-me-change-me-change-me-change-me", /sample/],
])("[AUTH13] [AU-04] a relay does not start with a secret of %s", (_, secret, why) => {
  expect(() => relayKey(options(secret))).toThrow(OptionError);
  expect(() => relayKey(options(secret))).toThrow(why);
  if (secret.length > 1) expect(() => relayKey(options(secret))).not.toThrow(secret);
});

test("[AU-04] a relay starts with a secret of 32 bytes", () => {
  expect(relayKey(options("x".repeat(32))).symmetricKeySize).toBe(32);
});

test("in development a secret is made once, for this user's eyes only", async () => {
  const first = relayKey(options("", true));
  expect(relayKey(options("", true)).equals(first)).toBe(true);
  const file = join(data, "deep", "down", "dev-secret");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readFile(file, "utf8")).trim().length).toBeGreaterThanOrEqual(32);
});

test("a folder that cannot be written to costs the secret its life, not the relay its start", async () => {
  await rm(data, { recursive: true });
  await writeFile(data, "a file where a folder should be");
  expect(devSecret({ data })).not.toBe(devSecret({ data }));
});

test("a secret that is there is used, and never overwritten", async () => {
  const file = join(data, "dev-secret");
  await writeFile(file, "kept-kept-kept-kept-kept-kept-kept-kept\n");
  expect(devSecret({ data })).toBe("kept-kept-kept-kept-kept-kept-kept-kept");
});
