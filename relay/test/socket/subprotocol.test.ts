import { expect, test } from "vitest";
import { isSubprotocolServed } from "../../src/socket/subprotocol.ts";

test.each<[string | undefined, boolean]>([
  [undefined, true],
  ["", true],
  [" ", true],
  ["natter.v1", true],
  ["other, natter.v1", true],
  ["natter.v1,other", true],
  [" natter.v1 ", true],
  ["natter.v2", false],
  ["other", false],
  ["natter.v", false],
  ["natter.v10", false],
  ["Natter.v1", false],
  ["x".repeat(10_000), false],
  [",".repeat(10_000), false],
])("an offer of %.30j is served: %s", (offer, isServed) => {
  expect(isSubprotocolServed(offer)).toBe(isServed);
});
