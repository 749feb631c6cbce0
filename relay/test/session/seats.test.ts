import type { RoomName } from "@natter/sdk/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Seat } from "../../src/session/seat.ts";
import { Seats } from "../../src/session/seats.ts";

test("holds what a map would hold, for one room and for many", () => {
  const name = fc.constantFrom("a", "b", "c") as fc.Arbitrary<RoomName>;
  const step = fc.record({ act: fc.constantFrom("set", "set", "delete", "clear"), name });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const seats = new Seats();
      const model = new Map<RoomName, Seat>();
      for (const { act, name } of steps) {
        const seat: Seat = { state: "joining" };
        if (act === "set") {
          seats.set(name, seat);
          model.set(name, seat);
        } else if (act === "delete") {
          seats.delete(name);
          model.delete(name);
        } else {
          seats.clear();
          model.clear();
        }
        expect(seats.size).toBe(model.size);
        expect(new Map(seats.entries())).toEqual(model);
        for (const each of ["a", "b", "c"] as RoomName[]) expect(seats.get(each)).toBe(model.get(each));
      }
    }),
  );
});
