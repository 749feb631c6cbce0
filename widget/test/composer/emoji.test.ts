import { expect, it } from "vitest";
import { emojiByName, emojiLike } from "../../src/composer/emoji.ts";

const ONE_EMOJI = new RegExp(String.raw`^\p{RGI_Emoji}$`, "v");

it("knows the common names, each as one emoji", () => {
  const names = emojiByName();
  expect(names.size).toBeGreaterThanOrEqual(100);
  expect([names.get("smile"), names.get("+1"), names.get("-1"), names.get("100")]).toEqual([
    "😄",
    "👍",
    "👎",
    "💯",
  ]);
  for (const [name, emoji] of names) {
    expect(name).toMatch(/^[-+_a-z0-9]{1,20}$/);
    expect(emoji, name).toMatch(ONE_EMOJI);
  }
});

it("finds names by their beginning first, then by what is inside, and no emoji twice", () => {
  expect(
    emojiLike("he")
      .map(([name]) => name)
      .slice(0, 3),
  ).toEqual(["heart", "heart_eyes", "kissing_heart"]);
  expect(emojiLike("eyes").map(([, emoji]) => emoji)).toEqual(["👀", "😍", "🙄"]);
  expect(emojiLike("thumbsup").map(([name]) => name)).toEqual(["thumbsup"]);
  expect(emojiLike("nothing-like-it")).toEqual([]);
});
