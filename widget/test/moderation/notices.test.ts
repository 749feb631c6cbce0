import { describe, expect, it } from "vitest";
import type { RoomListeners } from "@natter/sdk";
import type { RoomName } from "@natter/sdk/protocol";
import { changes, ofModeration } from "../../src/moderation/notices.ts";
import { message } from "../support/messages.ts";

describe("a change of settings", () => {
  it("tells what is different, and nothing else", () => {
    const before = { title: "Tea", slowMode: 5, locked: true };
    expect(changes(before, before, "lobby")).toEqual([]);
    expect(changes({}, before, "lobby")).toEqual([
      { deed: "title", what: "Tea" },
      { deed: "slow", what: "", seconds: 5 },
      { deed: "lock", what: "" },
    ]);
    expect(changes(before, {}, "lobby")).toEqual([
      { deed: "title", what: "lobby" },
      { deed: "fast", what: "" },
      { deed: "unlock", what: "" },
    ]);
  });
});

describe("an act of moderation", () => {
  const event = (over: Partial<RoomListeners["moderation"]> = {}): RoomListeners["moderation"] => ({
    type: "event",
    room: "lobby" as RoomName,
    seq: 7,
    at: 1_000_000,
    id: "m7",
    by: { id: "mia", name: "Mia" },
    kind: "moderation",
    action: "mute",
    user: "bo",
    ...over,
  });
  const nobody = { members: [], messages: [] };

  it("calls people by the best name there is", () => {
    const bo = { id: "bo", name: "Bo" };
    const spoke = [message({ by: { id: "bo", name: "Bo of old" } })];
    expect(ofModeration(event({ name: "Bo then" }), { members: [bo], messages: spoke }).what).toBe("Bo then");
    expect(ofModeration(event(), { members: [bo], messages: spoke }).what).toBe("Bo");
    expect(ofModeration(event(), { members: [], messages: spoke }).what).toBe("Bo of old");
    expect(ofModeration(event(), nobody).what).toBe("bo");
  });

  it("tells how long it lasts, where it ends", () => {
    expect(ofModeration(event({ until: 1_600_000 }), nobody)).toEqual({
      seq: 7,
      at: 1_000_000,
      by: "Mia",
      deed: "mute",
      what: "bo",
      seconds: 600,
    });
    expect(ofModeration(event(), nobody)).not.toHaveProperty("seconds");
  });
});
