// oxlint-disable typescript/no-deprecated -- the key code is what is tested
import { expect, it, vi } from "vitest";
import { Composition } from "../../src/composer/enter-key.ts";

function enter(over: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return {
    key: "Enter",
    shiftKey: false,
    altKey: false,
    isComposing: false,
    keyCode: 13,
    ...over,
  } as KeyboardEvent;
}

it("sends on Enter, and breaks the line with Shift", () => {
  const composition = new Composition();
  expect(composition.meansSend(enter())).toBe(true);
  expect(composition.meansSend(enter({ shiftKey: true }))).toBe(false);
  expect(composition.meansSend(enter({ key: "a" }))).toBe(false);
});

it("does not send in a composition, whichever way the browser tells of it", () => {
  const composition = new Composition();
  expect(composition.meansSend(enter({ isComposing: true }))).toBe(false);
  expect(composition.meansSend(enter({ keyCode: 229 }))).toBe(false);
  composition.onStart();
  expect(composition.meansSend(enter())).toBe(false);
});

it("does not send with the key that ended the composition in the same task", () => {
  vi.useFakeTimers();
  const composition = new Composition();
  composition.onStart();
  composition.onEnd();
  expect(composition.meansSend(enter())).toBe(false);
  vi.runAllTimers();
  expect(composition.meansSend(enter())).toBe(true);
  vi.useRealTimers();
});
