import { expect, it } from "vitest";
import {
  ahead,
  dayName,
  duration,
  namesInARow,
  startOfNextDay,
  untilWhen,
} from "../../src/strings/formats.ts";
import { ago } from "../../src/strings/moments.ts";

const now = new Date(2026, 10, 23, 0, 30).getTime();

it.each([
  [new Date(2026, 10, 23, 0, 1), "Today"],
  [new Date(2026, 10, 22, 23, 59), "Yesterday"],
  [new Date(2026, 10, 21, 12), "Saturday, November 21"],
  [new Date(2025, 10, 21, 12), "Friday, November 21, 2025"],
])("calls %s as people do", (day, name) => {
  expect(dayName(day.getTime(), now, "en-US")).toBe(name);
});

it.each([
  [0, "now"],
  [59_999, "now"],
  [60_000, "1 minute ago"],
  [59 * 60_000, "59 minutes ago"],
  [60 * 60_000, "1 hour ago"],
  [24 * 3_600_000, "yesterday"],
  [72 * 3_600_000, "3 days ago"],
  // A clock that is behind the relay's makes no message of the future.
  [-30_000, "now"],
])("says of %i ms that it was %s", (ms, said) => {
  expect(ago(now - ms, now, "en")).toBe(said);
});

it("speaks other languages", () => {
  expect(dayName(now, now, "de")).toBe("Heute");
  expect(dayName(now, now, "ja")).toBe("今日");
  expect(namesInARow(["Ann", "Bo", "Cy"], "en")).toBe("Ann, Bo, and Cy");
});

it("finds the next day across a change of clocks", () => {
  expect(new Date(startOfNextDay(new Date(2026, 2, 29, 12).getTime())).getDate()).toBe(30);
});

it.each([
  [5, "5 seconds"],
  [60, "1 minute"],
  [90, "90 seconds"],
  [600, "10 minutes"],
  [3600, "1 hour"],
  [86_400, "1 day"],
  [604_800, "1 week"],
])("says %d seconds as people do", (seconds, said) => {
  expect(duration(seconds, "en")).toBe(said);
});

it.each([
  [500, "in 1 second"],
  [59_000, "in 59 seconds"],
  [61_000, "in 2 minutes"],
  [3_600_000, "in 1 hour"],
  [3 * 86_400_000, "in 3 days"],
  [9 * 86_400_000, "in 2 weeks"],
])("says how far ahead %d ms are, and never too little", (ms, said) => {
  expect(ahead(ms, "en")).toBe(said);
});

it("says the date with the time where it is another day", () => {
  const at = new Date(2026, 10, 23, 14, 5).getTime();
  expect(untilWhen(at, now, "de")).toBe("14:05");
  expect(untilWhen(at, now - 86_400_000, "de")).toBe("23.11.2026, 14:05");
});
