import type { Settings, Verb } from "@natter/sdk/protocol";
import { expect, it } from "vitest";
import { holdOf } from "../../src/composer/hold.ts";

const NOW = 1_000_000;
const MEMBER: Verb[] = ["read", "post"];
const MODERATOR: Verb[] = [...MEMBER, "configure"];

function hold(settings: Settings, can: Verb[] = MEMBER, pauseUntil = 0): string | undefined {
  return holdOf({ status: "live", can: new Set(can), settings }, pauseUntil, NOW)?.kind;
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
  expect(hold({ slowMode: 30 }, MEMBER, NOW + 1)).toBe("slow");
  expect(hold({ slowMode: 30 }, MEMBER, NOW)).toBeUndefined();
  expect(hold({ slowMode: 30 }, MODERATOR, NOW + 1)).toBeUndefined();
});

it("knows a mute, and its end", () => {
  const view = { status: "live", can: new Set(MEMBER), settings: {} } as const;
  expect(holdOf({ ...view, muted: { until: NOW + 1 } }, 0, NOW)?.kind).toBe("muted");
  expect(holdOf({ ...view, muted: {} }, 0, NOW)?.kind).toBe("muted");
  expect(holdOf({ ...view, muted: { until: NOW } }, 0, NOW)).toBeUndefined();
});

it("says nothing of rights before they are known", () => {
  const view = { status: "joining", can: new Set<Verb>(), settings: {} } as const;
  expect(holdOf(view, 0, NOW)).toBeUndefined();
});
