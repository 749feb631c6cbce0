import { describe, expect, test } from "vitest";
import { Roster } from "../../src/room/roster.ts";

const ANN = { id: "ann", name: "Ann" };

test("two tabs of one user are one member, until the last is gone", () => {
  const roster = new Roster();
  expect(roster.enter(ANN)).toBe(true);
  expect(roster.enter(ANN)).toBe(false);
  roster.leave("ann", 100);
  expect(roster.expire(1000)).toEqual([]);
  roster.leave("ann", 200);
  expect(roster.expire(199)).toEqual([]);
  expect(roster.isEmpty).toBe(false);
  expect(roster.expire(200)).toEqual(["ann"]);
  expect(roster.isEmpty).toBe(true);
});

test("who comes back within the grace never left", () => {
  const roster = new Roster();
  roster.enter(ANN);
  roster.leave("ann", 100);
  expect(roster.enter(ANN)).toBe(false);
  expect(roster.expire(1000)).toEqual([]);
});

test("who is gone and comes back is news", () => {
  const roster = new Roster();
  roster.enter(ANN);
  roster.leave("ann", 100);
  roster.expire(100);
  expect(roster.enter(ANN)).toBe(true);
});

test("leaving without being here changes nothing", () => {
  const roster = new Roster();
  roster.leave("ann", 0);
  roster.enter(ANN);
  roster.leave("ann", 100);
  roster.leave("ann", 0);
  expect(roster.expire(50)).toEqual([]);
  expect(roster.expire(100)).toEqual(["ann"]);
});

describe("who is taken out", () => {
  test("is gone with the last connection, without a grace", () => {
    const roster = new Roster();
    roster.enter(ANN);
    roster.enter(ANN);
    expect(roster.drop("ann")).toBe(false);
    expect(roster.drop("ann")).toBe(true);
    expect(roster.isEmpty).toBe(true);
    expect(roster.enter(ANN)).toBe(true);
  });

  test("while they are leaving is left to their grace", () => {
    const roster = new Roster();
    roster.enter(ANN);
    roster.leave("ann", 100);
    expect(roster.drop("ann")).toBe(false);
    expect(roster.expire(100)).toEqual(["ann"]);
  });
});

test("the next to be gone is who left first and did not come back", () => {
  const roster = new Roster();
  for (const id of ["ann", "bo", "cy"]) roster.enter({ id, name: id });
  expect(roster.nextGoneAt).toBeUndefined();
  roster.leave("ann", 100);
  roster.leave("bo", 150);
  roster.leave("cy", 200);
  expect(roster.nextGoneAt).toBe(100);
  roster.enter({ id: "ann", name: "ann" });
  expect(roster.nextGoneAt).toBe(150);
  expect(roster.expire(199)).toEqual(["bo"]);
  expect(roster.nextGoneAt).toBe(200);
});

describe("another name, picture or role", () => {
  test("is news, with another tab or with a new token", () => {
    const roster = new Roster();
    roster.enter(ANN);
    expect(roster.enter({ ...ANN, name: "Anna" })).toBe(true);
    expect(roster.rename({ ...ANN, name: "Anna" })).toBe(false);
    expect(roster.rename({ ...ANN, role: "moderator" })).toBe(true);
    expect(roster.rename({ ...ANN, role: "moderator", picture: "https://example.org/a.png" })).toBe(true);
  });

  test("does not count as a connection", () => {
    const roster = new Roster();
    roster.enter(ANN);
    roster.rename({ ...ANN, name: "Anna" });
    roster.leave("ann", 5);
    expect(roster.expire(5)).toEqual(["ann"]);
    expect(roster.rename(ANN)).toBe(false);
    expect(roster.isEmpty).toBe(true);
  });
});
