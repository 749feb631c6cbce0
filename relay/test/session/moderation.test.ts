import { beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../doubles/client.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

let relay: MemoryRelay;
let ann: Client;
let bob: Client;
let mia: Client;
let ids = 0;

beforeEach(async () => {
  relay = new MemoryRelay();
  ann = await relay.join("ann", "lobby");
  bob = await relay.join("bob", "lobby");
  mia = await relay.join({ id: "mia", name: "Mia", rooms: { "*": "moderator" } }, "lobby");
});

function moderate(action: string, more: object = {}): Promise<unknown> {
  return mia.ask({ type: "moderate", room: "lobby", id: `m-${++ids}`, action, user: "ann", ...more });
}

function configure(settings: object): Promise<unknown> {
  return mia.ask({ type: "configure", room: "lobby", id: `c-${++ids}`, ...settings });
}

const attempt = (client: Client, text = "x"): Promise<{ type: string; code?: string; retryAfter?: number }> =>
  client.reply({ type: "post", room: "lobby", id: `p-${++ids}`, text });

test("[MOD5] every act is an event that all are told, with who did it and why", async () => {
  await moderate("mute", { for: 60, reason: "too loud" });
  await relay.clock.settle();
  expect(bob.last("event")).toMatchObject({
    kind: "moderation",
    action: "mute",
    user: "ann",
    reason: "too loud",
    until: relay.clock.now() + 60_000,
    by: { id: "mia", name: "Mia", role: "moderator" },
  });
});

describe("[MOD1] who is muted", () => {
  test("reads on, and is refused what others would notice", async () => {
    await bob.post("lobby", "before");
    await moderate("mute");
    const writes = [
      { type: "post", text: "x" },
      { type: "edit", target: 1, text: "x" },
      { type: "delete", target: 1 },
      { type: "react", target: 1, emoji: "👍", on: true },
    ];
    for (const write of writes) {
      expect(await ann.askInVain({ ...write, room: "lobby", id: `w-${++ids}` })).toMatchObject({
        code: "muted",
        room: "lobby",
      });
    }
    ann.say({ type: "typing", room: "lobby", on: true }, { type: "signal", room: "lobby", name: "x" });
    await bob.post("lobby", "after");
    await relay.clock.settle();
    expect(ann.texts).toEqual(["before", "after"]);
    expect([...bob.of("typing"), ...bob.of("signal")]).toEqual([]);
    await ann.ask({ type: "history", room: "lobby" });
    await ann.ask({ type: "join", room: "lobby" });
    ann.say({ type: "read", room: "lobby", seq: 1 });
    await moderate("unmute");
    expect((await attempt(ann)).type).toBe("ok");
  });

  test("may write again when it ends, and is told when that is", async () => {
    await moderate("mute", { for: 60 });
    expect(await attempt(ann)).toMatchObject({ code: "muted", retryAfter: 60_000 });
    await relay.clock.pass(59_999);
    expect((await attempt(ann)).code).toBe("muted");
    await relay.clock.pass(1);
    expect((await attempt(ann)).type).toBe("ok");
  });

  test("is muted also where nobody was in the room since", async () => {
    await moderate("mute");
    for (const client of [ann, bob, mia]) await client.vanish();
    await relay.clock.pass(120_000);
    expect(relay.core.context.rooms.size).toBe(0);
    const again = await relay.join("ann", "lobby");
    expect((await attempt(again)).code).toBe("muted");
  });

  test("for longer than a number can tell is muted for good, and everybody understands the event", async () => {
    await moderate("mute", { for: Number.MAX_SAFE_INTEGER });
    await relay.clock.settle();
    expect(bob.last("event")).toMatchObject({ kind: "moderation", user: "ann" });
    expect((await attempt(ann)).code).toBe("muted");
  });
});

describe("[MOD2] [AZ-04] who is banned", () => {
  test("is out on all connections at once, hears no more, and is refused everything", async () => {
    const tab = await relay.join("ann", "lobby");
    await bob.post("lobby", "before");
    await moderate("ban", { reason: "spam" });
    await bob.post("lobby", "after");
    bob.say({ type: "typing", room: "lobby", on: true });
    await relay.clock.pass(10_000);
    for (const client of [ann, tab]) {
      expect(client.texts).toEqual(["before"]);
      expect(client.heard.at(-1)).toMatchObject({ type: "left", code: "banned", room: "lobby" });
      expect(client.of("left")).toHaveLength(1);
      expect(client.socket.closed).toBeUndefined();
    }
    for (const type of ["join", "history", "members"]) {
      expect(await ann.askInVain({ type, room: "lobby" })).toMatchObject({ code: "banned" });
    }
    expect((await attempt(ann)).code).toBe("banned");
    expect(bob.last("presence")).toMatchObject({ left: ["ann"] });
    await ann.ask({ type: "join", room: "elsewhere" });
  });

  test("may come back when it ends", async () => {
    await moderate("ban", { for: 60 });
    expect(await ann.askInVain({ type: "join", room: "lobby" })).toMatchObject({
      code: "banned",
      retryAfter: 60_000,
    });
    await relay.clock.pass(60_000);
    await ann.ask({ type: "join", room: "lobby" });
  });

  test("may come back when it is taken back", async () => {
    await moderate("ban");
    await moderate("unban");
    await ann.ask({ type: "join", room: "lobby" });
    expect((await attempt(ann)).type).toBe("ok");
  });

  test("while joining is not let in", async () => {
    const tab = await relay.enter("ann");
    mia.say({ type: "moderate", ref: 900, room: "lobby", id: "now", action: "ban", user: "ann" });
    tab.say({ type: "join", ref: 900, room: "lobby" });
    await relay.clock.settle();
    await bob.post("lobby", "after");
    await relay.clock.settle();
    expect(tab.texts).toEqual([]);
  });

  test("who joins again in the very moment of the ban hears no more, and is gone from the list", async () => {
    mia.say({ type: "moderate", ref: 900, room: "lobby", id: "now", action: "ban", user: "ann" });
    ann.say({ type: "join", ref: 900, room: "lobby" });
    await relay.clock.settle();
    await bob.post("lobby", "after");
    await relay.clock.pass(10_000);
    expect(ann.texts).toEqual([]);
    expect((await bob.ask({ type: "members", room: "lobby" })).members.map(({ id }) => id)).toEqual([
      "bob",
      "mia",
    ]);
  });

  test("can be banned without being here", async () => {
    await moderate("ban", { user: "nobody-yet" });
    const nobody = await relay.enter("nobody-yet");
    expect(await nobody.askInVain({ type: "join", room: "lobby" })).toMatchObject({ code: "banned" });
  });
});

test("[MOD3] who is kicked is out on all connections, and may join again", async () => {
  const tab = await relay.join("ann", "lobby");
  await moderate("kick");
  await relay.clock.settle();
  for (const client of [ann, tab]) expect(client.last("left")).toMatchObject({ code: "kicked" });
  expect(await ann.askInVain({ type: "leave", room: "lobby" })).toMatchObject({ code: "not-joined" });
  await ann.ask({ type: "join", room: "lobby" });
  await bob.post("lobby", "welcome back");
  await relay.clock.settle();
  expect(ann.texts).toEqual(["welcome back"]);
  expect(tab.texts).toEqual([]);
});

describe("[MOD6] the one concerned is told why", () => {
  test("a muted user who joins knows it, until when, and why; and no more when it has ended", async () => {
    await moderate("mute", { for: 60, reason: "too loud" });
    const until = relay.clock.now() + 60_000;
    expect(await ann.ask({ type: "join", room: "lobby" })).toMatchObject({
      muted: { until, reason: "too loud" },
    });
    expect(await bob.ask({ type: "join", room: "lobby" })).not.toHaveProperty("muted");
    expect(await attempt(ann)).toMatchObject({ code: "muted", reason: "too loud" });
    await relay.clock.pass(60_000);
    expect(await ann.ask({ type: "join", room: "lobby" })).not.toHaveProperty("muted");
  });

  test("who is kicked or banned is given the reason apart from the sentence, and the end of a ban", async () => {
    await moderate("kick", { reason: "read the rules" });
    await relay.clock.settle();
    expect(ann.last("left")).toMatchObject({ code: "kicked", reason: "read the rules" });
    await ann.ask({ type: "join", room: "lobby" });
    await moderate("ban", { for: 60, reason: "spam" });
    await relay.clock.settle();
    expect(ann.last("left")).toMatchObject({ code: "banned", reason: "spam", retryAfter: 60_000 });
    expect(await ann.askInVain({ type: "join", room: "lobby" })).toMatchObject({
      code: "banned",
      reason: "spam",
      retryAfter: 60_000,
    });
  });
});

describe("[MOD7] who is restricted", () => {
  const restricted = (client: Client, more: object = {}) =>
    client.ask({ type: "restrictions", room: "lobby", ...more });

  test("is told to moderators by name, page by page, as long as it holds", async () => {
    await moderate("mute", { for: 60, reason: "too loud" });
    await moderate("mute", { user: "nobody-yet" });
    await moderate("ban", { user: "bob" });
    expect(await restricted(mia)).toMatchObject({
      restrictions: [
        { user: "ann", name: "ann", mute: { until: relay.clock.now() + 60_000, reason: "too loud" } },
        { user: "bob", name: "bob", ban: {} },
        { user: "nobody-yet", mute: {} },
      ],
    });
    const first = await restricted(mia, { limit: 2 });
    expect(first).toMatchObject({ restrictions: [{ user: "ann" }, { user: "bob" }], next: "bob" });
    const second = await restricted(mia, { limit: 2, after: "bob" });
    expect(second.restrictions).toEqual([{ user: "nobody-yet", mute: {} }]);
    expect(second.next).toBeUndefined();
    await relay.clock.pass(60_000);
    // Gone by now, and still known by name: it was noted when it happened.
    await moderate("unban", { user: "bob" });
    await moderate("mute", { user: "ann" });
    expect((await restricted(mia)).restrictions.map(({ user }) => user)).toEqual(["ann", "nobody-yet"]);
  });

  test("is nobody else's business", async () => {
    expect(await bob.askInVain({ type: "restrictions", room: "lobby" })).toMatchObject({ code: "forbidden" });
  });
});

test("[LOG10] a join names the pinned messages", async () => {
  await bob.post("lobby", "one");
  await bob.post("lobby", "two");
  const pin = (target: number) =>
    mia.ask({ type: "pin", room: "lobby", id: `pin-${target}`, target, on: true });
  expect(await ann.ask({ type: "join", room: "lobby" })).not.toHaveProperty("pins");
  await pin(2);
  await pin(1);
  expect(await ann.ask({ type: "join", room: "lobby" })).toMatchObject({ pins: [2, 1] });
});

describe("[MOD4] settings", () => {
  test("a locked room is open to who may configure it", async () => {
    await configure({ locked: true });
    expect(await attempt(ann)).toMatchObject({ code: "locked", room: "lobby" });
    expect((await attempt(mia)).type).toBe("ok");
    await configure({ locked: false });
    expect((await attempt(ann)).type).toBe("ok");
  });

  test("slow mode holds one user's posts apart, also two in one frame and in two tabs", async () => {
    await configure({ slowMode: 10 });
    const tab = await relay.join("ann", "lobby");
    ann.say(
      { type: "post", ref: 901, room: "lobby", id: "s1", text: "1" },
      { type: "post", ref: 902, room: "lobby", id: "s2", text: "2" },
    );
    tab.say({ type: "post", ref: 903, room: "lobby", id: "s3", text: "3" });
    await relay.clock.settle();
    expect(ann.replies(901)).toMatchObject([{ type: "ok" }]);
    expect(ann.replies(902)).toMatchObject([{ code: "slow-mode", retryAfter: 10_000 }]);
    expect(tab.replies(903)).toMatchObject([{ code: "slow-mode" }]);
    expect((await attempt(bob)).type).toBe("ok");
    expect((await attempt(mia)).type).toBe("ok");
    await relay.clock.pass(9000);
    expect(await attempt(ann)).toMatchObject({ code: "slow-mode", retryAfter: 1000 });
    await relay.clock.pass(1000);
    expect((await attempt(ann)).type).toBe("ok");
    await configure({ slowMode: 0 });
    expect((await attempt(ann)).type).toBe("ok");
  });

  test("in slow mode other acts are free", async () => {
    await configure({ slowMode: 10 });
    await ann.post("lobby", "one");
    await ann.ask({ type: "react", room: "lobby", id: "r", target: 2, emoji: "👍", on: true });
    await ann.ask({ type: "edit", room: "lobby", id: "e", target: 2, text: "two" });
  });

  test("change one by one, and are told whole", async () => {
    await configure({ title: "Lobby" });
    await configure({ slowMode: 5, locked: true });
    await configure({ title: "" });
    await relay.clock.settle();
    const told = bob.of("event").flatMap((event) => (event.kind === "settings" ? [event.settings] : []));
    expect(told).toEqual([
      { title: "Lobby" },
      { title: "Lobby", slowMode: 5, locked: true },
      { slowMode: 5, locked: true },
    ]);
  });
});
