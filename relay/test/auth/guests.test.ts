import { expect, test } from "vitest";
import { makeGuest } from "../../src/auth/guests.ts";
import { hs256, verdictOf } from "../doubles/apps.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { KEY } from "../doubles/tokens.ts";

const clock = new FakeClock();
const LIFE = 30 * 86_400_000;
const SIGNING = { key: KEY };
const guest = (key: string, name?: string): ReturnType<typeof makeGuest> =>
  makeGuest({ key, ...(name !== undefined && { name }) }, "default", SIGNING, clock.now(), LIFE);

test("the same key is the same guest, with the same made-up name", () => {
  const first = guest("a-key-of-a-browser");
  expect(guest("a-key-of-a-browser").user).toEqual(first.user);
  expect(guest("another-browser-key").user.id).not.toBe(first.user.id);
  expect(first.user.name).toMatch(/^Guest \d{4}$/);
});

test("a guest's id does not tell the key, and another app's guest is another", () => {
  const { user } = guest("a-key-of-a-browser");
  expect(user.id).toMatch(/^guest-[\w-]{16}$/);
  expect(makeGuest({ key: "a-key-of-a-browser" }, "other", SIGNING, clock.now(), LIFE).user.id).not.toBe(
    user.id,
  );
});

test("a name is cleaned; an empty one is none", () => {
  expect(guest("a-key-of-a-browser", " Ann\n").user.name).toBe("Ann");
  expect(guest("a-key-of-a-browser", " \u0000 ").user.name).toMatch(/^Guest \d{4}$/);
});

test("a guest's token is good for this app, for an hour", () => {
  const verifier = hs256(clock);
  const { token, user, expires } = guest("a-key-of-a-browser", "Ann");
  expect(verdictOf(verifier, token)).toMatchObject({ ok: true, identity: { user } });
  expect(expires).toBe(clock.now() + 3_600_000);
});

test("a guest's token does not outlive what the relay accepts", () => {
  const maxLifetimeMs = 60_000;
  const verifier = hs256(clock, { maxLifetimeMs });
  const { token, expires } = makeGuest(
    { key: "a-key-of-a-browser" },
    "default",
    SIGNING,
    clock.now(),
    maxLifetimeMs,
  );
  expect(verdictOf(verifier, token).ok).toBe(true);
  expect(expires).toBe(clock.now() + 60_000);
});

test("a guest's token says whatever the key that signs it needs", () => {
  const signing = { key: KEY, kid: "2027", issuer: "https://relay.example", audience: "chat" };
  const { token } = makeGuest({ key: "a-key-of-a-browser" }, "default", signing, clock.now(), LIFE);
  const [head = "", body = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
  expect(JSON.parse(head)).toMatchObject({ alg: "HS256", kid: "2027" });
  expect(JSON.parse(body)).toMatchObject({ iss: "https://relay.example", aud: "chat" });
});
