import { ChatError } from "@natter/sdk";
import { expect, test } from "vitest";
import { isOver, troubleOf } from "../../src/admin/trouble.ts";

test("every refusal is a sentence, and who has to wait is told for how long", () => {
  expect(troubleOf(new ChatError("offline", "x"))).toContain("cannot be reached");
  expect(troubleOf(new ChatError("forbidden", "It needs more."))).toContain(
    "no right to do that. It needs more.",
  );
  expect(troubleOf(new ChatError("rate-limited", "x", { retryAfter: 2500 }))).toContain("in 3 s");
  expect(troubleOf(new ChatError("unavailable", "x", { retryAfter: 5000 }))).toContain("in 5 s");
  expect(troubleOf(new ChatError("invalid", "The relay's own words."))).toBe("The relay's own words.");
  for (const odd of [undefined, null, "text", {}]) expect(troubleOf(odd)).toContain("did not work");
});

test("a token that is refused or has run out ends the session, and nothing else does", () => {
  expect(["unauthorized", "token-expired"].map((code) => isOver({ code }))).toEqual([true, true]);
  expect(["forbidden", "offline", "unavailable"].map((code) => isOver({ code }))).toEqual([
    false,
    false,
    false,
  ]);
});
