import { beforeEach, describe, expect, test } from "vitest";
import type { Engine, RoomKey } from "../../src/engine/engine.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { ENDLESS, fill, LOBBY, THEIR_LOBBY, type MakeEngine } from "./harness.ts";

/** What every engine must do about how much is kept, for each app. */
export function retainContract(make: MakeEngine): void {
  describe("retention", () => {
    let clock: FakeClock;
    let engine: Engine;

    beforeEach(async () => {
      clock = new FakeClock();
      engine = await make({
        clock,
        retention: { ...ENDLESS, apps: { default: { count: 3, ageMs: 60_000 } } },
      });
    });

    async function kept(room: RoomKey): Promise<number> {
      const { messages } = await engine.log.page(room, 100);
      return messages.length;
    }

    test("[P7] is each app's own", async () => {
      await fill(engine, 10, LOBBY);
      await fill(engine, 10, THEIR_LOBBY);
      expect([await kept(LOBBY), await kept(THEIR_LOBBY)]).toEqual([3, 10]);
      await clock.pass(61_000);
      expect([await kept(LOBBY), await kept(THEIR_LOBBY)]).toEqual([0, 10]);
    });

    test("can be made shorter while rooms are in use", async () => {
      await fill(engine, 10, THEIR_LOBBY);
      await engine.retain({ ...ENDLESS, apps: { other: { count: 4, ageMs: 1e12 } } });
      expect(await kept(THEIR_LOBBY)).toBe(4);
      await fill(engine, 5, LOBBY);
      expect(await kept(LOBBY)).toBe(5);
    });
  });
}
