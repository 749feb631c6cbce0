// oxlint-disable typescript/no-deprecated -- the key code is what is tested
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Composition, isForPage, meansSend } from "../../src/composer/enter-key.ts";

function key(over: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return {
    key: "Enter",
    shiftKey: false,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    isComposing: false,
    keyCode: 13,
    ...over,
  } as KeyboardEvent;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("sends on Enter, and breaks the line with Shift", () => {
  expect(meansSend(key())).toBe(true);
  expect(meansSend(key({ shiftKey: true }))).toBe(false);
  expect(meansSend(key({ key: "a" }))).toBe(false);
});

describe("a key of an input method", () => {
  it("is known by either mark, and by the composition it is pressed in", () => {
    const composition = new Composition();
    expect(composition.takes(key())).toBe(false);
    expect(composition.takes(key({ isComposing: true }))).toBe(true);
    expect(composition.takes(key({ keyCode: 229 }))).toBe(true);
    composition.onStart();
    expect(composition.takes(key())).toBe(true);
  });

  it("is one that ended the composition in the same task, where nothing is marked", () => {
    const composition = new Composition();
    composition.onStart();
    composition.onEnd();
    expect(composition.takes(key())).toBe(true);
    vi.runAllTimers();
    expect(composition.takes(key())).toBe(false);
  });

  it("in Safari comes after the composition has ended, and is marked by its code alone", () => {
    const composition = new Composition();
    composition.onStart();
    composition.onEnd();
    vi.runAllTimers();
    expect(composition.takes(key({ keyCode: 229 }))).toBe(true);
    expect(composition.takes(key())).toBe(false);
  });

  it("with Hangul on a Mac is marked, and comes again at once, unmarked, to be used", () => {
    const composition = new Composition();
    composition.onStart();
    expect(composition.takes(key({ isComposing: true, keyCode: 229 }))).toBe(true);
    composition.onEnd();
    expect(composition.takes(key())).toBe(false);
  });

  it("is none that comes as soon as the field has the focus, whatever was composed before", () => {
    const composition = new Composition();
    composition.onFocus();
    expect(composition.takes(key())).toBe(false);
    composition.onStart();
    composition.onFocus();
    expect(composition.isOn).toBe(false);
    expect(composition.takes(key())).toBe(false);
  });

  it("is none once the next word is begun and ended", () => {
    const composition = new Composition();
    composition.onStart();
    composition.onEnd();
    composition.onStart();
    composition.onEnd();
    vi.runAllTimers();
    expect(composition.isOn).toBe(false);
    expect(composition.takes(key())).toBe(false);
  });
});

it("leaves to browser and page what is theirs, and nothing that writes", () => {
  for (const theirs of [
    { key: "Tab" },
    { key: "F5" },
    { key: "Escape" },
    { key: "f", ctrlKey: true },
    { key: "k", metaKey: true },
  ])
    expect(isForPage(key(theirs)), theirs.key).toBe(true);
  for (const ours of [
    { key: "F" },
    { key: "/" },
    { key: "@", ctrlKey: true, altKey: true },
    { key: "ArrowUp" },
  ])
    expect(isForPage(key(ours)), ours.key).toBe(false);
});
