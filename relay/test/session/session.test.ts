import { expect, test } from "vitest";
import { MemoryRelay } from "../doubles/memory-relay.ts";

test("smoke", async () => {
  const relay = new MemoryRelay();
  const ann = await relay.join("ann", "lobby");
  const bob = await relay.join("bob", "lobby");
  await ann.post("lobby", "hi");
  await relay.clock.settle();
  expect(bob.texts).toEqual(["hi"]);
  console.log(JSON.stringify(bob.frames, null, 1), JSON.stringify(ann.frames));
});
