import { describe, expect, test } from "vitest";
import { ROLES, type Verb } from "@natter/sdk/protocol";
import { refusal, type Act, type Standing } from "../../src/room/gate.ts";

const NOW = 1_000_000;
const ACTS: [act: Act, verb: Verb][] = [
  ["read", "read"],
  ["post", "post"],
  ["write", "react"],
  ["typing", "post"],
  ["signal", "signal"],
  ["moderate", "pin"],
];

function standing(more: Partial<Standing> = {}): Standing {
  return { verbs: new Set(ROLES.moderator), restrictions: [], settings: {}, lastPostAt: undefined, ...more };
}

const MEMBER = new Set<Verb>([...ROLES.member, "pin"]);

function codes(more: Partial<Standing>): Record<string, string | undefined> {
  return Object.fromEntries(
    ACTS.map(([act, verb]) => [act, refusal(act, [verb], standing(more), NOW)?.code]),
  );
}

const ALL_FREE = {
  read: undefined,
  post: undefined,
  write: undefined,
  typing: undefined,
  signal: undefined,
  moderate: undefined,
};

test("with the verb and nothing against it, everything is allowed", () => {
  expect(codes({})).toEqual(ALL_FREE);
});

test("[AZ-02] without the verb nothing is, and the refusal names what is needed", () => {
  expect(Object.values(codes({ verbs: new Set() }))).toEqual(ACTS.map(() => "forbidden"));
  const why = refusal("write", ["delete-own", "delete-any"], standing({ verbs: new Set(["read"]) }), NOW);
  expect(why?.message).toContain("`delete-own` or `delete-any`");
});

test("one of several verbs is enough", () => {
  const own = standing({ verbs: new Set<Verb>(["delete-own"]) });
  expect(refusal("write", ["delete-own", "delete-any"], own, NOW)).toBeUndefined();
});

describe("moderation", () => {
  test("a ban forbids everything, reading too", () => {
    expect(Object.values(codes({ restrictions: [{ kind: "ban" }] }))).toEqual(ACTS.map(() => "banned"));
  });

  test("a mute forbids what others would hear", () => {
    expect(codes({ restrictions: [{ kind: "mute" }] })).toEqual({
      ...ALL_FREE,
      post: "muted",
      write: "muted",
      typing: "muted",
      signal: "muted",
    });
  });

  test("either ends by itself, and says when", () => {
    for (const kind of ["ban", "mute"] as const) {
      const until = (at: number): Partial<Standing> => ({
        restrictions: [{ kind, until: at, reason: "spam" }],
      });
      expect(codes(until(NOW))).toEqual(ALL_FREE);
      expect(refusal("post", ["post"], standing(until(NOW + 5000)), NOW)).toMatchObject({
        retryAfter: 5000,
        message: expect.stringContaining("spam") as string,
      });
    }
    const forGood = refusal("post", ["post"], standing({ restrictions: [{ kind: "mute" }] }), NOW);
    expect(forGood).not.toHaveProperty("retryAfter");
  });
});

describe("settings", () => {
  test("a locked room is locked for those who may not configure it", () => {
    expect(codes({ verbs: MEMBER, settings: { locked: true } })).toEqual({
      ...ALL_FREE,
      post: "locked",
      write: "locked",
      typing: "locked",
      signal: "locked",
    });
    expect(codes({ settings: { locked: true } })).toEqual(ALL_FREE);
  });

  test("slow mode holds posts apart, and says how long to wait", () => {
    const slow = { verbs: MEMBER, settings: { slowMode: 10 } };
    expect(codes(slow)).toEqual(ALL_FREE);
    expect(codes({ ...slow, lastPostAt: NOW - 10_000 })).toEqual(ALL_FREE);
    expect(codes({ ...slow, lastPostAt: NOW - 9999 })).toEqual({ ...ALL_FREE, post: "slow-mode" });
    const why = refusal("post", ["post"], standing({ ...slow, lastPostAt: NOW - 4000 }), NOW);
    expect(why?.retryAfter).toBe(6000);
    expect(codes({ settings: { slowMode: 10 }, lastPostAt: NOW })).toEqual(ALL_FREE);
  });
});
