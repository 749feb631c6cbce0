import { expect, test } from "vitest";
import { makeGuest } from "../../src/auth/guests.ts";
import { JwtVerifier } from "../../src/auth/jwt-verifier.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { KEY } from "../doubles/tokens.ts";

const clock = new FakeClock();
const LIFE = 30 * 86_400_000;
const guest = (key: string, name?: string): ReturnType<typeof makeGuest> =>
  makeGuest({ key, ...(name !== undefined && { name }) }, "default", KEY, clock.now(), LIFE);

test("the same key is the same guest, with the same made-up name", () => {
  const first = guest("a-key-of-a-browser");
  expect(guest("a-key-of-a-browser").user).toEqual(first.user);
  expect(guest("another-browser-key").user.id).not.toBe(first.user.id);
  expect(first.user.name).toMatch(/^Guest \d{4}$/);
});

test("a guest's id does not tell the key, and another app's guest is another", () => {
  const { user } = guest("a-key-of-a-browser");
  expect(user.id).toMatch(/^guest-[\w-]{16}$/);
  expect(makeGuest({ key: "a-key-of-a-browser" }, "other", KEY, clock.now(), LIFE).user.id).not.toBe(user.id);
});

test("a name is cleaned; an empty one is none", () => {
  expect(guest("a-key-of-a-browser", " Ann\n").user.name).toBe("Ann");
  expect(guest("a-key-of-a-browser", " \u0000 ").user.name).toMatch(/^Guest \d{4}$/);
});

test("a guest's token is good for this app, for an hour", () => {
  const verifier = new JwtVerifier({ app: "default", key: KEY, maxLifetimeMs: LIFE, clock });
  const { token, user, expires } = guest("a-key-of-a-browser", "Ann");
  expect(verifier.verify(token)).toMatchObject({ ok: true, identity: { user } });
  expect(expires).toBe(clock.now() + 3_600_000);
});

test("a guest's token does not outlive what the relay accepts", () => {
  const maxLifetimeMs = 60_000;
  const verifier = new JwtVerifier({ app: "default", key: KEY, maxLifetimeMs, clock });
  const { token, expires } = makeGuest(
    { key: "a-key-of-a-browser" },
    "default",
    KEY,
    clock.now(),
    maxLifetimeMs,
  );
  expect(verifier.verify(token).ok).toBe(true);
  expect(expires).toBe(clock.now() + 60_000);
});
