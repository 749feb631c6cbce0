import type { Member } from "@natter/sdk/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { Engine, RoomItem, RoomKey } from "../../src/engine/engine.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { ENDLESS, GARDEN, listen, LOBBY, type MakeEngine } from "./harness.ts";

const member = (id: string, name = id): Member => ({ id, name });

/** What every presence must do, over however many relays. */
export function presenceContract(make: MakeEngine): void {
  describe("lists", () => {
    let engine: Engine;

    beforeEach(async () => {
      engine = await make({ clock: new FakeClock(), retention: ENDLESS });
    });

    test("[PRES1] everybody who is in a room, once, ordered by id", async () => {
      const { presence } = engine;
      presence.enter(LOBBY, member("cleo"));
      presence.enter(LOBBY, member("ann"));
      presence.enter(LOBBY, member("ann"));
      presence.enter(LOBBY, member("Bob"));
      presence.enter(GARDEN, member("dan"));
      await expect.poll(() => presence.list(LOBBY)).toEqual([member("Bob"), member("ann"), member("cleo")]);
      expect(await presence.list(GARDEN)).toEqual([member("dan")]);
    });

    test("nobody who has left", async () => {
      const { presence } = engine;
      presence.enter(LOBBY, member("ann"));
      presence.enter(LOBBY, member("bob"));
      presence.leave(LOBBY, "ann");
      presence.leave(LOBBY, "nobody");
      presence.leave(GARDEN, "bob");
      await expect.poll(() => presence.list(LOBBY)).toEqual([member("bob")]);
      presence.leave(LOBBY, "bob");
      await expect.poll(() => presence.list(LOBBY)).toEqual([]);
    });

    test("who comes again as they are now", async () => {
      engine.presence.enter(LOBBY, member("ann", "Ann"));
      engine.presence.enter(LOBBY, { id: "ann", name: "Ann B.", role: "moderator" });
      await expect
        .poll(() => engine.presence.list(LOBBY))
        .toEqual([{ id: "ann", name: "Ann B.", role: "moderator" }]);
    });

    test("and tells who came and who left, by the bus", async () => {
      const heard = await listen(engine);
      engine.presence.enter(LOBBY, member("ann"));
      engine.presence.leave(LOBBY, "ann");
      engine.presence.leave(LOBBY, "ann");
      await expect
        .poll(() => heard)
        .toEqual([
          { type: "presence", joined: [member("ann")], left: [] },
          { type: "presence", joined: [], left: ["ann"] },
        ] satisfies RoomItem[]);
    });

    test("how many there are, and who, of few", async () => {
      engine.presence.enter(LOBBY, member("bob"));
      engine.presence.enter(LOBBY, member("ann"));
      await expect
        .poll(() => engine.presence.look(LOBBY))
        .toEqual({ count: 2, members: [member("ann"), member("bob")] });
      expect(await engine.presence.look(GARDEN)).toEqual({ count: 0, members: [] });
    });

    test("and tells when a room fills and when it has emptied, until it is stopped", async () => {
      const turns: [RoomKey, boolean][] = [];
      const stop = engine.presence.watch((room, isOccupied) => turns.push([room, isOccupied]));
      engine.presence.enter(LOBBY, member("ann"));
      engine.presence.enter(LOBBY, member("bob"));
      engine.presence.enter(LOBBY, member("ann", "Ann"));
      engine.presence.leave(LOBBY, "ann");
      engine.presence.leave(LOBBY, "bob");
      engine.presence.leave(LOBBY, "nobody");
      await expect
        .poll(() => turns)
        .toEqual([
          [LOBBY, true],
          [LOBBY, false],
        ]);
      stop();
      engine.presence.enter(LOBBY, member("ann"));
      await expect.poll(() => engine.presence.list(LOBBY)).toHaveLength(1);
      expect(turns).toHaveLength(2);
    });
  });
}
