import { expect, test, vi } from "vitest";
import type { RoomView } from "../../src/index.ts";
import { party, texts } from "../support/party.ts";

test("[SDK2] the view is the same object until something changes, and so are its unchanged parts", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  await ann.post("one");
  await settle();
  const before = ann.view();
  expect(ann.view()).toBe(before);
  relay.say("lobby", "bob", "two");
  await settle();
  const after = ann.view();
  expect(after).not.toBe(before);
  expect(after.messages[0]).toBe(before.messages[0]);
  expect(after.members).toBe(before.members);
  expect(after.can).toBe(before.can);
  relay.refuse("post", { code: "unavailable", message: "Not now." });
  void ann.post("three");
  void ann.post("four");
  await settle();
  const pending = ann.view().messages[3];
  relay.say("lobby", "bob", "x");
  await settle();
  expect(ann.view().messages).toHaveLength(5);
  expect(ann.view().messages[4]).toBe(pending);
});

test("[SDK2] one frame is told once, however much it holds; and nothing is told when nothing changed", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  const views: RoomView[] = [];
  ann.subscribe((view) => views.push(view));
  const [session] = relay.sessions;
  const place = { type: "event", room: "lobby", at: 1, by: { id: "bob", name: "bob" }, kind: "message" };
  const frame = JSON.stringify([1, 2, 3].map((seq) => ({ ...place, seq, id: `m${seq}`, text: `${seq}` })));
  session?.sendRaw(frame);
  await settle();
  expect(views).toHaveLength(1);
  expect(views[0]).toBe(ann.view());
  session?.sendRaw(frame);
  session?.sendRaw("[]");
  await settle();
  expect(views).toHaveLength(1);
});

test("view and subscribe need no this, and subscribe does not call at once", async () => {
  const { chat, settle } = party();
  const { view, subscribe } = chat("ann").room("lobby");
  const listener = vi.fn();
  const stop = subscribe(listener);
  expect(listener).not.toHaveBeenCalled();
  await settle();
  expect(listener).toHaveBeenCalled();
  expect(view().status).toBe("live");
  stop();
  stop();
});

test("a listener that throws harms neither the room nor the other listeners", async () => {
  const { chat, relay, settle } = party();
  const report = vi.fn();
  vi.stubGlobal("reportError", report);
  const ann = chat("ann");
  const room = ann.room("lobby");
  const fault = (): never => {
    throw new Error("a fault of the application's");
  };
  const seen: string[] = [];
  ann.subscribe(fault);
  room.subscribe(fault);
  room.on("message", fault);
  room.on("message", ({ text }) => seen.push(text));
  await settle();
  relay.say("lobby", "bob", "Hello");
  await settle();
  expect(seen).toEqual(["Hello"]);
  expect(ann.state.status).toBe("open");
  expect(report).toHaveBeenCalled();
  vi.unstubAllGlobals();
});

test("messages of the past are shown, but only new ones are told", async () => {
  const { chat, relay, settle, pass } = party();
  relay.say("lobby", "bob", "past");
  const room = chat("ann").room("lobby");
  const told: string[] = [];
  room.on("message", ({ text }) => told.push(text));
  await settle();
  expect(texts(room)).toEqual(["past"]);
  relay.say("lobby", "bob", "new");
  await settle();
  relay.down();
  relay.say("lobby", "bob", "missed");
  relay.up();
  await pass(2_000);
  expect(told).toEqual(["new", "missed"]);
});

test("events of every kind are told", async () => {
  const { join, settle } = party();
  const ann = await join({ sub: "ann", rooms: { "*": "moderator" } });
  const told: string[] = [];
  for (const name of ["message", "edit", "delete", "reaction", "pin", "moderation", "settings"] as const) {
    ann.on(name, () => told.push(name));
  }
  await ann.post("one");
  await ann.edit(1, "uno");
  await ann.react(1, "👍");
  await ann.pin(1);
  await ann.configure({ slowMode: 5 });
  await settle();
  expect(ann.view().settings).toEqual({ slowMode: 5 });
  await ann.moderate("mute", "bob");
  await ann.delete(1);
  await settle();
  expect(told).toEqual(["message", "edit", "reaction", "pin", "settings", "moderation", "delete"]);
});

test("unread counts what others wrote after the marker, and the marker moves only forward", async () => {
  const { chat, relay, settle, pass } = party();
  relay.say("lobby", "bob", "before");
  const ann = chat("ann").room("lobby");
  ann.view();
  await settle();
  expect(ann.view()).toMatchObject({ unread: 0 });
  relay.say("lobby", "bob", "one");
  await ann.post("mine");
  relay.say("lobby", "bob", "two");
  await settle();
  expect(ann.view()).toMatchObject({ unread: 2, firstUnread: 2 });
  ann.markRead(2);
  expect(ann.view()).toMatchObject({ unread: 1, firstUnread: 4 });
  ann.markRead(1);
  expect(ann.view().unread).toBe(1);
  ann.markRead();
  expect(ann.view().unread).toBe(0);
  expect(ann.view().firstUnread).toBeUndefined();
  await pass(2_000);
  const said = relay.heard("ann").flatMap((packet) => (packet.type === "read" ? [packet.seq] : []));
  expect(said).toEqual([2, 4]);
});

test("the marker is kept by the relay, and moves on all of a user's devices", async () => {
  const { chat, relay, settle, pass } = party();
  const one = chat("ann").room("lobby");
  const two = chat("ann").room("lobby");
  one.view();
  two.view();
  await settle();
  relay.say("lobby", "bob", "Hello");
  await settle();
  expect(two.view().unread).toBe(1);
  one.markRead();
  await settle();
  expect(two.view().unread).toBe(0);
  await pass(2_000);
  relay.down();
  relay.say("lobby", "bob", "again");
  relay.up();
  const three = chat("ann").room("lobby");
  three.view();
  await pass(2_000);
  expect(three.view().unread).toBe(1);
});

test("what was marked as read while the line was down is told when it is back", async () => {
  const { join, relay, settle, pass } = party();
  const ann = await join("ann");
  relay.say("lobby", "bob", "one");
  await settle();
  ann.markRead();
  await pass(2_000);
  relay.say("lobby", "bob", "two");
  await settle();
  relay.down();
  await settle();
  ann.markRead();
  relay.up();
  await pass(4_000);
  expect(relay.heard("ann").at(-1)).toMatchObject({ type: "read", seq: 2 });
});

test("new messages can be iterated over until the handle is closed", async () => {
  const { chat, relay, settle } = party();
  relay.say("lobby", "bob", "past");
  const room = chat("ann").room("lobby");
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { text } of room) {
      seen.push(text);
      await settle();
    }
  })();
  await settle();
  for (const text of ["one", "two", "three"]) relay.say("lobby", "bob", text);
  await settle();
  await settle();
  await settle();
  await settle();
  expect(seen).toEqual(["one", "two", "three"]);
  room.close();
  await reading;
});

test("iterating ends with the reason when this user is removed", async () => {
  const { join, relay, settle } = party();
  const room = await join("ann");
  const reading = (async () => {
    for await (const _ of room);
  })();
  await settle();
  relay.room("lobby").enforce("kick", "ann");
  await expect(reading).rejects.toMatchObject({ code: "kicked" });
});

test("a room that runs for long holds a bounded number of messages", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  for (let n = 0; n < 12_000; n++) relay.say("lobby", "bob", `${n}`);
  await settle();
  const { messages, atBeginning } = ann.view();
  expect(messages.length).toBeLessThanOrEqual(5_000);
  expect(messages.at(-1)?.text).toBe("11999");
  expect(atBeginning).toBe(false);
  await ann.older(10);
  expect(ann.view().messages.length).toBe(messages.length + 10);
  expect(ann.view().messages[10]?.seq).toBe(messages[0]?.seq);
});

test("after close the view stands still, and everything that still waited ends with closed", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  await ann.post("one");
  relay.refuse("post", { code: "unavailable", message: "No." });
  const sent = ann.post("two");
  ann.close();
  ann.close();
  await settle();
  await expect(sent).rejects.toMatchObject({ code: "closed" });
  await expect(ann.post("three")).rejects.toMatchObject({ code: "closed" });
  await expect(ann.edit(1, "x")).rejects.toMatchObject({ code: "closed" });
  await expect(ann.older()).rejects.toMatchObject({ code: "closed" });
  expect(ann.view().messages[0]?.text).toBe("one");
  relay.say("lobby", "bob", "unseen");
  await settle();
  expect(ann.view().messages).toHaveLength(1);
});
