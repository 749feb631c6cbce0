import { beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../doubles/client.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

let relay: MemoryRelay;
let ann: Client;
let bob: Client;
let mia: Client;

beforeEach(async () => {
  relay = new MemoryRelay();
  ann = await relay.join("ann", "lobby");
  bob = await relay.join("bob", "lobby");
  mia = await relay.join({ id: "mia", rooms: { "*": "moderator" } }, "lobby");
});

const post = (id: string, text = id): { type: "post"; room: string; id: string; text: string } => ({
  type: "post",
  room: "lobby",
  id,
  text,
});

async function texts(room = "lobby"): Promise<string[]> {
  const { messages } = await bob.ask({ type: "history", room });
  return messages.map(({ text }) => text);
}

describe("[P2] the same user, room and id is stored once", () => {
  test("[LOG7] a repeat gets the place of the first time", async () => {
    const first = await ann.ask(post("1", "hello"));
    const again = await ann.ask(post("1", "hello"));
    expect(again).toEqual({ ...first, ref: expect.any(Number) as number, duplicate: true });
    expect(await texts()).toEqual(["hello"]);
    await relay.clock.settle();
    expect(bob.texts).toEqual(["hello"]);
  });

  test("also with other words, and as another packet: the first stays", async () => {
    const { seq } = await ann.ask(post("1", "first"));
    expect(await ann.ask(post("1", "second"))).toMatchObject({ seq, duplicate: true });
    const edit = { type: "edit" as const, room: "lobby", id: "1", target: seq, text: "third" };
    expect(await ann.ask(edit)).toMatchObject({ seq, duplicate: true });
    expect(await texts()).toEqual(["first"]);
  });

  test("a hundred times in one frame, and from two connections", async () => {
    const tab = await relay.join("ann", "lobby");
    for (const client of [ann, tab]) {
      client.say(...Array.from({ length: 100 }, (_, at) => ({ ...post("1", "once"), ref: 1000 + at })));
    }
    await relay.clock.settle();
    const oks = [...ann.of("ok"), ...tab.of("ok")].filter(({ ref }) => ref >= 1000);
    expect(oks).toHaveLength(200);
    expect(new Set(oks.map((ok) => ok["seq"]))).toEqual(new Set([1]));
    expect(oks.filter((ok) => ok["duplicate"] === undefined)).toHaveLength(1);
    expect(await texts()).toEqual(["once"]);
  });

  test("another user or another room is something else", async () => {
    await ann.ask(post("1", "of Ann"));
    await bob.ask(post("1", "of Bob"));
    await ann.ask({ ...post("1", "elsewhere"), room: "other" });
    expect(await texts()).toEqual(["of Ann", "of Bob"]);
    expect(await texts("other")).toEqual(["elsewhere"]);
  });

  test("[LOG7] a repeat from somebody muted, banned, locked out or without the right meanwhile still gets it", async () => {
    const first = await ann.ask(post("1", "hello"));
    const moderate = { type: "moderate" as const, room: "lobby", user: "ann" };
    await mia.ask({ type: "configure", room: "lobby", id: "c", locked: true });
    expect(await ann.ask(post("1"))).toMatchObject({ seq: first.seq, duplicate: true });
    await mia.ask({ ...moderate, id: "m1", action: "mute" });
    expect(await ann.ask(post("1"))).toMatchObject({ seq: first.seq, duplicate: true });
    await mia.ask({ ...moderate, id: "m2", action: "ban" });
    expect(await ann.ask(post("1"))).toMatchObject({ seq: first.seq, duplicate: true });
    expect(await ann.askInVain(post("2"))).toMatchObject({ code: "banned" });
    const reader = await relay.enter({ id: "ann", rooms: { lobby: [] } });
    expect(await reader.ask(post("1"))).toMatchObject({ seq: first.seq, duplicate: true });
  });

  test("[LOG7] a repeat in slow mode, also before the first try is stored", async () => {
    await mia.ask({ type: "configure", room: "lobby", id: "c", slowMode: 60 });
    ann.say({ ...post("1"), ref: 901 }, { ...post("1"), ref: 902 });
    await relay.clock.settle();
    expect(ann.replies(901)).toMatchObject([{ type: "ok" }]);
    expect(ann.replies(902)).toMatchObject([{ type: "ok", duplicate: true }]);
  });
});

test("[WIRE8] what one connection writes is stored in the order in which it was sent", async () => {
  const order = Array.from({ length: 300 }, (_, at) => `${at}`);
  for (let at = 0; at < 300; at += 100) {
    const batch = order.slice(at, at + 100);
    ann.say(...batch.map((id, each) => ({ ...post(id), ref: 1000 + at + each, room: "fresh" })));
  }
  await relay.clock.settle();
  const { messages } = await bob.ask({ type: "history", room: "fresh", limit: 200 });
  const { messages: older } = await bob.ask({
    type: "history",
    room: "fresh",
    limit: 200,
    before: messages[0]?.seq,
  });
  expect([...older, ...messages].map(({ text }) => text)).toEqual(order);
});

test("[LOG9] pages of history hold every message once", async () => {
  for (let each = 0; each < 25; each++) await ann.ask(post(`${each}`));
  const seen: number[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await bob.ask({ type: "history", room: "lobby", limit: 7, ...(before && { before }) });
    seen.unshift(...page.messages.map(({ seq }) => seq));
    before = page.messages[0]?.seq;
    if (!page.more) break;
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
});

test("[LOG1] `at` never decreases, though the clock is set back", async () => {
  await ann.ask(post("1"));
  relay.clock.jump(-3_600_000);
  await ann.ask(post("2"));
  relay.clock.jump(7_200_000);
  await ann.ask(post("3"));
  await relay.clock.settle();
  const ats = bob.of("event").map(({ at }) => at);
  expect(ats).toEqual([...ats].sort((a, b) => a - b));
  expect(bob.seqs("lobby")).toEqual([1, 2, 3]);
});

describe("[LIM1] sizes", () => {
  test("a text is counted in code points", async () => {
    await ann.ask(post("1", "🙂".repeat(4000)));
    await ann.ask(post("2", "\u0000".repeat(4000)));
    const over = await ann.askInVain(post("3", "x".repeat(4001)));
    expect(over).toMatchObject({ code: "too-large", room: "lobby" });
    expect(over.message).toContain("4001");
    expect(
      await ann.askInVain({ type: "edit", room: "lobby", id: "4", target: 1, text: "🙂".repeat(4001) }),
    ).toMatchObject({
      code: "too-large",
    });
  });

  test("data is counted in bytes", async () => {
    const sized = (bytes: number): object => ({ a: "é".repeat((bytes - 8) / 2) });
    await ann.ask({ ...post("1"), data: sized(4096) });
    expect(await ann.askInVain({ ...post("2"), data: sized(4098) })).toMatchObject({ code: "too-large" });
    ann.say({ type: "signal", room: "lobby", name: "x", data: sized(4098) });
    await relay.clock.settle();
    expect(ann.last("error")).toMatchObject({ code: "too-large", room: "lobby" });
    expect(bob.of("signal")).toEqual([]);
  });
});

describe("[AZ-02] without the verb", () => {
  const writes: Record<string, unknown>[] = [
    post("w"),
    { type: "edit", target: 1, text: "x" },
    { type: "delete", target: 1 },
    { type: "react", target: 1, emoji: "👍", on: true },
    { type: "pin", target: 1, on: true },
    { type: "moderate", action: "kick", user: "bob" },
    { type: "moderate", action: "ban", user: "bob" },
    { type: "moderate", action: "mute", user: "bob" },
    { type: "configure", title: "mine" },
  ];

  test.each(writes)("a reader is refused, and nothing is stored: %j", async (write) => {
    await mia.ask(post("m"));
    const eve = await relay.join({ id: "eve", rooms: { lobby: "reader" } }, "lobby");
    const request = { id: "e", ...write, room: "lobby", type: String(write["type"]) };
    expect(await eve.askInVain(request)).toMatchObject({ code: "forbidden", room: "lobby" });
    await relay.clock.settle();
    expect(bob.seqs("lobby")).toEqual([1]);
    eve.say({ type: "typing", room: "lobby", on: true }, { type: "signal", room: "lobby", name: "x" });
    await relay.clock.settle();
    expect([...bob.of("typing"), ...bob.of("signal")]).toEqual([]);
  });

  test("a member is refused what moderators do", async () => {
    await mia.ask(post("m"));
    for (const write of writes.slice(4)) {
      const request = { id: "e", ...write, room: "lobby", type: String(write["type"]) };
      expect(await ann.askInVain(request)).toMatchObject({ code: "forbidden" });
    }
  });

  test("[LOG3] one edits and deletes one's own messages; others' only with `delete-any`", async () => {
    const { seq } = await ann.ask(post("1", "of Ann"));
    const change = { room: "lobby", target: seq };
    expect(await bob.askInVain({ type: "edit", id: "2", text: "x", ...change })).toMatchObject({
      code: "forbidden",
    });
    expect(await bob.askInVain({ type: "delete", id: "3", ...change })).toMatchObject({ code: "forbidden" });
    expect(await mia.askInVain({ type: "edit", id: "4", text: "x", ...change })).toMatchObject({
      code: "forbidden",
    });
    await ann.ask({ type: "edit", id: "5", text: "better", ...change });
    await mia.ask({ type: "delete", id: "6", reason: "because", ...change });
    expect(await texts()).toEqual([""]);
  });
});

test.each(["edit", "delete", "react", "pin"])(
  "[LOG6] %s of what is no message is not found",
  async (type) => {
    const { seq } = await mia.ask(post("1"));
    const pinned = await mia.ask({ type: "pin", room: "lobby", id: "2", target: seq, on: true });
    await mia.ask(post("3"));
    await mia.ask({ type: "delete", room: "lobby", id: "4", target: 3 });
    for (const target of [pinned.seq, 3, 4, 99, Number.MAX_SAFE_INTEGER]) {
      const request = { type, room: "lobby", id: `x${target}`, target, text: "x", emoji: "👍", on: true };
      expect(await mia.askInVain(request), `${target}`).toMatchObject({ code: "not-found", room: "lobby" });
    }
  },
);

test("[P5] [LOG4] a deleted message is told to nobody any more: by page, by replay, by repeat", async () => {
  const { seq, epoch } = await ann.ask({ ...post("1", "secret words"), data: { secret: "datum" } });
  await ann.ask({ type: "edit", room: "lobby", id: "2", target: seq, text: "secret edit" });
  await ann.ask({ type: "react", room: "lobby", id: "3", target: seq, emoji: "👍", on: true });
  await ann.ask({ type: "delete", room: "lobby", id: "4", target: seq });
  const cid = await relay.enter("cid");
  await cid.ask({ type: "join", room: "lobby" });
  await cid.ask({ type: "join", room: "lobby", since: { epoch, seq: 0 } });
  await cid.ask({ type: "history", room: "lobby" });
  await ann.ask(post("1", "secret words"));
  ann.forget();
  await ann.ask({ type: "join", room: "lobby", since: { epoch, seq: 0 } });
  for (const client of [cid, ann]) expect(JSON.stringify(client.heard)).not.toMatch(/secret|datum/);
});

describe("[LOG5] reactions", () => {
  const react = (id: string, on: boolean, emoji = "👍"): { type: "react" } & Record<string, unknown> => ({
    type: "react",
    room: "lobby",
    id,
    target: 1,
    emoji,
    on,
  });

  test("count a user once", async () => {
    await ann.ask(post("1"));
    await ann.ask(react("2", true));
    await ann.ask(react("3", true));
    await bob.ask(react("2", true));
    await bob.ask(react("3", false));
    await bob.ask(react("4", false));
    const { messages } = await ann.ask({ type: "history", room: "lobby" });
    expect(messages[0]?.reactions).toEqual({ "👍": { count: 1, mine: true } });
    await relay.clock.settle();
    expect(bob.of("event").flatMap((event) => (event.kind === "reaction" ? event.count : []))).toEqual([
      1, 1, 2, 1, 1,
    ]);
  });

  test.each(["", "a", "constructor", "__proto__", "1", "👍 ", "👍a", "\u0000", "👍".repeat(40), "<b>"])(
    "are emoji: %j is refused",
    async (emoji) => {
      await ann.ask(post("1"));
      expect(await ann.askInVain(react("2", true, emoji))).toMatchObject({ code: "invalid" });
    },
  );

  test("[P6] are of a few kinds, so that every client can draw them", async () => {
    await ann.ask(post("1"));
    for (let each = 0; each < 32; each++) {
      await ann.ask(react(`r${each}`, true, String.fromCodePoint(0x1f600 + each)));
    }
    expect(await ann.askInVain(react("r32", true, "👍"))).toMatchObject({ code: "too-large" });
    await bob.ask(react("x", true, String.fromCodePoint(0x1f600)));
  });
});
