import { expect, it } from "vitest";
import { codePointLength, LIMITS } from "@natter/sdk/protocol";
import { roomLeft, TEXT_LENGTH } from "../../src/composer/length.ts";

it("knows the limit of the wire", () => {
  expect(TEXT_LENGTH).toBe(LIMITS.textLength);
});

it.each(["", "abc", "😀", "a😀b", "\ud83d", "👩‍🚀"])("counts %j as the relay does", (text) => {
  expect(roomLeft(text)).toBe(LIMITS.textLength - codePointLength(text));
});
