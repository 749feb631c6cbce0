import { beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { ENDLESS, GARDEN, listen, LOBBY, type MakeEngine } from "./harness.ts";

/** What all read markers must do, wherever they are kept. */
export function markersContract(make: MakeEngine): void {
  describe("a read marker", () => {
    let clock: FakeClock;
    let engine: Engine;

    beforeEach(async () => {
      clock = new FakeClock();
      engine = await make({ clock, retention: ENDLESS });
    });

    /** Markers may be written a moment later, all together. */
    async function read(room = LOBBY, user = "ann"): Promise<number | undefined> {
      await clock.pass(5000);
      return engine.markers.read(room, user);
    }

    test("is not there before it is set, and is one user's in one room", async () => {
      expect(await read()).toBeUndefined();
      engine.markers.mark(LOBBY, "ann", 3);
      expect(await read()).toBe(3);
      expect(await read(LOBBY, "bob")).toBeUndefined();
      expect(await read(GARDEN)).toBeUndefined();
    });

    test("is known at once to who has set it", async () => {
      engine.markers.mark(LOBBY, "ann", 3);
      expect(await engine.markers.read(LOBBY, "ann")).toBe(3);
    });

    test("[PRES5] moves only forward", async () => {
      engine.markers.mark(LOBBY, "ann", 3);
      engine.markers.mark(LOBBY, "ann", 7);
      engine.markers.mark(LOBBY, "ann", 5);
      expect(await read()).toBe(7);
      engine.markers.mark(LOBBY, "ann", 6);
      expect(await read()).toBe(7);
      engine.markers.mark(LOBBY, "ann", 8);
      expect(await read()).toBe(8);
    });

    test("is told by the bus when it moves, and only then", async () => {
      const heard = await listen(engine);
      engine.markers.mark(LOBBY, "ann", 3);
      await clock.pass(5000);
      await expect.poll(() => heard).toEqual([{ type: "read", user: "ann", seq: 3 }]);
      engine.markers.mark(LOBBY, "ann", 2);
      engine.markers.mark(LOBBY, "ann", 3);
      engine.markers.mark(LOBBY, "bob", 1);
      await clock.pass(5000);
      await expect
        .poll(() => heard)
        .toEqual([
          { type: "read", user: "ann", seq: 3 },
          { type: "read", user: "bob", seq: 1 },
        ]);
    });
  });
}
