import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type * as LanguageFiles from "../../src/strings/language-files.ts";
import { ko } from "../../src/strings/ko.ts";

let files: typeof LanguageFiles;

// Each test has modules of its own: what was asked for is remembered for as long as a page lives.
beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => {});
  files = await import("../../src/strings/language-files.ts");
  const { loadedFrom } = await import("../../src/relay-address.ts");
  loadedFrom("https://relay.example/chat-room.js");
});
afterEach(() => vi.useRealTimers());

it("lists each language there is a file of, and no other", () => {
  const there = readdirSync(new URL("../../src/strings/", import.meta.url))
    .flatMap((file) => /^([a-z]{2})\.ts$/.exec(file)?.[1] ?? [])
    .filter((code) => code !== "en");
  expect(files.LANGUAGES).toEqual(there.toSorted());
});

it("finds a language beside the script, in the script's version", () => {
  expect(files.languageFile("ko", "https://relay.example/chat")).toMatch(
    /^https:\/\/relay\.example\/chat\/v\d+\.\d+\.\d+\/strings\/ko\.js$/,
  );
});

it.each(["en", "sv", "", "../x"])("has no file for %j", (language) => {
  expect(files.languageFile(language, "https://relay.example")).toBeUndefined();
});

it("fetches nothing where the script came from no relay", () => {
  expect(files.languageFile("ko", undefined)).toBeUndefined();
});

it("fetches a language once, and tells when it has come", async () => {
  const load = vi.fn(() => Promise.resolve({ ko }));
  const come = vi.fn();
  const over = vi.fn();
  expect(files.isOnItsWay("ko", come, over, load)).toBe(true);
  expect(files.isOnItsWay("ko", come, over, load)).toBe(true);
  await vi.advanceTimersByTimeAsync(5000);
  expect(load).toHaveBeenCalledTimes(1);
  expect(come.mock.calls).toEqual([[ko]]);
  expect(over).not.toHaveBeenCalled();
});

it("waits for a while, and takes what comes later all the same", async () => {
  const come = vi.fn();
  const over = vi.fn();
  const late = new Promise((resolve) => setTimeout(() => resolve({ ko }), 5000));
  files.isOnItsWay("ko", come, over, () => late);
  await vi.advanceTimersByTimeAsync(2999);
  expect(files.isOnItsWay("ko", come, over)).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(files.isOnItsWay("ko", come, over)).toBe(false);
  expect(over).toHaveBeenCalledTimes(1);
  expect(come).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2000);
  expect(come).toHaveBeenCalledTimes(1);
});

it("stays with English when a language cannot be had, and says what the page's owner can do", async () => {
  const over = vi.fn();
  files.isOnItsWay("ko", vi.fn(), over, () => Promise.reject(new TypeError("blocked")));
  await vi.advanceTimersByTimeAsync(0);
  expect(over).toHaveBeenCalledTimes(1);
  expect(files.isOnItsWay("ko", vi.fn(), over)).toBe(false);
  expect(vi.mocked(console.warn).mock.calls.flat().join()).toMatch(
    /strings\/ko\.js could not be loaded.*script-src/,
  );
});
