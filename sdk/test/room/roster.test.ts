import fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_ROSTER, isOutOfStep, present, settled, typed } from "../../src/room/roster.ts";

const person = (id: string) => ({ id, name: id.toUpperCase() });
const ids = (people: readonly { id: string }[]): string[] => people.map(({ id }) => id);

test("who comes is listed once, with what is new about them", () => {
  const once = present(EMPTY_ROSTER, { count: 1, joined: [person("ann")] });
  const twice = present(once, { count: 1, joined: [{ ...person("ann"), role: "moderator" }] });
  expect(twice.members).toEqual([{ ...person("ann"), role: "moderator" }]);
});

test("news of nobody in particular means that the room is only counted", () => {
  const listed = present(EMPTY_ROSTER, { count: 1, joined: [person("ann")] });
  expect(present(listed, { count: 999 })).toMatchObject({ members: [], count: 999 });
});

test("a list is out of step when its length is not the count; a mere count never is", () => {
  const news = { count: 2, joined: [person("ann")] };
  expect(isOutOfStep(present(EMPTY_ROSTER, news), news)).toBe(true);
  expect(isOutOfStep(present(EMPTY_ROSTER, { count: 2 }), { count: 2 })).toBe(false);
  const left = { count: 0, left: ["ann"] };
  expect(isOutOfStep(present(present(EMPTY_ROSTER, news), left), left)).toBe(false);
});

test("typists are told in the order in which they last said so, and forgotten after six seconds", () => {
  let roster = typed(EMPTY_ROSTER, person("ann"), true, 0);
  roster = typed(roster, person("bob"), true, 1_000);
  roster = typed(roster, person("ann"), true, 2_000);
  expect(ids(roster.typing)).toEqual(["bob", "ann"]);
  expect(ids(settled(roster, 6_999).typing)).toEqual(["bob", "ann"]);
  expect(ids(settled(roster, 7_000).typing)).toEqual(["ann"]);
  expect(ids(settled(roster, 8_000).typing)).toEqual([]);
  expect(typed(roster, person("cat"), false, 3_000)).toBe(roster);
});

test("coming and going in any order leaves exactly those who came last", () => {
  const news = fc.record({ id: fc.constantFrom("a", "b", "c", "d"), comes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(news), (all) => {
      const here = new Set<string>();
      let roster = EMPTY_ROSTER;
      for (const { id, comes } of all) {
        if (comes) here.add(id);
        else here.delete(id);
        const change = comes ? { joined: [person(id)] } : { left: [id] };
        roster = present(roster, { count: here.size, ...change });
        expect(isOutOfStep(roster, { count: here.size, ...change })).toBe(false);
      }
      expect(ids(roster.members).sort()).toEqual([...here].sort());
    }),
  );
});
