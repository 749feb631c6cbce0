import { describe, expect, test } from "vitest";
import { cleanName, readClaims, type Identity } from "../../src/auth/claims.ts";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const EXP = NOW / 1000 + 3600;

function read(claims: object): ReturnType<typeof readClaims> {
  return readClaims({ sub: "ann", exp: EXP, ...claims }, "default", NOW, 30 * DAY);
}

function identity(claims: object): Identity {
  const result = read(claims);
  if (!result.ok) throw new Error(result.message);
  return result.identity;
}

function complaint(claims: object): string {
  const result = read(claims);
  return result.ok ? "(accepted)" : result.message;
}

describe("[AU-08] who", () => {
  test.each<[string, unknown]>([
    ["missing", undefined],
    ["null", null],
    ["empty", ""],
    ["a number", 7],
    ["a list", ["ann"]],
    ["an object", { id: "ann" }],
    ["300 characters", "a".repeat(300)],
    ["129 characters", "a".repeat(129)],
    ["a line feed inside", "an\nn"],
    ["a NUL inside", "an\u0000n"],
    ["an escape inside", "an\u001B[31mn"],
    ["a C1 control inside", "an\u0085n"],
    ["half a surrogate pair", "an\uD800"],
  ])("`sub` is refused: %s", (_, sub) => {
    expect(complaint({ sub })).toContain("`sub` must be");
  });

  test.each(["a", "a".repeat(128), "한국어", "__proto__", "ann@example.org", "🙂"])(
    "`sub` is taken: %s",
    (sub) => {
      expect(identity({ sub }).user.id).toBe(sub);
    },
  );

  test("a name is cleaned, and cut to 128 characters", () => {
    expect(identity({ name: " An\u0000n\n\u2028 " }).user.name).toBe("Ann");
    expect([...identity({ name: "🙂".repeat(500) }).user.name]).toHaveLength(128);
  });

  test.each([undefined, "", "  ", "\n\u0000", 7, null, { text: "Ann" }])(
    "without a usable name (%j) the id stands for it",
    (name) => {
      expect(identity({ name }).user.name).toBe("ann");
    },
  );

  test("a picture is kept if it is an https address, and left out otherwise", () => {
    expect(identity({ picture: "https://example.org/a.png" }).user.picture).toBe("https://example.org/a.png");
    const others = [
      "http://example.org/a.png",
      "javascript:alert(1)",
      "data:image/png,x",
      "//example.org",
      7,
      "",
    ];
    for (const picture of others) expect(identity({ picture }).user).toEqual({ id: "ann", name: "ann" });
    expect(identity({ picture: `https://example.org/${"a".repeat(2048)}` }).user.picture).toBeUndefined();
  });
});

describe("[AU-05] until when", () => {
  test.each<[string, unknown]>([
    ["missing", undefined],
    ["null", null],
    ["a text", String(EXP)],
    ["a fraction", EXP + 0.5],
    ["infinite", Infinity],
    ["not a number", Number.NaN],
    ["over 2^53", 2 ** 60],
    ["a list", [EXP]],
  ])("`exp` is refused: %s", (_, exp) => {
    expect(complaint({ exp })).toContain("`exp` must be");
  });

  test("a lifetime over the cap is refused, counted from `iat` or else from now", () => {
    const cap = (30 * DAY) / 1000;
    expect(complaint({ exp: NOW / 1000 + cap })).toBe("(accepted)");
    expect(complaint({ exp: NOW / 1000 + cap + 120 })).toContain("30 days");
    expect(complaint({ iat: NOW / 1000 - 3600, exp: NOW / 1000 + cap - 60 })).toContain("30 days");
  });

  test.each<[string, unknown]>([
    ["a text", "yesterday"],
    ["null", null],
    ["a list", [1]],
    ["infinite", Infinity],
  ])("[AU-06] an `iat` that is no time is refused: %s", (_, iat) => {
    expect(complaint({ iat })).toContain("`iat`");
  });

  test("[AU-06] an `iat` of tomorrow is refused, or any lifetime could be made to look short", () => {
    expect(complaint({ iat: NOW / 1000 + 5 })).toBe("(accepted)");
    expect(complaint({ iat: NOW / 1000 + 60 })).toContain("`iat`");
    const exp = NOW / 1000 + 3650 * 86_400;
    expect(complaint({ iat: exp - 60, exp })).not.toBe("(accepted)");
  });
});

describe("what where", () => {
  test("without `rooms` there are no rules, and with an empty one there are none that cover anything", () => {
    expect(identity({}).rules).toBeUndefined();
    expect(identity({ rooms: {} }).rules).toEqual([]);
  });

  test("patterns are normalised like room names are", () => {
    expect(identity({ rooms: { "cafe\u0301": "member" } }).rules).toEqual([
      { pattern: "caf\u00E9", grant: { role: "member" } },
    ]);
  });

  test("a key such as __proto__ is a pattern like others", () => {
    const rooms = JSON.parse('{"__proto__": "member", "constructor": ["read"]}') as object;
    expect(identity({ rooms }).rules).toEqual([
      { pattern: "__proto__", grant: { role: "member" } },
      { pattern: "constructor", grant: { verbs: ["read"] } },
    ]);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a list", ["lobby"]],
    ["a text", "lobby"],
    ["a role that does not exist", { lobby: "owner" }],
    ["a name that every object has", { lobby: "constructor" }],
    ["a verb that does not exist", { lobby: ["read", "fly"] }],
    ["a verb that is no text", { lobby: [1] }],
    ["a verb alone", { lobby: "read" }],
    ["nothing", { lobby: null }],
    ["the verb of the whole app", { lobby: ["admin"] }],
  ])("`rooms` is refused: %s", (_, rooms) => {
    expect(complaint({ rooms })).toContain("`rooms`");
  });
});

test("a name keeps its letters in any writing", () => {
  expect(cleanName("Zoë 李 👩‍👩‍👧 مريم")).toBe("Zoë 李 👩‍👩‍👧 مريم");
});
