import { expect, test } from "vitest";
import { party, texts } from "../support/party.ts";

test("a message is drawn for everybody by the same event", async () => {
  const { join, settle } = party();
  const ann = await join("ann");
  const bob = await join("bob");
  const sent = ann.post("Hello");
  expect(texts(ann)).toEqual(["Hello…"]);
  await settle();
  expect(await sent).toMatchObject({ seq: 1 });
  expect(texts(ann)).toEqual(["Hello"]);
  expect(texts(bob)).toEqual(["Hello"]);
  expect(ann.view().messages[0]).toMatchObject({ mine: true });
  expect(bob.view().messages[0]).toMatchObject({ mine: false, by: { id: "ann" } });
});

test("[P3] what was missed while the line was down comes with the next one", async () => {
  const { join, relay, settle, pass } = party();
  const ann = await join("ann");
  await ann.post("one");
  relay.cut();
  relay.say("lobby", "bob", "two");
  await settle();
  expect(ann.view().status).toBe("stale");
  await pass(1_000);
  expect(ann.view().status).toBe("live");
  expect(texts(ann)).toEqual(["one", "two"]);
});
