import { describe, expect, test } from "vitest";
import { ROLES, type Role, type Verb } from "@natter/sdk/protocol";
import { decidingRule, rightsIn, type Grant, type Rule } from "../../src/auth/permissions.ts";
import { roomName } from "../doubles/events.ts";

const READER: Grant = { role: "reader" };
const MEMBER: Grant = { role: "member" };
const MODERATOR: Grant = { role: "moderator" };

function rules(grants: Record<string, Grant>): Rule[] {
  return Object.entries(grants).map(([pattern, grant]) => ({ pattern, grant }));
}

/** Which role each room gets under which rules; `none` is no right at all. */
const TABLE: [what: string, grants: Record<string, Grant>, rooms: Record<string, Role | "none">][] = [
  [
    "a name covers that room only",
    { lobby: MEMBER },
    { lobby: "member", lobby2: "none", lobb: "none", Lobby: "none" },
  ],
  ["a near miss is a miss", { "team-1": MEMBER }, { "team-1": "member", "team-10": "none", "team-": "none" }],
  [
    "a prefix covers what begins with it",
    { "team-*": MEMBER },
    { "team-1": "member", "team-": "member", team: "none" },
  ],
  ["a prefix is read literally", { "a.c*": MEMBER }, { "a.cd": "member", abcd: "none" }],
  ["a star alone covers every room", { "*": READER }, { lobby: "reader", "한국어 방": "reader" }],
  [
    "a star inside a name is a character",
    { "a*b": MEMBER },
    { "a*b": "member", axb: "none", "a*bc": "none" },
  ],
  [
    "the longest match wins, whatever stands first",
    { "*": READER, "team-1*": MODERATOR, "team-*": MEMBER },
    { "team-1": "moderator", "team-12": "moderator", "team-2": "member", other: "reader" },
  ],
  [
    "a name beats a prefix of the same length",
    { "team-1*": MODERATOR, "team-1": READER },
    { "team-1": "reader", "team-11": "moderator" },
  ],
  ["no rules is no right", {}, { lobby: "none" }],
  [
    "a name that every object has is a name like others",
    Object.fromEntries([["constructor", MEMBER]]),
    Object.fromEntries([
      ["constructor", "member"],
      ["__proto__", "none"],
      ["toString", "none"],
    ]),
  ],
];

describe("[AUTH5] [AZ-09] rights by pattern", () => {
  test.each(TABLE)("%s", (_, grants, rooms) => {
    for (const [room, role] of Object.entries(rooms)) {
      const rights = rightsIn(roomName(room), rules(grants), "moderator");
      expect([...rights.verbs], room).toEqual(role === "none" ? [] : [...ROLES[role]]);
      expect(rights.role, room).toBe(role === "none" ? undefined : role);
    }
  });

  test("a longer rule takes away what a shorter one gives", () => {
    const given = rules({ "*": MODERATOR, "secret-*": { verbs: [] } });
    expect(rightsIn(roomName("secret-1"), given, "member").verbs.size).toBe(0);
  });

  test("a list of verbs gives those and no role", () => {
    const verbs: Verb[] = ["read", "signal"];
    const rights = rightsIn(roomName("lobby"), rules({ lobby: { verbs } }), "member");
    expect([...rights.verbs]).toEqual(verbs);
    expect(rights.role).toBeUndefined();
  });
});

describe("[AUTH6] the default role", () => {
  test("holds in every room for a token without rules", () => {
    expect(rightsIn(roomName("any"), undefined, "reader")).toMatchObject({ role: "reader" });
  });

  test("is nothing where it is `none`", () => {
    expect(rightsIn(roomName("any"), undefined, "none").verbs.size).toBe(0);
  });

  test("does not fill in for a token whose rules do not cover the room", () => {
    expect(rightsIn(roomName("other"), rules({ lobby: MEMBER }), "moderator").verbs.size).toBe(0);
  });
});

test("the rule that decides is named", () => {
  const given = rules({ "*": READER, "team-*": MEMBER });
  expect(decidingRule(roomName("team-1"), given)?.pattern).toBe("team-*");
  expect(decidingRule(roomName("lobby"), given.slice(1))).toBeUndefined();
});
