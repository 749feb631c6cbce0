import { expect, test } from "vitest";
import { party } from "../support/party.ts";

const names = (people: readonly { id: string }[]): string[] => people.map(({ id }) => id).sort();

test("members come and go, and are counted", async () => {
  const { join, chat, settle } = party();
  const ann = await join("ann");
  expect(names(ann.view().members)).toEqual(["ann"]);
  const bob = chat("bob");
  bob.room("lobby").view();
  await settle();
  expect(names(ann.view().members)).toEqual(["ann", "bob"]);
  expect(ann.view().count).toBe(2);
  bob.close();
  await settle();
  expect(names(ann.view().members)).toEqual(["ann"]);
});

test("a room too large to list is counted, and listed again when it is smaller", async () => {
  const { join, chat, relay, settle } = party();
  relay.room("lobby").listLimit = 2;
  const ann = await join("ann");
  await join("bob");
  expect(names(ann.view().members)).toEqual(["ann", "bob"]);
  const cat = chat("cat");
  const theirs = cat.room("lobby");
  theirs.view();
  await settle();
  expect(ann.view()).toMatchObject({ count: 3, members: [] });
  expect(theirs.view()).toMatchObject({ count: 3, members: [] });
  cat.close();
  await settle();
  expect(names(ann.view().members)).toEqual(["ann", "bob"]);
});

test("a list that does not add up is asked for again, once", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  await join("bob");
  const [session] = relay.sessions;
  const room = relay.room("lobby").name;
  session?.send({ type: "presence", room, count: 2, left: ["bob"] });
  await settle();
  expect(names(ann.view().members)).toEqual(["ann", "bob"]);
  relay.refuse("members", { code: "unavailable", message: "Not now." }, 1);
  session?.send({ type: "presence", room, count: 9, joined: [] });
  await settle();
  expect(relay.heard("ann").filter(({ type }) => type === "members")).toHaveLength(2);
  session?.send({ type: "presence", room, count: 2, joined: [] });
  await settle();
  expect(ann.view().count).toBe(2);
});

test("who types is shown, but not oneself, and not for longer than they do", async () => {
  const { join, settle, pass } = party();
  const ann = await join("ann");
  const bob = await join("bob");
  const heard: [string, boolean][] = [];
  ann.on("typing", ({ user, on }) => heard.push([user.id, on]));
  bob.typing();
  await settle();
  expect(names(ann.view().typing)).toEqual(["bob"]);
  expect(bob.view().typing).toEqual([]);
  await pass(5_000);
  expect(ann.view().typing).toEqual([]);
  expect(heard).toEqual([
    ["bob", true],
    ["bob", false],
  ]);
});

test("when the line is lost, nobody is known to be typing", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  const bob = await join("bob");
  bob.typing();
  await settle();
  expect(names(ann.view().typing)).toEqual(["bob"]);
  relay.cut("ann");
  await settle();
  expect(ann.view()).toMatchObject({ status: "stale", typing: [] });
});

test("this user's typing on another device is not shown here", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  const { name } = relay.room("lobby");
  relay.sessions[0]?.send({ type: "typing", room: name, user: { id: "ann", name: "ann" }, on: true });
  await settle();
  expect(ann.view().typing).toEqual([]);
});

test("somebody whose line was lost while typing is forgotten after six seconds", async () => {
  const { join, relay, settle, pass } = party();
  const ann = await join("ann");
  const bob = await join("bob");
  bob.typing();
  await settle();
  bob.close();
  const [session] = relay.sessions;
  session?.send({
    type: "typing",
    room: relay.room("lobby").name,
    user: { id: "cat", name: "cat" },
    on: true,
  });
  await settle();
  expect(names(ann.view().typing)).toEqual(["cat"]);
  await pass(5_900);
  expect(names(ann.view().typing)).toEqual(["cat"]);
  await pass(200);
  expect(ann.view().typing).toEqual([]);
});

test("a message ends its author's typing, on both sides", async () => {
  const { join, settle } = party();
  const ann = await join("ann");
  const bob = await join("bob");
  bob.typing();
  await settle();
  await Promise.all([bob.post("Hello"), settle()]);
  expect(ann.view().typing).toEqual([]);
});

test("typing is said every three seconds, however often it is called, and ends once", async () => {
  const { join, relay, pass } = party();
  const ann = await join("ann");
  for (let key = 0; key < 100; key++) {
    ann.typing();
    await pass(100);
  }
  ann.typing(false);
  ann.typing(false);
  await pass(0);
  const said = relay.heard("ann").flatMap((packet) => (packet.type === "typing" ? [packet.on] : []));
  expect(said).toEqual([true, true, true, true, false]);
});

test("at most twenty typists are kept", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  for (let n = 0; n < 500; n++) {
    const user = { id: `u${n}`, name: `u${n}` };
    relay.sessions[0]?.send({ type: "typing", room: relay.room("lobby").name, user, on: true });
  }
  await settle();
  expect(ann.view().typing).toHaveLength(20);
});

test("signals reach the others and are never stored", async () => {
  const { join, settle, relay } = party();
  const ann = await join("ann");
  const bob = await join("bob");
  const heard: unknown[] = [];
  bob.on("signal", ({ name, data, by }) => heard.push([name, data, by.id]));
  ann.signal("cursor", { x: 1, y: 2 });
  await settle();
  expect(heard).toEqual([["cursor", { x: 1, y: 2 }, "ann"]]);
  expect(relay.room("lobby").log.seq).toBe(0);
});

test("a refusal of something that wanted no reply comes as an error", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  const errors: string[] = [];
  ann.on("error", ({ code }) => errors.push(code));
  const [session] = relay.sessions;
  if (session) relay.room("lobby").leave(session);
  ann.signal("x", 1);
  await settle();
  expect(errors).toEqual(["not-joined"]);
});
