import type { RoomEvent } from "@natter/sdk/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import {
  roomKeyOf,
  type Content,
  type Engine,
  type RoomItem,
  type RoomKey,
} from "../../src/engine/engine.ts";
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

const ADMIN = { ...author("root"), role: "admin" };
const BY = { user: "root", address: "192.0.2.7" };

/** What every engine does to rooms and users as wholes, and to the audit with it. */
export function registryContract(make: MakeEngine): void {
  let clock: FakeClock;
  let engine: Engine;

  beforeEach(async () => {
    clock = new FakeClock();
    engine = await make({ clock, retention: ENDLESS });
  });

  async function open(retention: Partial<Retention>): Promise<void> {
    engine = await make({ clock, retention: { ...ENDLESS, ...retention } });
  }

  const add = (content: Content, by = "ann") => appendOne(engine, draft(content, by));

  async function events(room: RoomKey = LOBBY): Promise<RoomEvent[]> {
    const { epoch } = await engine.log.head(room);
    const replay = await engine.log.after(room, epoch, 0, 1_000_000);
    return replay.ok ? replay.events : [];
  }

  const names = async (...args: [app: string, limit: number, after?: string]) =>
    (await engine.registry.list(args[0], args[1], args[2] === undefined ? undefined : roomName(args[2]))).map(
      ({ room }) => room,
    );

  describe("the list of rooms", () => {
    test("has those of one app that were written to, where they stand, in the order of their names", async () => {
      await engine.log.append([
        says("1", "ann", { room: GARDEN }),
        says("2"),
        says("3"),
        says("4", "ann", { room: THEIR_LOBBY }),
      ]);
      await add({ kind: "settings", change: { title: "Tea" } });
      await engine.log.head(roomKeyOf("default", roomName("looked at")));
      const [garden, lobby] = await Promise.all([engine.log.head(GARDEN), engine.log.head(LOBBY)]);
      expect(await engine.registry.list("default", 10)).toEqual([
        { room: "garden", epoch: garden.epoch, seq: 1, at: clock.now(), settings: {} },
        { room: "lobby", epoch: lobby.epoch, seq: 3, at: clock.now(), settings: { title: "Tea" } },
      ]);
      expect(await names("other", 10)).toEqual(["lobby"]);
      expect(await names("nobody's", 10)).toEqual([]);
    });

    test("comes page by page, in one order whatever the names are made of", async () => {
      const all = ["Z", "a", "z", "é", "部屋", "\uFF01", "💬", "1", "10", "2"];
      await engine.log.append(
        all.map((name) => says("hi", "ann", { room: roomKeyOf("default", roomName(name)) })),
      );
      const whole = await names("default", 100);
      expect(whole).toHaveLength(all.length);
      expect(whole).toEqual([...all].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      const paged: string[] = [];
      for (let page = await names("default", 3); page.length > 0;) {
        paged.push(...page);
        page = await names("default", 3, page.at(-1));
      }
      expect(paged).toEqual(whole);
    });
  });

  describe("[REG1] a room that is deleted", () => {
    beforeEach(async () => {
      await fill(engine, 5);
      await fill(engine, 2, GARDEN);
      await add({ kind: "edit", target: 1, text: "an edited secret" });
      await add({ kind: "settings", change: { title: "Secrets" } });
      await add({ kind: "moderation", action: "ban", user: "bob" }, "mia");
      engine.markers.mark(LOBBY, "ann", 4);
      await clock.pass(5000);
      engine.markers.mark(LOBBY, "ann", 5);
    });

    test("is empty and of another epoch, and others are as they were", async () => {
      const before = await engine.log.head(LOBBY);
      const garden = await everythingTold(engine, GARDEN);
      const epoch = await engine.registry.drop(LOBBY, BY);
      expect(epoch).not.toBe(before.epoch);
      const head = await engine.log.head(LOBBY);
      expect(head).toMatchObject({ epoch, seq: 0, settings: {} });
      expect(head.restrictions.size).toBe(0);
      expect(await engine.log.page(LOBBY, 10)).toEqual({ epoch, seq: 0, messages: [], more: false });
      expect(await engine.log.after(LOBBY, before.epoch, 0, 100)).toEqual({ ok: false });
      expect(await engine.log.after(LOBBY, before.epoch, before.seq, 100)).toEqual({ ok: false });
      expect(await everythingTold(engine, GARDEN)).toBe(garden);
      expect(await names("default", 10)).toEqual(["garden"]);
      await clock.pass(5000);
      expect(await engine.markers.read(LOBBY, "ann")).toBeUndefined();
    });

    test("begins again at 1, and knows no id of before", async () => {
      await appendOne(engine, says("once", "ann", { id: "x" }));
      const epoch = await engine.registry.drop(LOBBY, BY);
      expect(await engine.log.find(LOBBY, "ann", "x")).toBeUndefined();
      const again = await appendOne(engine, says("anew", "ann", { id: "x" }));
      expect(again).toMatchObject({ ok: true, epoch, seq: 1, duplicate: false });
      expect(await events()).toMatchObject([{ seq: 1, text: "anew" }]);
    });

    test("can be deleted again and again, each time with a new epoch", async () => {
      const epochs = new Set([(await engine.log.head(LOBBY)).epoch]);
      for (let each = 0; each < 4; each++) {
        await fill(engine, 3);
        epochs.add(await engine.registry.drop(LOBBY, BY));
        expect(await events()).toEqual([]);
      }
      epochs.add(await engine.registry.drop(LOBBY, BY));
      expect(epochs.size).toBe(6);
      expect((await engine.log.page(GARDEN, 10)).messages).toHaveLength(2);
    });

    test("is told by the bus after its last event and before the first of the new log", async () => {
      const heard = await listen(engine);
      const results = await Promise.all([
        appendOne(engine, says("last")),
        engine.registry.drop(LOBBY, BY),
        appendOne(engine, says("first")),
      ]);
      // A marker from before may be told late.
      const news = heard.filter(({ type }) => type !== "read");
      const told = news.map((item) => (item.type === "event" ? item.event.seq : item.type));
      expect(told).toEqual([9, "closed", 1]);
      expect(news.at(-1)).toMatchObject({ epoch: results[1] });
    });

    test("that nobody has written to is deleted like others", async () => {
      const room = roomKeyOf("default", roomName("empty"));
      const { epoch } = await engine.log.head(room);
      expect(await engine.registry.drop(room, BY)).not.toBe(epoch);
      expect(await names("default", 10)).toEqual(["garden", "lobby"]);
    });

    test("is in the audit", async () => {
      await engine.registry.drop(LOBBY, BY);
      expect(await engine.audit.page("default", 1)).toMatchObject([
        { action: "delete-room", by: "root", address: "192.0.2.7", room: "lobby", at: clock.now() },
      ]);
    });
  });

  describe("[REG2] a user who is forgotten", () => {
    const SECRET = /secret|ANN|"ann"/;

    beforeEach(async () => {
      await engine.log.append([
        says("a secret", "ann", { id: "first" }),
        says("an answer", "bob"),
        draft({ kind: "message", text: "another secret", data: { secret: 1 }, reply: 2 }, "ann"),
      ]);
      await add({ kind: "edit", target: 1, text: "an edited secret" });
      await add({ kind: "reaction", target: 2, emoji: "👍", on: true });
      await add({ kind: "reaction", target: 2, emoji: "👍", on: true }, "cleo");
      await add({ kind: "reaction", target: 1, emoji: "🎉", on: true }, "bob");
      await add({ kind: "pin", target: 2, on: true });
      await appendOne(engine, says("a secret of the garden", "ann", { room: GARDEN }));
      await appendOne(engine, says("somebody else's secret", "ann", { room: THEIR_LOBBY }));
      engine.markers.mark(LOBBY, "ann", 3);
      engine.markers.mark(THEIR_LOBBY, "ann", 1);
      await clock.pass(5000);
      engine.markers.mark(LOBBY, "ann", 4);
      clock.jump(1000);
    });

    const forget = (user = "ann") => engine.registry.forget("default", user, ADMIN, BY);

    test("leaves no words and no name in any room of the app, and all in those of others", async () => {
      const theirs = await everythingTold(engine, THEIR_LOBBY);
      expect(await forget()).toEqual({ messages: 3 });
      for (const room of [LOBBY, GARDEN]) expect(await everythingTold(engine, room)).not.toMatch(SECRET);
      expect(await everythingTold(engine, THEIR_LOBBY)).toBe(theirs);
    });

    test("leaves the messages' places, told as deleted, and the words of others", async () => {
      await forget();
      const { messages } = await engine.log.page(LOBBY, 10);
      const { by } = messages[0] ?? { by: author("") };
      expect(by).toEqual({ id: expect.stringMatching(/^forgotten-/) as string, name: "–" });
      expect(messages).toMatchObject([
        { seq: 1, text: "", deletedAt: clock.now(), by },
        { seq: 2, text: "an answer", by: author("bob"), reactions: { "👍": [by.id, "cleo"] }, pinned: true },
        { seq: 3, text: "", deletedAt: clock.now(), by, reply: 2 },
      ]);
      expect(messages[2]).not.toHaveProperty("data");
      expect(messages[0]).not.toHaveProperty("reactions");
      const [garden] = (await engine.log.page(GARDEN, 10)).messages;
      expect(garden?.by).toEqual(by);
    });

    test("is told by `delete` events of who did it, and then by name to those who hold events", async () => {
      const heard: RoomItem[] = await listen(engine);
      await forget();
      const told = heard.flatMap((item) => (item.type === "event" ? item.event : []));
      expect(told).toMatchObject([
        { seq: 9, kind: "delete", target: 1, by: ADMIN, author: { name: "–" } },
        { seq: 10, kind: "delete", target: 3, by: ADMIN, author: { name: "–" } },
      ]);
      expect(heard.filter(({ type }) => type === "forgotten")).toMatchObject([
        { user: "ann", author: { name: "–" } },
      ]);
      expect((await events()).slice(8)).toEqual(told);
    });

    test("again changes nothing, unless there is something new", async () => {
      await forget();
      const before = await everythingTold(engine);
      expect(await forget()).toEqual({ messages: 0 });
      expect(await everythingTold(engine)).toBe(before);
      await appendOne(engine, says("a new secret"));
      expect(await forget()).toEqual({ messages: 1 });
      expect(await everythingTold(engine)).not.toMatch(SECRET);
    });

    test("by two at once, and with others at the same time, is all done", async () => {
      await engine.log.append(Array.from({ length: 40 }, (_, at) => says(`by bob ${at}`, "bob")));
      const all = await Promise.all([forget(), forget("bob"), forget(), fill(engine, 1, GARDEN)]);
      expect(all.slice(0, 3).every((each) => each !== undefined)).toBe(true);
      expect(await everythingTold(engine)).not.toMatch(/secret|ANN|BOB|by bob/);
    });

    test("keeps bans and mutes, loses read markers, and is a stranger to ids of before", async () => {
      const ban = { kind: "moderation", action: "ban", user: "ann", name: "ANN", reason: "spam" } as const;
      await add(ban, "mia");
      await forget();
      expect((await events()).find(({ kind }) => kind === "moderation")).not.toHaveProperty("name");
      expect((await engine.log.head(LOBBY)).restrictions.get("ann")).toEqual([
        { kind: "ban", reason: "spam" },
      ]);
      await clock.pass(5000);
      expect(await engine.markers.read(LOBBY, "ann")).toBeUndefined();
      expect(await engine.markers.read(THEIR_LOBBY, "ann")).toBe(1);
      expect(await engine.log.find(LOBBY, "ann", "first")).toBeUndefined();
    });

    test("who deleted some of it before is gone from what is left of that", async () => {
      await add({ kind: "delete", target: 3 });
      expect(await forget()).toEqual({ messages: 2 });
      expect(await everythingTold(engine)).not.toMatch(SECRET);
    });

    test("can be who asks for it", async () => {
      await add({ kind: "message", text: "the admin's words" }, "root");
      await engine.registry.forget("default", "root", ADMIN, BY);
      expect(await everythingTold(engine)).not.toMatch(/ROOT|"root"|admin's/);
    });

    test("who is nobody is forgotten, too", async () => {
      const before = await everythingTold(engine);
      expect(await forget("nobody")).toEqual({ messages: 0 });
      expect(await everythingTold(engine)).toBe(before);
    });

    test("with more messages than one step takes, in more rooms", async () => {
      const rooms = Array.from({ length: 30 }, (_, at) => roomKeyOf("default", roomName(`room ${at}`)));
      for (const room of rooms)
        await engine.log.append([says("a", "bob", { room }), says("b", "ann", { room })]);
      await engine.log.append(
        Array.from({ length: 1500 }, (_, at) => says(`secret ${at}`, at % 3 ? "ann" : "bob")),
      );
      expect(await forget()).toEqual({ messages: 3 + 30 + 1000 });
      expect((await engine.log.page(LOBBY, 2000)).messages.filter(({ text }) => text !== "")).toHaveLength(
        501,
      );
      for (const room of rooms) expect(await everythingTold(engine, room)).not.toMatch(SECRET);
    });

    test("has no words left where retention has let them go, either", async () => {
      await open({ count: 2 });
      await appendOne(engine, says("a secret"));
      await fill(engine, 4, GARDEN);
      await engine.log.append([says("b", "bob"), says("c", "bob"), says("another secret")]);
      expect(await forget()).toEqual({ messages: 3 });
      expect(await everythingTold(engine)).not.toMatch(SECRET);
    });

    test("is in the audit once, by id", async () => {
      await Promise.all([forget(), forget("nobody")]);
      const entries = await engine.audit.page("default", 10);
      expect(entries.filter(({ user }) => user === "ann")).toMatchObject([
        { action: "forget", by: "root", address: "192.0.2.7", user: "ann" },
      ]);
      expect(JSON.stringify(entries)).not.toMatch(/secret|ANN/);
    });
  });
}
