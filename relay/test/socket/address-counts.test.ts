import { expect, test } from "vitest";
import { AddressCounts } from "../../src/socket/address-counts.ts";

test("[LIM8] [OV-10] an address may have so many connections open, and others are not counted with it", () => {
  const counts = new AddressCounts(2);
  const first = counts.enter("a");
  expect(counts.enter("a")).toBeDefined();
  expect(counts.enter("a")).toBeUndefined();
  expect(counts.enter("b")).toBeDefined();
  first?.();
  first?.();
  expect(counts.enter("a")).toBeDefined();
  expect(counts.enter("a")).toBeUndefined();
});

test("[P6] addresses without a connection are forgotten", () => {
  const counts = new AddressCounts(5);
  const leaves = Array.from({ length: 1000 }, (_, at) => counts.enter(`a-${at % 400}`));
  expect(counts.size).toBe(400);
  for (const leave of leaves) leave?.();
  expect(counts.size).toBe(0);
});
