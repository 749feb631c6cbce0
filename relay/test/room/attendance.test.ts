import { describe, expect, test } from "vitest";
import type { Member } from "@natter/sdk/protocol";
import { Attendance } from "../../src/room/attendance.ts";

const member = (id: string): Member => ({ id, name: id.toUpperCase() });
const many = (count: number): Member[] =>
  Array.from({ length: count }, (_, at) => member(`user-${String(at).padStart(3, "0")}`));

describe("a room that lists its members", () => {
  test("tells who came and who went, once", () => {
    const attendance = new Attendance([member("ann")], 10);
    expect(attendance.hasNews).toBe(false);
    expect(attendance.takeNews()).toBeUndefined();
    attendance.enter(member("bob"));
    attendance.leave("ann");
    expect(attendance.takeNews()).toEqual({ count: 1, joined: [member("bob")], left: ["ann"] });
    expect(attendance.hasNews).toBe(false);
    expect(attendance.takeNews()).toBeUndefined();
  });

  test("lists them by id", () => {
    const attendance = new Attendance([member("cid"), member("ann")], 10);
    attendance.enter(member("bob"));
    expect(attendance.list().map(({ id }) => id)).toEqual(["ann", "bob", "cid"]);
  });

  test("tells a new name, and says nothing when nothing changed", () => {
    const attendance = new Attendance([member("ann")], 10);
    attendance.enter(member("ann"));
    expect(attendance.hasNews).toBe(false);
    attendance.enter({ id: "ann", name: "Anna" });
    expect(attendance.takeNews()).toEqual({ count: 1, joined: [{ id: "ann", name: "Anna" }], left: [] });
  });

  test("who came and went in one tick is told as gone only, for somebody may have listed them meanwhile", () => {
    const attendance = new Attendance([], 10);
    attendance.enter(member("ann"));
    attendance.leave("ann");
    expect(attendance.takeNews()).toEqual({ count: 0, joined: [], left: ["ann"] });
  });

  test("who went and came back in one tick is here", () => {
    const attendance = new Attendance([member("ann")], 10);
    attendance.leave("ann");
    attendance.enter(member("ann"));
    const news = attendance.takeNews();
    expect(news).toMatchObject({ count: 1, left: [] });
    expect(attendance.list()).toEqual([member("ann")]);
  });

  test("leaving without being here is no news", () => {
    const attendance = new Attendance([], 10);
    attendance.leave("ann");
    expect(attendance.hasNews).toBe(false);
  });
});

describe("[OV-04] a room too large to list", () => {
  test("counts from the member that is one too many", () => {
    const attendance = new Attendance(many(10), 10);
    expect(attendance.isListed).toBe(true);
    attendance.enter(member("x"));
    expect(attendance.takeNews()).toEqual({ count: 11 });
    expect(attendance.isListed).toBe(false);
    attendance.enter(member("y"));
    expect(attendance.takeNews()).toEqual({ count: 12 });
  });

  test("counts from the beginning if it is found large", () => {
    expect(new Attendance(many(11), 10).isListed).toBe(false);
  });

  test("lists again only when it has clearly shrunk, and then tells everybody", () => {
    const attendance = new Attendance(many(11), 10);
    attendance.leave("user-000");
    expect(attendance.takeNews()).toEqual({ count: 10 });
    attendance.leave("user-001");
    expect(attendance.takeNews()).toEqual({ count: 9, joined: attendance.list(), left: [] });
    expect(attendance.isListed).toBe(true);
    attendance.enter(member("x"));
    expect(attendance.takeNews()).toEqual({ count: 10, joined: [member("x")], left: [] });
  });

  test("a limit of nobody never lists anybody", () => {
    const attendance = new Attendance([], 0);
    attendance.enter(member("ann"));
    expect(attendance.takeNews()).toEqual({ count: 1 });
    attendance.leave("ann");
    attendance.enter(member("bob"));
    expect(attendance.takeNews()).toEqual({ count: 1 });
  });
});
