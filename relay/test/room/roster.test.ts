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
