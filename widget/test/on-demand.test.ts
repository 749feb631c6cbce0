import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { besideScript } from "../src/beside.ts";
import { OnDemand, whileBusy } from "../src/on-demand.ts";

const warn = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(warn);
});
afterEach(() => {
  vi.useRealTimers();
  warn.mockClear();
});

it("fetches a part once, however often it is asked for", async () => {
  const load = vi.fn(() => Promise.resolve("part"));
  const part = new OnDemand(load);
  expect(part.part).toBeUndefined();
  expect(load).not.toHaveBeenCalled();
  expect(await Promise.all([part.fetch(), part.fetch()])).toEqual(["part", "part"]);
  expect(part.part).toBe("part");
  expect(load).toHaveBeenCalledTimes(1);
});

it("tries again when asked again, and tells the page's owner once", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(new TypeError("no such file"));
  const part = new OnDemand(load);
  expect([await part.fetch(), await part.fetch()]).toEqual([undefined, undefined]);
  expect(warn.mock.calls).toEqual([[expect.stringContaining("<chat-room> (part): TypeError: no such file")]]);
  load.mockResolvedValue("part");
  expect(await part.fetch()).toBe("part");
});

it("expects a part once: only somebody's asking tries again", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(new TypeError("not there"));
  const part = new OnDemand(load);
  part.expect();
  await vi.runAllTimersAsync();
  part.expect();
  expect(load).toHaveBeenCalledTimes(1);
  await part.fetch();
  expect(load).toHaveBeenCalledTimes(2);
});

it.each([
  [199, false],
  [200, true],
])("shows after %i ms that a button is busy: %s", async (ms, isBusy) => {
  const shown = new Set<string>();
  const button = {
    setAttribute: (name: string) => shown.add(name),
    removeAttribute: (name: string) => shown.delete(name),
  };
  let come = (): void => {};
  const work = new Promise<void>((resolve) => (come = resolve));
  const over = whileBusy(button as unknown as Element, work);
  await vi.advanceTimersByTimeAsync(ms);
  expect(shown.has("aria-busy")).toBe(isBusy);
  come();
  await over;
  expect(shown.size).toBe(0);
});

it.each([
  ["https://r.example/chat-room.js", "https://r.example", "https://r.example/v0.1.0/parts/a.js"],
  ["https://r.example/x/v0.1.0/chat-room.js", "https://r.example/x", "https://r.example/x/v0.1.0/parts/b.js"],
  ["https://s.example/js/room.8f3a.js?1", undefined, "https://s.example/js/parts/c.js"],
])("finds what lies beside %s", (script, relay, expected) => {
  const name = `./parts/${expected.slice(-4)}`;
  expect(besideScript(name, script, relay)).toBe(expected);
  expect(besideScript(name, script, relay)).toBe(`${expected}?1`);
});
