import { expect, it } from "vitest";
import { isFewEmoji } from "../../src/markup/few-emoji.ts";

it.each(["👍", "😀 😍", "👩‍🚀", "🇸🇪🇳🇴", "❤️", "👋🏽👋🏿👋", "👨‍👩‍👧‍👦"])("draws %s large", (text) => {
  expect(isFewEmoji(text)).toBe(true);
});

it.each(["", " ", "1", "42", "#", "ok 👍", "👍👍👍👍", "a", "->", "*"])("draws %j as text", (text) => {
  expect(isFewEmoji(text)).toBe(false);
});
