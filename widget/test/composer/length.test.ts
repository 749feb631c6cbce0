import { expect, it } from "vitest";
import { codePointLength, LIMITS } from "@natter/sdk/protocol";
import { isWorthSaying, roomLeft, TEXT_LENGTH } from "../../src/composer/length.ts";

it("knows the limit of the wire", () => {
  expect(TEXT_LENGTH).toBe(LIMITS.textLength);
});

it.each(["", "abc", "😀", "a😀b", "\ud83d", "👩‍🚀"])("counts %j as the relay does", (text) => {
  expect(roomLeft(text)).toBe(LIMITS.textLength - codePointLength(text));
});

it("is said aloud at each further hundred below four, and when it is too much", () => {
  const said: number[] = [];
  for (let left = 450; left > -5; left--) if (isWorthSaying(left + 1, left)) said.push(left);
  expect(said).toEqual([400, 300, 200, 100, 0, -1]);
  expect(isWorthSaying(4000, -100_000)).toBe(true);
  expect(isWorthSaying(10, 300)).toBe(false);
});
