import { expect, test } from "vitest";
import { party } from "../support/party.ts";

const MIA = { sub: "mia", name: "Mia", rooms: { lobby: "moderator" } } as const;

test("[SDK9] a view names the pinned messages, whether this client was there when they were pinned or not", async () => {
  const { join, settle } = party();
  const mia = await join(MIA);
  const { seq: first } = await mia.post("first");
  const { seq: second } = await mia.post("second");
  await mia.pin(second);
  await mia.pin(first);
  const ann = await join("ann");
  expect(ann.view().pins).toEqual([second, first]);
  await mia.pin(second);
  await settle();
  expect(ann.view().pins).toEqual([first, second]);
  await mia.pin(first, false);
  await mia.delete(second);
  await settle();
  expect(ann.view().pins).toEqual([]);
});

test("one message is fetched if it is not held, and none is made up", async () => {
  const { join, relay, settle } = party();
  for (let at = 0; at < 60; at++) relay.say("lobby", "bob", `${at}`);
  const ann = await join("ann");
  await settle();
  expect(ann.view().messages[0]?.seq).toBeGreaterThan(3);
  const asked = ann.message(3);
  await settle();
  expect(await asked).toMatchObject({ seq: 3, text: "2", mine: false });
  expect(await ann.message(60)).toBe(ann.view().messages.at(-1));
  const nothing = ann.message(1000);
  await settle();
  expect(await nothing).toBeUndefined();
});

test("[SDK9] a mute is in the view at once and after a reload, until when and why; and goes when it is taken back", async () => {
  const { join, relay, settle } = party();
  const mia = await join(MIA);
  const ann = await join("ann");
  const until = relay.clock.now() + 60_000;
  await mia.moderate("mute", "ann", { for: 60, reason: "Too loud" });
  await settle();
  expect(ann.view().muted).toMatchObject({ until, reason: "Too loud" });
  expect(mia.view().muted).toBeUndefined();
  const again = await join("ann");
  expect(again.view().muted).toEqual({ until, reason: "Too loud" });
  await mia.moderate("unmute", "ann");
  await settle();
  expect(ann.view().muted).toBeUndefined();
  expect(again.view().muted).toBeUndefined();
});

test("who is taken out is given the reason apart from the sentence, and when a ban ends", async () => {
  const { join, settle } = party();
  const mia = await join(MIA);
  const ann = await join("ann");
  await mia.moderate("ban", "ann", { for: 60, reason: "Spam" });
  await settle();
  expect(ann.view()).toMatchObject({
    status: "removed",
    error: { code: "banned", reason: "Spam", retryAfter: 60_000 },
  });
});

test("a moderator is told who is muted or banned", async () => {
  const { join, settle } = party();
  const mia = await join(MIA);
  await join("ann");
  await mia.moderate("mute", "ann", { reason: "Too loud" });
  await mia.moderate("ban", "ben");
  const asked = mia.restrictions();
  await settle();
  expect(await asked).toEqual([
    { user: "ann", name: "ann", mute: { reason: "Too loud" } },
    { user: "ben", ban: {} },
  ]);
});

test("a message that a moderator deleted says so, live and to who comes later", async () => {
  const { join, settle } = party();
  const mia = await join(MIA);
  const ann = await join("ann");
  const { seq } = await ann.post("Buy!");
  const { seq: own } = await ann.post("Oops");
  await mia.delete(seq, "Advertising");
  await ann.delete(own);
  await settle();
  const late = await join("bob");
  for (const room of [ann, late]) {
    const [bought, oops] = room.view().messages;
    expect(bought).toMatchObject({ text: "", removed: { reason: "Advertising" } });
    expect(oops).not.toHaveProperty("removed");
  }
});
