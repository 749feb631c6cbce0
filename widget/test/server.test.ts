import { expect, test } from "vitest";

test("importing the element where there is no page does nothing, and does no harm", async () => {
  expect(typeof document).toBe("undefined");
  await expect(import("../src/element.ts")).resolves.toHaveProperty("ChatRoom");
  await expect(import("../src/index.ts")).resolves.toBeDefined();
});
