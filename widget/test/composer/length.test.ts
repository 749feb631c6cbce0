import { expect, it } from "vitest";
import { codePointLength, LIMITS } from "@natter/sdk/protocol";
import { roomLeft } from "../../src/composer/length.ts";

it.each(["", "abc", "😀", "a😀b", "\ud83d", "👩‍🚀"])("counts %j as the relay does", (text) => {
  expect(roomLeft(text)).toBe(LIMITS.textLength - codePointLength(text));
});
