import { describe, expect, test } from "vitest";
import {
  CLOSE_CODES,
  ERRORS,
  ROLES,
  VERBS,
  closeAction,
  isErrorCode,
  isRole,
  isVerb,
} from "@natter/sdk/protocol";
import { ChatError } from "../../src/chat-error.ts";

describe("the catalogue of errors", () => {
  test("has the codes of the first version; none ever goes", () => {
    expect(Object.keys(ERRORS)).toEqual(
      expect.arrayContaining(
        (
          "invalid unknown-type bad-room unauthorized token-expired identity-changed forbidden banned muted locked kicked " +
          "room-closed slow-mode not-joined not-found too-large rate-limited rejected too-many-rooms unavailable internal"
        ).split(" "),
      ),
    );
  });

  test.each(Object.entries(ERRORS))(
    "%s is written in small words and explained in a sentence",
    (code, { meaning }) => {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    },
  );

  test.each(Object.entries(ERRORS))(
    "%s is retryable in the SDK exactly when waiting or trying again helps",
    (code, { retry }) => {
      const error = new ChatError(code as keyof typeof ERRORS, "A sentence.");
      expect(error.retryable).toBe(retry === "later" || retry === "yes");
    },
  );

  test("knows its codes, and nothing that every object has", () => {
    expect(isErrorCode("muted")).toBe(true);
    for (const other of [
      "",
      "Muted",
      "constructor",
      "toString",
      "__proto__",
      4400,
      null,
      undefined,
      ["muted"],
    ]) {
      expect(isErrorCode(other)).toBe(false);
    }
  });
});

describe("the catalogue of close codes", () => {
  test.each(Object.entries(CLOSE_CODES))("%s has a name and a sentence", (code, { name, meaning }) => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(meaning).toMatch(/^[A-Z`].*\.$/);
    const number = Number(code);
    expect((number >= 1000 && number < 1016) || (number >= 4400 && number < 4500)).toBe(true);
  });

  test("names are given once", () => {
    const names = Object.values(CLOSE_CODES).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each([
    [1000, "stop"],
    [1001, "retry"],
    [1003, "stop"],
    [1007, "stop"],
    [1009, "stop"],
    [1012, "spread"],
    [1013, "retry"],
    [4400, "stop"],
    [4401, "renew"],
    [4403, "stop"],
    [4408, "retry"],
    [4429, "retry"],
  ])("after %i a client does this: %s", (code, action) => {
    expect(closeAction(code)).toBe(action);
  });

  test.each([
    [1005, "a browser's: no code came"],
    [1006, "a browser's: the line was lost"],
    [1015, "a browser's: TLS failed"],
    [1014, "a proxy's: bad gateway"],
    [3000, "a library's"],
    [4500, "an application's"],
  ])("an unknown %i is worth another try (%s)", (code) => {
    expect(closeAction(code)).toBe("retry");
  });

  test("an unknown code of ours is final: a later relay means something by it", () => {
    expect(closeAction(4499)).toBe("stop");
  });
});

describe("the catalogue of rights", () => {
  test("each role holds the one before", () => {
    const roles = Object.values(ROLES).map((verbs) => new Set<string>(verbs));
    for (const [index, role] of roles.entries()) {
      const before = roles[index - 1] ?? new Set<string>();
      expect([...before].filter((verb) => !role.has(verb))).toEqual([]);
      expect(role.size).toBeGreaterThan(before.size);
    }
  });

  test("every verb comes with some role, and every role is made of verbs", () => {
    expect(new Set(Object.values(ROLES).flat())).toEqual(new Set(VERBS));
  });

  test("knows its names, and nothing that every object has", () => {
    expect(isRole("member") && isVerb("edit-own")).toBe(true);
    for (const other of ["constructor", "__proto__", "Member", "", 1, null]) {
      expect(isRole(other) || isVerb(other)).toBe(false);
    }
  });
});
