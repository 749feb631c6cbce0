import { describe, expect, test } from "vitest";
import type { Member } from "@natter/sdk/protocol";
import { Attendance } from "../../src/room/attendance.ts";

const member = (id: string): Member => ({ id, name: id.toUpperCase() });
const many = (count: number): Member[] =>
  Array.from({ length: count }, (_, at) => member(`user-${String(at).padStart(3, "0")}`));

const attending = (members: Member[], listLimit: number): Attendance =>
  new Attendance({ count: members.length, members }, listLimit);

describe("a room that lists its members", () => {
  test("tells who came and who went, once", () => {
    const attendance = attending([member("ann")], 10);
    expect(attendance.hasNews).toBe(false);
    expect(attendance.takeNews()).toBeUndefined();
    attendance.enter(member("bob"));
    attendance.leave("ann");
    expect(attendance.takeNews()).toEqual({ count: 1, joined: [member("bob")], left: ["ann"] });
    expect(attendance.hasNews).toBe(false);
    expect(attendance.takeNews()).toBeUndefined();
  });

  test("lists them by id", () => {
    const attendance = attending([member("cid"), member("ann")], 10);
    attendance.enter(member("bob"));
    expect(attendance.list().map(({ id }) => id)).toEqual(["ann", "bob", "cid"]);
  });

  test("tells a new name, and says nothing when nothing changed", () => {
    const attendance = attending([member("ann")], 10);
    attendance.enter(member("ann"));
    expect(attendance.hasNews).toBe(false);
    attendance.enter({ id: "ann", name: "Anna" });
    expect(attendance.takeNews()).toEqual({ count: 1, joined: [{ id: "ann", name: "Anna" }], left: [] });
  });

  test("who came and went in one tick is told as gone only, for somebody may have listed them meanwhile", () => {
    const attendance = attending([], 10);
    attendance.enter(member("ann"));
    attendance.leave("ann");
    expect(attendance.takeNews()).toEqual({ count: 0, joined: [], left: ["ann"] });
  });

  test("who went and came back in one tick is here", () => {
    const attendance = attending([member("ann")], 10);
    attendance.leave("ann");
    attendance.enter(member("ann"));
    const news = attendance.takeNews();
    expect(news).toMatchObject({ count: 1, left: [] });
    expect(attendance.list()).toEqual([member("ann")]);
  });

  test("leaving without being here is no news", () => {
    const attendance = attending([], 10);
    attendance.leave("ann");
    expect(attendance.hasNews).toBe(false);
  });
});

describe("[OV-04] a room too large to list", () => {
  test("counts from the member that is one too many", () => {
    const attendance = attending(many(10), 10);
    expect(attendance.isListed).toBe(true);
    attendance.enter(member("x"));
    expect(attendance.takeNews()).toEqual({ count: 11 });
    expect(attendance.isListed).toBe(false);
    attendance.enter(member("y"));
    expect(attendance.takeNews()).toEqual({ count: 12 });
  });

  test("counts from the beginning if it is found large", () => {
    expect(attending(many(11), 10).isListed).toBe(false);
  });

  test("lists again only when it has clearly shrunk, and then tells everybody", () => {
    const attendance = attending(many(11), 10);
    attendance.leave("user-000");
    expect(attendance.takeNews()).toEqual({ count: 10 });
    attendance.leave("user-001");
    expect(attendance.takeNews()).toEqual({ count: 9, joined: attendance.list(), left: [] });
    expect(attendance.isListed).toBe(true);
    attendance.enter(member("x"));
    expect(attendance.takeNews()).toEqual({ count: 10, joined: [member("x")], left: [] });
  });

  test("a limit of nobody never lists anybody", () => {
    const attendance = attending([], 0);
    attendance.enter(member("ann"));
    expect(attendance.takeNews()).toEqual({ count: 1 });
    attendance.leave("ann");
    attendance.enter(member("bob"));
    expect(attendance.takeNews()).toEqual({ count: 1 });
  });
});

describe("a room that the engine only counts", () => {
  test("names nobody, and is told by its count", () => {
    const attendance = new Attendance({ count: 5000 }, 10);
    expect(attendance).toMatchObject({ count: 5000, isNamed: false, isListed: false });
    expect(attendance.list()).toEqual([]);
    attendance.enter(member("ann"));
    attendance.leave("bob");
    expect(attendance.hasNews).toBe(false);
    attendance.replace({ count: 5000 });
    expect(attendance.hasNews).toBe(false);
    attendance.replace({ count: 4999 });
    expect(attendance.takeNews()).toEqual({ count: 4999 });
  });

  test("comes of one that was listed, and becomes one again with the whole list", () => {
    const attendance = attending(many(3), 3);
    attendance.replace({ count: 2000 });
    expect(attendance.takeNews()).toEqual({ count: 2000 });
    expect(attendance.find("user-000")).toBeUndefined();
    attendance.replace({ count: 2, members: many(2) });
    expect(attendance.takeNews()).toEqual({ count: 2, joined: many(2), left: [] });
  });
});

describe("a list that is told anew", () => {
  test("is news as far as it differs", () => {
    const attendance = attending([member("ann"), member("bob"), member("cid")], 10);
    attendance.replace({ count: 3, members: [member("ann"), { id: "bob", name: "Bobby" }, member("dan")] });
    expect(attendance.takeNews()).toEqual({
      count: 3,
      joined: [{ id: "bob", name: "Bobby" }, member("dan")],
      left: ["cid"],
    });
    attendance.replace({ count: 3, members: attendance.list() });
    expect(attendance.hasNews).toBe(false);
  });
});
