import { expect, it } from "vitest";
import { hueOf, initials } from "../../src/message/avatar.ts";

it.each([
  ["Ann Lindqvist", "AL"],
  ["bo", "B"],
  ["佐藤健二", "佐"],
  ["김 민수", "김"],
  ["نور الهدى", "ن"],
  ["👩‍🚀 Sally", "👩‍🚀"],
  ["mary-jane o'neil", "MO"],
  ["(guest) 42", "G4"],
  ["", "?"],
  ["...", "?"],
  ["Ängla Ö", "ÄÖ"],
])("stands for %j as %s", (name, signs) => {
  expect(initials(name)).toBe(signs);
});

it("has one sign where there is room for one", () => {
  expect(initials("Ann Lindqvist", 1)).toBe("A");
});

it("gives the same hue to the same id, and spreads ids that are alike", () => {
  expect(hueOf("u-1")).toBe(hueOf("u-1"));
  const hues = new Set(Array.from({ length: 200 }, (_, at) => hueOf(`guest-${at}`)));
  expect(hues.size).toBe(12);
});
