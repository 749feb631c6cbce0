import { beforeEach, describe, expect, test } from "vitest";
import type { Bus, RoomItem } from "../../src/engine/engine.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { ENDLESS, GARDEN, LOBBY, type MakeEngine } from "./harness.ts";

const typing = (id: string): RoomItem => ({ type: "typing", user: { id, name: id }, on: true });

/** What every bus must do, however far it carries. */
export function busContract(make: MakeEngine): void {
  describe("carries", () => {
    let bus: Bus;

    beforeEach(async () => {
      ({ bus } = await make({ clock: new FakeClock(), retention: ENDLESS }));
    });

    test("a room's items to all who listen to it, in order, and to nobody else", async () => {
      const heard: Record<string, RoomItem[]> = { one: [], two: [], garden: [] };
      await bus.subscribe(LOBBY, (item) => heard["one"]?.push(item));
      await bus.subscribe(LOBBY, (item) => heard["two"]?.push(item));
      await bus.subscribe(GARDEN, (item) => heard["garden"]?.push(item));
      bus.publish(LOBBY, typing("ann"));
      bus.publish(LOBBY, { type: "signal", name: "wave", data: { x: 1 }, by: { id: "ann", name: "Ann" } });
      bus.publish(GARDEN, typing("bob"));
      await expect.poll(() => heard["garden"]).toHaveLength(1);
      expect(heard).toEqual({
        one: [
          typing("ann"),
          { type: "signal", name: "wave", data: { x: 1 }, by: { id: "ann", name: "Ann" } },
        ],
        two: [
          typing("ann"),
          { type: "signal", name: "wave", data: { x: 1 }, by: { id: "ann", name: "Ann" } },
        ],
        garden: [typing("bob")],
      });
    });

    test("nothing to who listens no more, and stopping twice is harmless", async () => {
      const heard: RoomItem[] = [];
      const kept: RoomItem[] = [];
      const stop = await bus.subscribe(LOBBY, (item) => heard.push(item));
      bus.publish(LOBBY, typing("ann"));
      await expect.poll(() => heard).toHaveLength(1);
      stop();
      await bus.subscribe(LOBBY, (item) => kept.push(item));
      stop();
      bus.publish(LOBBY, typing("bob"));
      await expect.poll(() => kept).toEqual([typing("bob")]);
      expect(heard).toEqual([typing("ann")]);
    });

    test("on, though a listener stops while it is told", async () => {
      const heard: string[] = [];
      const stop = await bus.subscribe(LOBBY, () => {
        heard.push("first");
        stop();
      });
      await bus.subscribe(LOBBY, () => heard.push("second"));
      bus.publish(LOBBY, typing("ann"));
      bus.publish(LOBBY, typing("ann"));
      await expect.poll(() => heard).toEqual(["first", "second", "second"]);
    });

    test("nothing into the future: who comes later hears what comes later", async () => {
      bus.publish(LOBBY, typing("early"));
      const heard: RoomItem[] = [];
      await bus.subscribe(LOBBY, (item) => heard.push(item));
      bus.publish(LOBBY, typing("late"));
      await expect.poll(() => heard).toEqual([typing("late")]);
    });
  });
}
