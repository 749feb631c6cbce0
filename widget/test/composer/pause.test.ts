import { expect, it } from "vitest";
import { Pause } from "../../src/composer/pause.ts";
import { message } from "../support/messages.ts";

const NOW = 1_000_000;
const SLOW = { slowMode: 30 };
const own = (over: Parameters<typeof message>[0]) => [message({ mine: true, id: "a", ...over })];

it("counts from the last message of one's own, and only in slow mode", () => {
  const pause = new Pause();
  expect(pause.until({ messages: own({ at: NOW - 10_000 }), settings: SLOW }, NOW)).toBe(NOW + 20_000);
  expect(pause.until({ messages: own({ at: NOW - 10_000 }), settings: {} }, NOW)).toBe(0);
  expect(pause.until({ messages: [message()], settings: SLOW }, NOW)).toBe(0);
});

it("is not led astray by a relay whose clock is ahead", () => {
  const pause = new Pause();
  const view = { messages: own({ at: NOW + 600_000 }), settings: SLOW };
  expect(pause.until(view, NOW)).toBe(NOW + 30_000);
  expect(pause.until(view, NOW + 5000)).toBe(NOW + 30_000);
});

it("counts what is sent from here from when it is stored, whatever time the relay has", () => {
  const pause = new Pause();
  const pending = { messages: own({ state: "pending", at: NOW }), settings: SLOW };
  expect(pause.until(pending, NOW)).toBe(NOW + 30_000);
  expect(pause.until(pending, NOW + 4000)).toBe(NOW + 34_000);
  const stored = { messages: own({ at: NOW - 600_000 }), settings: SLOW };
  expect(pause.until(stored, NOW + 4000)).toBe(NOW + 34_000);
  expect(pause.until(stored, NOW + 9000)).toBe(NOW + 34_000);
});

it("does not count what failed, but heeds a refusal that names a time", () => {
  const pause = new Pause();
  const view = { messages: own({ state: "failed", at: NOW }), settings: SLOW };
  expect(pause.until(view, NOW)).toBe(0);
  pause.refused(7000, NOW);
  expect(pause.until(view, NOW)).toBe(NOW + 7000);
  expect(pause.until({ ...view, settings: {} }, NOW)).toBe(0);
});
