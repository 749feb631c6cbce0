import { expect, it } from "vitest";
import { isNews } from "../src/news.ts";
import { message } from "./support/messages.ts";

it("takes for news what somebody else has said, and not what they have deleted since", () => {
  expect(isNews(message())).toBe(true);
  expect(isNews(message({ mine: true }))).toBe(false);
  expect(isNews(message({ text: "", deletedAt: 1 }))).toBe(false);
});
