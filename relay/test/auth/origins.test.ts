import { describe, expect, test } from "vitest";
import { isOriginAllowed, originAdvice } from "../../src/auth/origins.ts";

const LISTED = { allowed: ["https://good.com", "http://shop.example:8080"], allowLocal: false };
const NOBODY = { allowed: [], allowLocal: false };
const LOCAL = { allowed: [], allowLocal: true };

describe("[AU-14] the list of origins is exact", () => {
  test.each<[string, string | undefined, boolean]>([
    ["the same", "https://good.com", true],
    ["the same, with its port", "http://shop.example:8080", true],
    ["none: no browser", undefined, true],
    ["a longer host", "https://good.com.evil.com", false],
    ["a host that ends alike", "https://evilgood.com", false],
    ["a subdomain", "https://www.good.com", false],
    ["another scheme", "http://good.com", false],
    ["another port", "https://good.com:8443", false],
    ["no port where one is listed", "http://shop.example", false],
    ["upper case", "HTTPS://GOOD.COM", false],
    ["a slash at the end", "https://good.com/", false],
    ["the name as a user", "https://good.com@evil.com", false],
    ["null", "null", false],
    ["empty", "", false],
    ["no address at all", "%%%", false],
    ["several", "https://evil.com https://good.com", false],
    ["this machine", "http://localhost:3000", false],
  ])("%s", (_, origin, isAllowed) => {
    expect(isOriginAllowed(origin, "relay.example", LISTED)).toBe(isAllowed);
  });

  test("nobody but the relay's own pages by default", () => {
    expect(isOriginAllowed("https://good.com", "relay.example", NOBODY)).toBe(false);
    expect(isOriginAllowed("https://relay.example", "relay.example", NOBODY)).toBe(true);
    expect(isOriginAllowed("http://relay.example:8000", "Relay.Example:8000", NOBODY)).toBe(true);
    expect(isOriginAllowed("http://relay.example:8001", "relay.example:8000", NOBODY)).toBe(false);
    expect(isOriginAllowed("https://relay.example", undefined, NOBODY)).toBe(false);
  });

  test("everybody with a star", () => {
    const anybody = { allowed: ["*"], allowLocal: false };
    for (const origin of ["https://any.example", "null", "%%%"]) {
      expect(isOriginAllowed(origin, "relay.example", anybody)).toBe(true);
    }
  });
});

test.each<[string, boolean]>([
  ["http://localhost:3000", true],
  ["http://127.0.0.1:8000", true],
  ["http://127.8.9.10", true],
  ["http://[::1]:8000", true],
  ["http://shop.localhost:5173", true],
  ["http://127.0.0.1.evil.com", false],
  ["http://localhost.evil.com", false],
  ["http://evillocalhost", false],
  ["http://128.0.0.1", false],
  ["http://192.168.1.2", false],
])("[AU-14] in development pages of this machine may connect: %s %s", (origin, isAllowed) => {
  expect(isOriginAllowed(origin, "relay.example", LOCAL)).toBe(isAllowed);
});

test("the advice names the origin, shortened", () => {
  expect(originAdvice("https://shop.example")).toBe(
    "Origin https://shop.example is not allowed; add it to the relay's --origins.",
  );
  expect(originAdvice("x".repeat(10_000)).length).toBeLessThan(130);
});
