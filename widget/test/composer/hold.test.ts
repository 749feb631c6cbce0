import type { Settings, Verb } from "@natter/sdk/protocol";
import { expect, it } from "vitest";
import { holdOf } from "../../src/composer/hold.ts";
import { message } from "../support/messages.ts";

const NOW = 1_000_000;
const MEMBER: Verb[] = ["read", "post"];
const MODERATOR: Verb[] = [...MEMBER, "configure"];

function hold(settings: Settings, can: Verb[] = MEMBER, ownAt = 0): string | undefined {
  const own = message({ mine: true, at: ownAt });
  return holdOf({ status: "live", can: new Set(can), settings, messages: [own] }, NOW)?.kind;
}

it("lets members write, and readers not", () => {
  expect(hold({})).toBeUndefined();
  expect(hold({}, ["read"])).toBe("read-only");
});

it("locks a room for all but those who may lock it", () => {
  expect(hold({ locked: true })).toBe("locked");
  expect(hold({ locked: true }, MODERATOR)).toBeUndefined();
});

it("makes members wait in slow mode until their pause is over", () => {
  expect(hold({ slowMode: 30 }, MEMBER, NOW - 29_000)).toBe("slow");
  expect(hold({ slowMode: 30 }, MEMBER, NOW - 30_000)).toBeUndefined();
  expect(hold({ slowMode: 30 }, MODERATOR, NOW)).toBeUndefined();
});

it("knows a mute, and its end", () => {
  const view = { status: "live", can: new Set(MEMBER), settings: {}, messages: [] } as const;
  expect(holdOf({ ...view, muted: { until: NOW + 1 } }, NOW)?.kind).toBe("muted");
  expect(holdOf({ ...view, muted: {} }, NOW)?.kind).toBe("muted");
  expect(holdOf({ ...view, muted: { until: NOW } }, NOW)).toBeUndefined();
});

it("says nothing of rights before they are known", () => {
  const view = { status: "joining", can: new Set<Verb>(), settings: {}, messages: [] } as const;
  expect(holdOf(view, NOW)).toBeUndefined();
});
