import { expect, it } from "vitest";
import { dayName, namesInARow, startOfNextDay } from "../../src/strings/formats.ts";

const now = new Date(2026, 10, 23, 0, 30).getTime();

it.each([
  [new Date(2026, 10, 23, 0, 1), "Today"],
  [new Date(2026, 10, 22, 23, 59), "Yesterday"],
  [new Date(2026, 10, 21, 12), "Saturday, November 21"],
  [new Date(2025, 10, 21, 12), "Friday, November 21, 2025"],
])("calls %s as people do", (day, name) => {
  expect(dayName(day.getTime(), now, "en-US")).toBe(name);
});

it("speaks other languages", () => {
  expect(dayName(now, now, "de")).toBe("Heute");
  expect(dayName(now, now, "ja")).toBe("今日");
  expect(namesInARow(["Ann", "Bo", "Cy"], "en")).toBe("Ann, Bo, and Cy");
});

it("finds the next day across a change of clocks", () => {
  expect(new Date(startOfNextDay(new Date(2026, 2, 29, 12).getTime())).getDate()).toBe(30);
});
