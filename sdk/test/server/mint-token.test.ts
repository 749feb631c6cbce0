import jwt from "jsonwebtoken";
import { expect, test } from "vitest";
import { mintToken, type TokenClaims } from "../../src/server/index.ts";

const SECRET = "a secret that is long enough for HS256, at last";

test("a token says what it was told, is signed with HS256, and ends when it should", async () => {
  const now = Date.now();
  const claims: TokenClaims = {
    sub: "ann",
    name: "Ann Å 😀",
    picture: "https://example.com/ann.png",
    rooms: { lobby: "moderator", "team-*": ["read", "post"] },
    aud: "shop",
    expiresIn: "15m",
  };
  const token = await mintToken(claims, SECRET, { now, kid: "2026" });
  const read = jwt.verify(token, SECRET, { algorithms: ["HS256"], complete: true });
  const { expiresIn: _, ...told } = claims;
  const iat = Math.floor(now / 1000);
  expect(read.payload).toEqual({ ...told, iat, exp: iat + 900 });
  expect(read.header).toEqual({ alg: "HS256", typ: "JWT", kid: "2026" });
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(() => jwt.verify(token, `${SECRET}!`)).toThrow(/signature/);
});

test("secrets may be bytes, also a window on more of them", async () => {
  const bytes = new TextEncoder().encode(`##${SECRET}##`).subarray(2, -2);
  const token = await mintToken({ sub: "ann", expiresIn: 60 }, bytes);
  expect(jwt.verify(token, SECRET)).toMatchObject({ sub: "ann" });
});

test("what a life may be: seconds, or a number with a unit", async () => {
  const lives: [number | string, number][] = [
    [60, 60],
    ["60", 60],
    ["90s", 90],
    ["15m", 900],
    ["1h", 3_600],
    ["7d", 604_800],
  ];
  for (const [expiresIn, seconds] of lives) {
    const token = await mintToken({ sub: "ann", expiresIn }, SECRET);
    const { iat = 0, exp } = jwt.decode(token) as { iat?: number; exp?: number };
    expect([expiresIn, exp]).toEqual([expiresIn, iat + seconds]);
  }
});

const WRONG: [string, unknown, unknown, RegExp][] = [
  ["a short secret", { sub: "ann", expiresIn: 60 }, "x".repeat(31), /32 bytes/],
  ["no secret", { sub: "ann", expiresIn: 60 }, undefined, /32 bytes/],
  ["no user", { expiresIn: 60 }, SECRET, /`sub`/],
  ["an empty user", { sub: "", expiresIn: 60 }, SECRET, /`sub`/],
  ["a user with a line break", { sub: "a\nb", expiresIn: 60 }, SECRET, /`sub`/],
  ["a user that is too long", { sub: "x".repeat(129), expiresIn: 60 }, SECRET, /128/],
  ["a name that is no text", { sub: "ann", name: 1, expiresIn: 60 }, SECRET, /`name`/],
  ["a picture that is a script", { sub: "a", picture: "javascript:1", expiresIn: 1 }, SECRET, /https/],
  ["an unknown role", { sub: "ann", rooms: { lobby: "king" }, expiresIn: 60 }, SECRET, /"lobby"/],
  ["an unknown verb", { sub: "ann", rooms: { lobby: ["fly"] }, expiresIn: 60 }, SECRET, /verbs/],
  ["rooms that are a list", { sub: "ann", rooms: ["lobby"], expiresIn: 60 }, SECRET, /`rooms`/],
  ["no life", { sub: "ann" }, SECRET, /`expiresIn`/],
  ["a life of nothing", { sub: "ann", expiresIn: 0 }, SECRET, /`expiresIn`/],
  ["a life below zero", { sub: "ann", expiresIn: -60 }, SECRET, /`expiresIn`/],
  ["a life of half seconds", { sub: "ann", expiresIn: 1.5 }, SECRET, /`expiresIn`/],
  ["a life in words", { sub: "ann", expiresIn: "an hour" }, SECRET, /`expiresIn`/],
];

for (const [what, claims, secret, sentence] of WRONG) {
  test(`no token is made with ${what}, and the error says so`, async () => {
    const minting = mintToken(claims as TokenClaims, secret as string);
    await expect(minting).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(sentence) as string,
    });
  });
}
