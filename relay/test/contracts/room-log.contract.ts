import type { RoomEvent } from "@natter/sdk/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { MIN_ID_AGE_MS, roomKeyOf, type Content, type Engine } from "../../src/engine/engine.ts";
import type { Retention } from "../../src/engine/retention.ts";
import { roomName } from "../doubles/events.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import {
  appendOne,
  author,
  draft,
  ENDLESS,
  everythingTold,
  fill,
  GARDEN,
  listen,
  LOBBY,
  says,
  THEIR_LOBBY,
  type MakeEngine,
} from "./harness.ts";

/** What every log of rooms must do, whatever it writes to. */
export function roomLogContract(make: MakeEngine): void {
  let clock: FakeClock;
  let engine: Engine;

  async function open(retention: Partial<Retention> = {}): Promise<Engine> {
    return (engine = await make({ clock, retention: { ...ENDLESS, ...retention } }));
  }

  beforeEach(() => {
    clock = new FakeClock();
  });

  async function events(after = 0): Promise<RoomEvent[]> {
    const { epoch } = await engine.log.head(LOBBY);
    const replay = await engine.log.after(LOBBY, epoch, after, 1_000_000);
    if (!replay.ok) throw new Error(`The log cannot tell what came after ${after}.`);
    return replay.events;
  }

  async function messages(limit = 100, before?: number) {
    return (await engine.log.page(LOBBY, limit, before)).messages;
  }

  const add = (content: Content, by = "ann") => appendOne(engine, draft(content, by));

  describe("places", () => {
    test("a room that nobody has written to stands at 0, with an epoch that stays", async () => {
      await open();
      const head = await engine.log.head(LOBBY);
      expect(head).toMatchObject({ seq: 0, settings: {} });
      expect(head.restrictions.size).toBe(0);
      expect(head.epoch).toMatch(/./);
      expect(await engine.log.after(LOBBY, head.epoch, 0, 10)).toEqual({
        ok: true,
        epoch: head.epoch,
        events: [],
        seq: 0,
      });
      expect(await engine.log.page(LOBBY, 10)).toEqual({
        epoch: head.epoch,
        seq: 0,
        messages: [],
        more: false,
      });
      expect(await appendOne(engine, says("first"))).toMatchObject({ epoch: head.epoch, seq: 1 });
    });

    test("[LOG1] seq begins at 1 and grows by exactly 1, in every room for itself", async () => {
      await open();
      const rooms = [LOBBY, GARDEN, LOBBY, THEIR_LOBBY, LOBBY, GARDEN];
      const results = await engine.log.append(rooms.map((room) => says("hi", "ann", { room })));
      expect(results.map((result) => result.ok && result.seq)).toEqual([1, 1, 2, 1, 3, 2]);
      expect(await appendOne(engine, says("hi"))).toMatchObject({ ok: true, seq: 4 });
    });

    test("[LOG1] at is the relay's time, and never decreases when its clock is set back", async () => {
      await open();
      const start = clock.now();
      await fill(engine, 1);
      clock.jump(5000);
      await fill(engine, 1);
      clock.jump(-60_000);
      await fill(engine, 2);
      clock.jump(70_000);
      await fill(engine, 1);
      expect((await events()).map(({ at }) => at - start)).toEqual([0, 5000, 5000, 5000, 15_000]);
    });

    test("[P7] rooms of one name in two apps never meet", async () => {
      await open();
      await appendOne(engine, says("ours", "ann", { id: "x" }));
      expect(await engine.log.page(THEIR_LOBBY, 10)).toMatchObject({ seq: 0, messages: [] });
      expect(await engine.log.find(THEIR_LOBBY, "ann", "x")).toBeUndefined();
      expect(await appendOne(engine, says("theirs", "ann", { id: "x", room: THEIR_LOBBY }))).toMatchObject({
        seq: 1,
        duplicate: false,
      });
    });

    test("names with every kind of character are rooms of their own", async () => {
      await open();
      const names = ["a'b", 'a"b', "a%b", "a\\b", "Ab", "ab", "été", "部屋", "💬", "a;DROP TABLE rooms"];
      const rooms = names.map((name) => roomKeyOf("default", roomName(name)));
      await engine.log.append(rooms.map((room, at) => says(names[at] ?? "", "ann", { room })));
      for (const [at, room] of rooms.entries()) {
        const page = await engine.log.page(room, 10);
        expect(page.messages.map(({ text }) => text)).toEqual([names[at]]);
      }
    });
  });

  describe("[P2] a repeat", () => {
    test("of the same user, room and id is stored once, and answered as the first time", async () => {
      await open();
      const once = says("once", "ann", { id: "x" });
      const first = await appendOne(engine, once);
      await fill(engine, 3);
      clock.jump(10_000);
      expect(await appendOne(engine, once)).toEqual({ ...first, duplicate: true });
      expect(await engine.log.find(LOBBY, "ann", "x")).toEqual({ ...first, duplicate: true });
      expect(await events()).toHaveLength(4);
    });

    test("with other content leaves the first as it was", async () => {
      await open();
      await appendOne(engine, says("first", "ann", { id: "x" }));
      const second = await appendOne(engine, says("second", "ann", { id: "x" }));
      const third = await appendOne(
        engine,
        draft({ kind: "delete", target: 1 }, "ann", { id: "x", ownOnly: true }),
      );
      expect([second, third]).toMatchObject([
        { ok: true, seq: 1, duplicate: true },
        { ok: true, seq: 1, duplicate: true },
      ]);
      expect((await messages()).map(({ text }) => text)).toEqual(["first"]);
    });

    test("by another user, or in another room, is new", async () => {
      await open();
      const results = await engine.log.append([
        says("a", "ann", { id: "x" }),
        says("b", "bob", { id: "x" }),
        says("c", "ann", { id: "x", room: GARDEN }),
        says("d", "ann", { id: "X" }),
      ]);
      expect(results.map((result) => result.ok && [result.seq, result.duplicate])).toEqual([
        [1, false],
        [2, false],
        [1, false],
        [3, false],
      ]);
    });

    test("inside one batch is found there", async () => {
      await open();
      const results = await engine.log.append([
        says("a", "ann", { id: "x" }),
        says("b", "ann", { id: "y" }),
        says("a", "ann", { id: "x" }),
        says("c", "ann", { id: "z" }),
      ]);
      expect(results.map((result) => result.ok && [result.seq, result.duplicate])).toEqual([
        [1, false],
        [2, false],
        [1, true],
        [3, false],
      ]);
    });

    test("of what was refused is looked at anew", async () => {
      await open();
      const pin = draft({ kind: "pin", target: 1, on: true }, "ann", { id: "x" });
      expect(await appendOne(engine, pin)).toMatchObject({ ok: false });
      expect(await engine.log.find(LOBBY, "ann", "x")).toBeUndefined();
      await fill(engine, 1);
      expect(await appendOne(engine, pin)).toMatchObject({ ok: true, seq: 2, duplicate: false });
    });

    test("of what nobody sent is not found", async () => {
      await open();
      await appendOne(engine, says("a", "ann", { id: "x" }));
      expect(await engine.log.find(LOBBY, "bob", "x")).toBeUndefined();
      expect(await engine.log.find(LOBBY, "ann", "y")).toBeUndefined();
      expect(await engine.log.find(GARDEN, "ann", "x")).toBeUndefined();
    });
  });

  describe("what an event makes of the room", () => {
    const started = { seq: 1, at: 1_800_000_000_000, by: author("ann"), text: "hello" };

    beforeEach(async () => {
      await open();
      await appendOne(engine, says("hello", "ann", { id: "first" }));
      clock.jump(1000);
    });

    test("a message has what its author gave it", async () => {
      const data = JSON.parse('{"__proto__": {"a": 1}, "list": [1, "two", null]}') as Record<string, unknown>;
      const by = { id: "bob", name: "Bob 🎈", picture: "https://example.org/b.png", role: "member" };
      await appendOne(engine, {
        ...draft({ kind: "message", text: "“quoted” \u0000 \n 'it' \u{1F600}", reply: 1, data }),
        by,
        id: "second",
      });
      const second = (await messages())[1];
      expect(second).toEqual({
        seq: 2,
        at: clock.now(),
        id: "second",
        by,
        text: "“quoted” \u0000 \n 'it' \u{1F600}",
        reply: 1,
        data,
      });
      expect(JSON.stringify(second?.data)).toBe('{"__proto__":{"a":1},"list":[1,"two",null]}');
      expect(await events(1)).toEqual([
        {
          type: "event",
          room: "lobby",
          seq: 2,
          at: clock.now(),
          kind: "message",
          id: "second",
          by,
          text: "“quoted” \u0000 \n 'it' \u{1F600}",
          reply: 1,
          data,
        },
      ]);
    });

    test("an edit changes the text, and its event tells the new one", async () => {
      await add({ kind: "edit", target: 1, text: "hello again" });
      expect(await messages()).toEqual([
        { ...started, id: "first", text: "hello again", editedAt: clock.now() },
      ]);
      expect(await events()).toMatchObject([
        { kind: "message", text: "hello" },
        { kind: "edit", target: 1, text: "hello again", at: clock.now() },
      ]);
    });

    test("[LOG4] a delete leaves place, author and time, and nothing else", async () => {
      await add({ kind: "reaction", target: 1, emoji: "👍", on: true }, "bob");
      await add({ kind: "pin", target: 1, on: true }, "bob");
      await add({ kind: "delete", target: 1, reason: "spam" }, "bob");
      expect(await messages()).toEqual([
        { ...started, id: "first", text: "", deletedAt: clock.now(), removed: { reason: "spam" } },
      ]);
      expect((await events()).at(-1)).toMatchObject({ kind: "delete", target: 1, reason: "spam" });
    });

    test("[LOG5] a reaction counts a user once, however often it is put on or taken off", async () => {
      const like = (by: string, on: boolean) => add({ kind: "reaction", target: 1, emoji: "👍", on }, by);
      await like("bob", true);
      await like("bob", true);
      await like("cleo", true);
      await add({ kind: "reaction", target: 1, emoji: "🎉", on: true }, "bob");
      expect((await messages())[0]?.reactions).toEqual({ "👍": ["bob", "cleo"], "🎉": ["bob"] });
      await like("bob", false);
      await like("bob", false);
      await like("nobody", false);
      expect((await messages())[0]?.reactions).toEqual({ "👍": ["cleo"], "🎉": ["bob"] });
      await like("cleo", false);
      await add({ kind: "reaction", target: 1, emoji: "🎉", on: false }, "bob");
      expect((await messages())[0]).toEqual({ ...started, id: "first" });
      const counts = (await events(1)).map((event) => event.kind === "reaction" && event.count);
      expect(counts).toEqual([1, 1, 2, 1, 1, 1, 1, 0, 0]);
    });

    test("a pin is put on and taken off", async () => {
      await add({ kind: "pin", target: 1, on: true }, "bob");
      expect((await messages())[0]).toEqual({ ...started, id: "first", pinned: true });
      await add({ kind: "pin", target: 1, on: false }, "bob");
      expect((await messages())[0]).toEqual({ ...started, id: "first" });
    });

    test("settings are told whole after each change, and stay", async () => {
      await add({ kind: "settings", change: { title: "Tea", slowMode: 5 } });
      await add({ kind: "settings", change: { locked: true, slowMode: 0 } });
      expect(await events(1)).toMatchObject([
        { kind: "settings", settings: { title: "Tea", slowMode: 5 } },
        { kind: "settings", settings: { title: "Tea", locked: true } },
      ]);
      expect((await engine.log.head(LOBBY)).settings).toEqual({ title: "Tea", locked: true });
      expect((await engine.log.head(GARDEN)).settings).toEqual({});
    });

    test("moderation restricts until it is taken back, and a kick restricts nobody", async () => {
      const until = clock.now() + 60_000;
      await add({ kind: "moderation", action: "mute", user: "bob", until, reason: "loud" });
      await add({ kind: "moderation", action: "ban", user: "bob" });
      await add({ kind: "moderation", action: "kick", user: "cleo" });
      await add({ kind: "moderation", action: "mute", user: "dan", name: "Dan" });
      const restricted = async () => Object.fromEntries((await engine.log.head(LOBBY)).restrictions);
      expect(await restricted()).toEqual({
        bob: [{ kind: "mute", until, reason: "loud" }, { kind: "ban" }],
        dan: [{ kind: "mute", name: "Dan" }],
      });
      await add({ kind: "moderation", action: "mute", user: "bob" });
      await add({ kind: "moderation", action: "unmute", user: "dan" });
      expect(await restricted()).toEqual({ bob: [{ kind: "ban" }, { kind: "mute" }] });
      await add({ kind: "moderation", action: "unban", user: "bob" });
      await add({ kind: "moderation", action: "unmute", user: "bob" });
      expect(await restricted()).toEqual({});
      expect((await events(1))[0]).toMatchObject({ kind: "moderation", action: "mute", user: "bob", until });
    });

    test("[LOG10] the messages pinned last are named in the order in which they were pinned", async () => {
      const pins = async () => (await engine.log.head(LOBBY)).pins;
      for (let seq = 2; seq <= 25; seq++) await appendOne(engine, says(`${seq}`));
      await add({ kind: "pin", target: 3, on: true });
      await add({ kind: "pin", target: 1, on: true });
      await add({ kind: "pin", target: 2, on: true });
      expect(await pins()).toEqual([3, 1, 2]);
      await add({ kind: "pin", target: 3, on: true });
      await add({ kind: "pin", target: 1, on: false });
      await add({ kind: "delete", target: 2 });
      expect(await pins()).toEqual([3]);
      for (let seq = 4; seq <= 25; seq++) await add({ kind: "pin", target: seq, on: true });
      expect(await pins()).toEqual(Array.from({ length: 20 }, (_, at) => at + 6));
      expect((await engine.log.head(GARDEN)).pins).toEqual([]);
    });

    test("[LOG11] a message that another than its author deleted says so, and why", async () => {
      await appendOne(engine, says("second"));
      await appendOne(engine, says("third"));
      await add({ kind: "delete", target: 1, reason: "Advertising" }, "bob");
      await add({ kind: "delete", target: 2 }, "bob");
      await add({ kind: "delete", target: 3, reason: "Changed my mind" });
      expect((await messages()).map(({ removed }) => removed)).toEqual([
        { reason: "Advertising" },
        {},
        undefined,
      ]);
    });

    test("events of one batch build on each other", async () => {
      await engine.log.append([
        says("second"),
        draft({ kind: "edit", target: 2, text: "second, better" }),
        draft({ kind: "reaction", target: 2, emoji: "👍", on: true }, "bob"),
        draft({ kind: "delete", target: 1 }),
        draft({ kind: "settings", change: { title: "A" } }),
        draft({ kind: "settings", change: { locked: true } }),
      ]);
      expect(await messages()).toMatchObject([
        { seq: 1, text: "", deletedAt: clock.now() },
        { seq: 2, text: "second, better", reactions: { "👍": ["bob"] } },
      ]);
      expect((await engine.log.head(LOBBY)).settings).toEqual({ title: "A", locked: true });
    });
  });

  describe("a refusal stores nothing", () => {
    const targeting: Content[] = [
      { kind: "edit", target: 9, text: "x" },
      { kind: "delete", target: 9 },
      { kind: "reaction", target: 9, emoji: "👍", on: true },
      { kind: "pin", target: 9, on: true },
      { kind: "message", text: "x", reply: 9 },
    ];

    beforeEach(async () => {
      await open();
      await fill(engine, 2);
      await add({ kind: "pin", target: 2, on: true });
    });

    test.each(targeting)("[LOG6] of a target that is not there: $kind", async (content) => {
      expect(await add(content)).toMatchObject({ ok: false, code: "not-found" });
      expect(await events()).toHaveLength(3);
    });

    test.each(targeting)("[LOG6] of a target that is no message: $kind", async (content) => {
      const at3 = content.kind === "message" ? { ...content, reply: 3 } : { ...content, target: 3 };
      expect(await add(at3 as Content)).toMatchObject({ ok: false, code: "not-found" });
      expect(await events()).toHaveLength(3);
    });

    test.each(targeting.slice(0, 4))("[LOG6] of a target that is deleted: $kind", async (content) => {
      await add({ kind: "delete", target: 1 });
      expect(await add({ ...content, target: 1 } as Content)).toMatchObject({ ok: false, code: "not-found" });
      expect(await events()).toHaveLength(4);
    });

    test("[LOG6] of a target in another room", async () => {
      const theirs = draft({ kind: "delete", target: 1 }, "ann", { room: GARDEN });
      expect(await appendOne(engine, theirs)).toMatchObject({ ok: false, code: "not-found" });
    });

    test("[LOG3] of somebody else's message, to who may change only their own", async () => {
      const own = (by: string) => draft({ kind: "edit", target: 1, text: "mine" }, by, { ownOnly: true });
      expect(await appendOne(engine, own("bob"))).toMatchObject({ ok: false, code: "forbidden" });
      expect(await appendOne(engine, own("ann"))).toMatchObject({ ok: true });
    });

    test("of one kind of reaction too many", async () => {
      const emoji = Array.from({ length: 32 }, (_, at) => String.fromCodePoint(0x1f600 + at));
      const react = (one: string) => draft({ kind: "reaction", target: 1, emoji: one, on: true }, "bob");
      await engine.log.append(emoji.map(react));
      expect(await appendOne(engine, react("👍"))).toMatchObject({ ok: false, code: "too-large" });
      expect(await appendOne(engine, { ...react(emoji[0] ?? ""), by: author("cleo") })).toMatchObject({
        ok: true,
      });
    });

    test("and leaves the others of its batch as they are", async () => {
      const heard = await listen(engine);
      const results = await engine.log.append([
        says("one"),
        draft({ kind: "delete", target: 99 }),
        says("two"),
      ]);
      expect(results.map((result) => (result.ok ? result.seq : result.code))).toEqual([4, "not-found", 5]);
      expect(heard).toHaveLength(2);
    });
  });

  describe("after()", () => {
    let epoch: string;

    beforeEach(async () => {
      await open();
      await fill(engine, 5);
      ({ epoch } = await engine.log.head(LOBBY));
    });

    const seqs = async (seq: number, limit = 100, of = epoch) => {
      const replay = await engine.log.after(LOBBY, of, seq, limit);
      return replay.ok ? replay.events.map((event) => event.seq) : "not";
    };

    test("tells all events after a place", async () => {
      expect(await seqs(0)).toEqual([1, 2, 3, 4, 5]);
      expect(await seqs(3)).toEqual([4, 5]);
      expect(await seqs(4)).toEqual([5]);
      expect(await seqs(5)).toEqual([]);
      expect(await engine.log.after(LOBBY, epoch, 3, 100)).toMatchObject({ ok: true, epoch, seq: 5 });
    });

    test("tells nothing of a place ahead of the log", async () => {
      expect(await seqs(6)).toBe("not");
      expect(await seqs(Number.MAX_SAFE_INTEGER)).toBe("not");
    });

    test("tells nothing of another epoch", async () => {
      expect(await seqs(5, 100, `${epoch}x`)).toBe("not");
      expect(await seqs(0, 100, "")).toBe("not");
    });

    test("tells the first of them, as far as all could be told", async () => {
      const { log } = engine;
      const piece = async (seq: number, limit: number, first: number) => {
        const replay = await log.after(LOBBY, epoch, seq, limit, first);
        return replay.ok ? [replay.seq, ...replay.events.map((event) => event.seq)] : "not";
      };
      expect(await piece(1, 100, 2)).toEqual([3, 2, 3]);
      expect(await piece(3, 100, 2)).toEqual([5, 4, 5]);
      expect(await piece(4, 100, 2)).toEqual([5, 5]);
      expect(await piece(5, 100, 2)).toEqual([5]);
      expect(await piece(0, 4, 2)).toBe("not");
    });

    test("tells all or nothing within its limit", async () => {
      expect(await seqs(2, 3)).toEqual([3, 4, 5]);
      expect(await seqs(1, 3)).toBe("not");
      expect(await seqs(5, 0)).toEqual([]);
      expect(await seqs(4, 0)).toBe("not");
    });
  });

  describe("page()", () => {
    beforeEach(async () => {
      await open();
      await fill(engine, 3);
      for (let at = 0; at < 10; at++) await add({ kind: "pin", target: 2, on: at % 2 === 0 });
      await fill(engine, 3);
    });

    const page = async (limit: number, before?: number) => {
      const { messages, more, seq } = await engine.log.page(LOBBY, limit, before);
      return [messages.map((message) => message.seq), more, seq];
    };

    test("[LOG9] tells the newest messages, oldest first, and whether there are older ones", async () => {
      expect(await page(10)).toEqual([[1, 2, 3, 14, 15, 16], false, 16]);
      expect(await page(6)).toEqual([[1, 2, 3, 14, 15, 16], false, 16]);
      expect(await page(5)).toEqual([[2, 3, 14, 15, 16], true, 16]);
      expect(await page(1)).toEqual([[16], true, 16]);
    });

    test("[LOG9] tells those before a place", async () => {
      expect(await page(2, 16)).toEqual([[14, 15], true, 16]);
      expect(await page(2, 14)).toEqual([[2, 3], true, 16]);
      expect(await page(2, 9)).toEqual([[2, 3], true, 16]);
      expect(await page(2, 2)).toEqual([[1], false, 16]);
      expect(await page(2, 1)).toEqual([[], false, 16]);
      expect(await page(1, 17)).toEqual([[16], true, 16]);
      expect(await page(1, Number.MAX_SAFE_INTEGER)).toEqual([[16], true, 16]);
    });

    test("of no messages says whether there are any", async () => {
      expect(await page(0)).toEqual([[], true, 16]);
      expect(await page(0, 2)).toEqual([[], true, 16]);
      expect(await page(0, 1)).toEqual([[], false, 16]);
    });

    test("[LOG9] pages put together hold every message once", async () => {
      const all: number[] = [];
      let before: number | undefined;
      for (let more = true; more; before = all[0]) {
        const next = await engine.log.page(LOBBY, 2, before);
        all.unshift(...next.messages.map((message) => message.seq));
        ({ more } = next);
      }
      expect(all).toEqual([1, 2, 3, 14, 15, 16]);
    });
  });

  test("[P5] a deleted message's texts, data and edits are told nowhere again", async () => {
    await open();
    const data = { note: "SECRET-DATA" };
    await appendOne(
      engine,
      draft({ kind: "message", text: "SECRET-ONE", data }, "ann", { id: "secret-message" }),
    );
    await fill(engine, 2);
    await add({ kind: "edit", target: 1, text: "SECRET-TWO" });
    await add({ kind: "edit", target: 2, text: "kept edit" });
    await add({ kind: "edit", target: 1, text: "SECRET-THREE" });
    expect((await everythingTold(engine)).match(/SECRET-\w+/g)).toHaveLength(6);
    await add({ kind: "delete", target: 1 });
    const told = await everythingTold(engine);
    expect(told).not.toContain("SECRET");
    expect(told).toContain("kept edit");
    expect((await events()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  describe("retention", () => {
    test("by count keeps the newest events, and tells nothing of what is older", async () => {
      await open({ count: 10 });
      await fill(engine, 25);
      const { epoch, seq } = await engine.log.head(LOBBY);
      expect(seq).toBe(25);
      expect(await engine.log.after(LOBBY, epoch, 15, 100)).toMatchObject({ ok: true });
      expect(await engine.log.after(LOBBY, epoch, 14, 100)).toEqual({ ok: false });
      const page = await engine.log.page(LOBBY, 100);
      expect(page.messages.map((message) => message.seq)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
      expect(page.more).toBe(false);
      expect(await engine.log.page(LOBBY, 4, 17)).toMatchObject({ messages: [{ seq: 16 }], more: false });
      expect(await engine.log.page(LOBBY, 4, 16)).toMatchObject({ messages: [], more: false });
    });

    test("by count is of each room for itself", async () => {
      await open({ count: 10 });
      await fill(engine, 5);
      await fill(engine, 25, GARDEN);
      expect((await engine.log.page(LOBBY, 100)).messages).toHaveLength(5);
      expect((await engine.log.page(GARDEN, 100)).messages).toHaveLength(10);
    });

    test("by age keeps what is young enough", async () => {
      await open({ ageMs: 60_000 });
      await fill(engine, 2);
      clock.jump(40_000);
      await fill(engine, 2);
      clock.jump(20_000);
      const { epoch } = await engine.log.head(LOBBY);
      expect(await messages()).toHaveLength(4);
      clock.jump(1);
      expect((await messages()).map((message) => message.seq)).toEqual([3, 4]);
      expect(await engine.log.after(LOBBY, epoch, 1, 100)).toEqual({ ok: false });
      expect(await engine.log.after(LOBBY, epoch, 2, 100)).toMatchObject({ ok: true });
      clock.jump(60_000);
      expect(await messages()).toEqual([]);
      expect(await engine.log.after(LOBBY, epoch, 4, 100)).toMatchObject({ ok: true, events: [] });
      expect(await appendOne(engine, says("new"))).toMatchObject({ epoch, seq: 5 });
      expect((await messages()).map((message) => message.seq)).toEqual([5]);
    });

    test("takes targets with it", async () => {
      await open({ count: 10 });
      await fill(engine, 11);
      expect(await add({ kind: "edit", target: 1, text: "late" })).toMatchObject({ code: "not-found" });
      expect(await add({ kind: "edit", target: 2, text: "just in time" })).toMatchObject({ ok: true });
    });

    test("leaves settings and restrictions", async () => {
      await open({ count: 10 });
      await add({ kind: "settings", change: { title: "Tea" } });
      await add({ kind: "moderation", action: "ban", user: "bob" });
      await fill(engine, 25);
      const head = await engine.log.head(LOBBY);
      expect(head.settings).toEqual({ title: "Tea" });
      expect(head.restrictions.get("bob")).toEqual([{ kind: "ban" }]);
    });

    test("[LOG8] an id is known for a day though its event is trimmed, and as long as its event is kept", async () => {
      await open({ count: 10 });
      const early = says("early", "ann", { id: "early" });
      const first = await appendOne(engine, early);
      await fill(engine, 25);
      clock.jump(MIN_ID_AGE_MS);
      expect(await appendOne(engine, early)).toEqual({ ...first, duplicate: true });
      expect(await engine.log.find(LOBBY, "ann", "early")).toEqual({ ...first, duplicate: true });
      const late = says("late", "ann", { id: "late" });
      const kept = await appendOne(engine, late);
      clock.jump(1);
      expect(await engine.log.find(LOBBY, "ann", "early")).toBeUndefined();
      clock.jump(30 * MIN_ID_AGE_MS);
      expect(await appendOne(engine, late)).toEqual({ ...kept, duplicate: true });
      expect(await appendOne(engine, early)).toMatchObject({ seq: 28, duplicate: false });
      expect(await appendOne(engine, early)).toMatchObject({ seq: 28, duplicate: true });
    });
  });

  describe("the bus", () => {
    test("brings every stored event once, in order, and only what is new", async () => {
      await open();
      const lobby = await listen(engine);
      const garden = await listen(engine, GARDEN);
      await engine.log.append([
        says("one", "ann", { id: "1" }),
        says("other room", "ann", { room: GARDEN }),
        says("one", "ann", { id: "1" }),
        draft({ kind: "pin", target: 7, on: true }),
        says("two"),
      ]);
      await fill(engine, 2);
      const { epoch } = await engine.log.head(LOBBY);
      expect(lobby).toEqual((await events()).map((event) => ({ type: "event", epoch, event })));
      expect(garden).toMatchObject([{ type: "event", event: { room: "garden", seq: 1 } }]);
    });

    test("brings an event only when it is stored, and before its author is told", async () => {
      await open();
      const order: string[] = [];
      let stored: Promise<unknown> = Promise.resolve();
      await engine.bus.subscribe(LOBBY, (item) => {
        if (item.type !== "event") return;
        const { seq } = item.event;
        order.push(`told ${seq}`);
        stored = engine.log.head(LOBBY).then((head) => expect(head.seq).toBeGreaterThanOrEqual(seq));
      });
      await appendOne(engine, says("one"));
      order.push("answered");
      await stored;
      expect(order).toEqual(["told 1", "answered"]);
    });

    test("brings appends that were made at once in one order, the same that the log has", async () => {
      await open();
      const heard = await listen(engine);
      const batches = Array.from({ length: 20 }, (_, at) => [says(`${at} a`), says(`${at} b`)]);
      const results = await Promise.all(batches.map((batch) => engine.log.append(batch)));
      expect(results.flat().map((result) => result.ok && result.seq)).toEqual(
        Array.from({ length: 40 }, (_, at) => at + 1),
      );
      expect(heard.map((item) => item.type === "event" && item.event)).toEqual(await events());
    });
  });

  test("a batch of nothing is answered with nothing", async () => {
    await open();
    expect(await engine.log.append([])).toEqual([]);
  });
}
