import { expect, test } from "vitest";
import { messageId } from "../../src/room/message-id.ts";

test("an id is a UUIDv7 of its time", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const id = messageId(now);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(now);
});

test("ids of one moment differ, and ids of later moments sort behind", () => {
  const ids = Array.from({ length: 10_000 }, () => messageId(1_767_000_000_000));
  expect(new Set(ids).size).toBe(ids.length);
  expect(messageId(1_767_000_000_001) > (ids.sort().at(-1) ?? "")).toBe(true);
});
