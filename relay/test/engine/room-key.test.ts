import fc from "fast-check";
import { expect, test } from "vitest";
import { completeConfig } from "../../src/config.ts";
import { partsOfKey, roomKeyOf } from "../../src/engine/engine.ts";
import type { RoomName } from "@natter/sdk/protocol";

const appId = fc
  .stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
  .filter((id) => completeConfig({ app: id }).app === id);
/** Far more than a room's name may be: what it may not be today must not become a way into another app. */
const anyRoom = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "\n", "a/b", "a:b", "a\nb", "*", "?", "[x]", "../..", "__proto__", "\u0000", "\uD800"),
  fc.tuple(appId, fc.string()).map(([app, rest]) => `${app}\n${rest}`),
) as fc.Arbitrary<RoomName>;

test("[P7] [AZ-06] the key of an app's room tells both again, whatever their names are", () => {
  fc.assert(
    fc.property(appId, anyRoom, (app, room) => {
      expect(partsOfKey(roomKeyOf(app, room))).toEqual({ app, room });
    }),
    { numRuns: 2000 },
  );
});

test("[P7] [AZ-06] two rooms have the same key only when they are the same room of the same app", () => {
  const names = fc.constantFrom(
    "a",
    "b",
    "ab",
    "a-b",
    "a_b",
    "",
    "a\n",
    "\na",
    "a\na",
    "a b",
    "1",
  ) as fc.Arbitrary<RoomName>;
  const ids = fc.constantFrom("a", "b", "ab", "a-b", "a_b", "1", "__proto__", "constructor");
  fc.assert(
    fc.property(ids, names, ids, names, (app, room, otherApp, otherRoom) => {
      const isSame = app === otherApp && room === otherRoom;
      expect(roomKeyOf(app, room) === roomKeyOf(otherApp, otherRoom)).toBe(isSame);
    }),
    { numRuns: 2000 },
  );
});

test("[P7] no app can have an id that would break a key", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (id) => {
      const isTaken = /^[A-Za-z0-9_-]{1,64}$/.test(id);
      const take = (): unknown => completeConfig({ app: id });
      if (isTaken) expect(take).not.toThrow();
      else expect(take).toThrow();
    }),
  );
});
