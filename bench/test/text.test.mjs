import { expect, it } from "vitest";
import { eachMessage, MIN_TEXT_BYTES, textOf } from "../load/text.mjs";

/** @param {string} payload */
function messagesIn(payload) {
  /** @type {number[][]} */
  const found = [];
  const bytes = Buffer.from(payload);
  eachMessage(bytes, 0, bytes.length, (...message) => found.push(message));
  return found;
}

it("finds each message again, in whatever it is wrapped", () => {
  const texts = [textOf(7, 0, 12.4, 100), textOf(999_999, 12_345_678, 9_007_199_254_740, MIN_TEXT_BYTES)];
  const json = JSON.stringify([{ by: "someone@example.com", text: texts[0] }, { text: texts[1] }]);
  const wanted = [
    [7, 0, 12],
    [999_999, 12_345_678, 9_007_199_254_740],
  ];
  expect(messagesIn(json)).toEqual(wanted);
  expect(messagesIn(texts.join(""))).toEqual(wanted);
});

it("is as long as it should be", () => {
  expect(textOf(1, 2, 3, 100)).toHaveLength(100);
});

it("finds nothing in what is only the beginning of a message", () => {
  expect(messagesIn(textOf(1, 2, 3, 100).slice(0, MIN_TEXT_BYTES - 1))).toEqual([]);
});
