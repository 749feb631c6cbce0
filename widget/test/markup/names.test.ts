import { expect, it } from "vitest";
import { calls } from "../../src/markup/names.ts";

it.each([
  ["@Ann, look", "Ann", true],
  ["look, @ann", "Ann", true],
  ["@Anna, look", "Ann", false],
  ["Ann", "Ann", false],
  ["mail @ someone", "Ann", false],
  ["@Ann Lee!", "Ann Lee", true],
  ["@@ @x @佐藤 さん", "佐藤", true],
])("in %j calls %s: %s", (text, name, expected) => {
  expect(calls(text, name)).toBe(expected);
});
