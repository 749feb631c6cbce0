import { expect, test } from "vitest";
import type { Gap } from "../../src/index.ts";
import { party, texts } from "../support/party.ts";

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`);

test("[P3] edits, deletions, reactions and settings that were missed come back too", async () => {
  const { join, relay, pass } = party();
  const ann = await join("ann");
  const bob = await join({ sub: "bob", rooms: { "*": "moderator" } });
  await ann.post("one");
  await ann.post("two");
  relay.freeze();
  const room = relay.room("lobby");
  const by = { id: "bob", name: "bob" };
  room.append({ kind: "edit", id: "a", by, target: 1, text: "uno" });
  room.append({ kind: "delete", id: "b", by, target: 2 });
  room.append({ kind: "reaction", id: "c", by, target: 1, emoji: "👍", on: true, count: 1 });
  room.append({ kind: "settings", id: "d", by, settings: { title: "Lobby" } });
  relay.cut();
  relay.thaw();
  await pass(2_000);
  expect(ann.view().messages).toMatchObject([
    { text: "uno", reactions: { "👍": { count: 1, mine: false } } },
    { text: "" },
  ]);
  expect(ann.view().settings.title).toBe("Lobby");
  expect(bob.view().messages[0]?.reactions?.["👍"]?.mine).toBe(true);
  expect(ann.view().gaps).toEqual([]);
});

test("[P3] [SDK4] when too much was missed the newest page comes, behind a gap that can be loaded", async () => {
  const { join, relay, pass, settle } = party();
  const ann = await join("ann");
  const gaps: Gap[] = [];
  ann.on("gap", (gap) => gaps.push(gap));
  for (const text of numbers(1, 10)) relay.say("lobby", "bob", text);
  await settle();
  relay.down();
  relay.room("lobby").replayLimit = 100;
  for (const text of numbers(11, 200)) relay.say("lobby", "bob", text);
  relay.up();
  await pass(2_000);
  expect(texts(ann)).toEqual(numbers(151, 200));
  expect(ann.view().gaps).toMatchObject([{ after: 10, before: 151 }]);
  expect(gaps).toHaveLength(1);
  expect(ann.view().gaps[0]).toBe(gaps[0]);

  const open = [gaps[0]?.load(100), settle()];
  expect(await open[0]).toBe(true);
  expect(texts(ann)).toEqual(numbers(51, 200));
  expect(ann.view().gaps).toMatchObject([{ after: 10, before: 51 }]);
  expect(await gaps[0]?.load(100)).toBe(false);
  expect(texts(ann)).toEqual(numbers(1, 200));
  expect(ann.view().gaps).toEqual([]);
  expect(ann.view().atBeginning).toBe(true);
});

test("[P3] exactly as many missed events as the relay replays leave no gap; one more does", async () => {
  for (const [missed, gaps] of [
    [99, 0],
    [100, 0],
    [101, 1],
  ] as const) {
    const { join, relay, pass } = party();
    const ann = await join("ann");
    await ann.post("0");
    relay.down();
    relay.room("lobby").replayLimit = 100;
    for (const text of numbers(1, missed)) relay.say("lobby", "bob", text);
    relay.up();
    await pass(2_000);
    expect(ann.view().gaps).toHaveLength(gaps);
    expect(ann.view().status).toBe("live");
  }
});

test("[P3] a log that was lost is another log: nothing of the old one stays, and a gap says so", async () => {
  const { join, relay, pass } = party();
  const ann = await join("ann");
  for (const text of numbers(1, 5)) await ann.post(text);
  relay.down();
  relay.room("lobby").wipe();
  relay.say("lobby", "bob", "new");
  relay.up();
  await pass(2_000);
  expect(texts(ann)).toEqual(["new"]);
  expect(ann.view().gaps).toMatchObject([{ after: 0, before: 1 }]);
  expect(await ann.view().gaps[0]?.load()).toBe(false);
  expect(ann.view().gaps).toEqual([]);
});

test("[P3] reset starts again: of the same log behind a gap, of another from nothing", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  await ann.post("1");
  const room = relay.room("lobby");
  const [session] = relay.sessions;
  if (session) room.sessions.delete(session);
  for (const text of numbers(2, 9)) relay.say("lobby", "bob", text);
  if (session) room.sessions.add(session);
  room.log.settings = { title: "Changed meanwhile" };
  room.reset(3);
  await settle();
  expect(ann.view().settings).toEqual({ title: "Changed meanwhile" });
  expect(texts(ann)).toEqual(["7", "8", "9"]);
  expect(ann.view().gaps).toMatchObject([{ after: 1, before: 7 }]);
  relay.say("lobby", "bob", "10");
  await settle();
  expect(texts(ann).at(-1)).toBe("10");
  room.wipe();
  await settle();
  expect(texts(ann)).toEqual([]);
  expect(ann.view().gaps).toMatchObject([{ after: 0, before: 1 }]);
});

test("[P3] an event that is missing is noticed by the next one, and the room joined again from its place", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  const [session] = relay.sessions;
  const room = relay.room("lobby");
  await ann.post("1");
  if (session) room.sessions.delete(session);
  relay.say("lobby", "bob", "2");
  if (session) room.sessions.add(session);
  relay.say("lobby", "bob", "3");
  await settle();
  expect(texts(ann)).toEqual(["1", "2", "3"]);
  expect(ann.view().status).toBe("live");
  expect(relay.dials).toBe(1);
  const joins = relay.heard("ann").filter(({ type }) => type === "join");
  expect(joins).toMatchObject([{}, { since: { epoch: "e1", seq: 1 } }]);
});

test("a relay that keeps losing the place is not asked in a tight loop", async () => {
  const { join, relay, pass } = party();
  await join("ann");
  const by = { id: "bob", name: "bob" };
  for (let round = 1; round < 200; round++) {
    relay.sessions[0]?.send({
      type: "event",
      room: relay.room("lobby").name,
      seq: 1_000 + round,
      at: 1,
      id: `x${round}`,
      by,
      kind: "message",
      text: "jump",
    });
    await pass(100);
  }
  const joins = relay.heard("ann").filter(({ type }) => type === "join");
  expect(joins.length).toBeLessThan(12);
});

test("[P3] live events that overtake the answer to a join are neither lost nor doubled", async () => {
  const { chat, relay, settle } = party();
  const ann = chat("ann").room("lobby");
  ann.view();
  await settle();
  const [session] = relay.sessions;
  const room = relay.room("lobby");
  const name = room.name;
  relay.say("lobby", "bob", "1");
  await settle();
  relay.swallow("join");
  if (session) room.sessions.delete(session);
  relay.say("lobby", "bob", "2");
  if (session) room.sessions.add(session);
  relay.say("lobby", "bob", "3");
  await settle();
  expect(ann.view().status).toBe("recovering");
  relay.say("lobby", "bob", "4");
  await settle();
  const join = relay.heard("ann").at(-1) as { ref: number };
  const { epoch } = room.log;
  const events = room.log.events.slice(1, 3);
  session?.sendRaw(
    JSON.stringify([
      {
        type: "ok",
        ref: join.ref,
        room: name,
        epoch,
        seq: 3,
        recovered: true,
        events,
        can: [],
        settings: {},
        count: 1,
      },
    ]),
  );
  await settle();
  expect(texts(ann)).toEqual(["1", "2", "3", "4"]);
  expect(ann.view().status).toBe("live");
  expect(relay.heard("ann").filter(({ type }) => type === "join")).toHaveLength(2);
});

test("a recovery that is not whole is not believed", async () => {
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  const room = ann.room("lobby");
  room.view();
  await settle();
  relay.say("lobby", "bob", "1");
  await settle();
  relay.swallow("join");
  relay.cut();
  await pass(1_000);
  const { ref } = relay.heard("ann").at(-1) as { ref: number };
  const answer = { type: "ok", ref, room: "lobby", epoch: "e1", seq: 5, recovered: true, events: [] };
  relay.sessions[0]?.sendRaw(JSON.stringify([{ ...answer, can: [], settings: {}, count: 1 }]));
  await settle();
  expect(ann.state).toMatchObject({ status: "waiting", error: { code: "invalid" } });
  await pass(3_000);
  expect(texts(room)).toEqual(["1"]);
});

test("pages go back to the beginning, and calls at the same time share one", async () => {
  const { join, relay } = party();
  for (const text of numbers(1, 120)) relay.say("lobby", "bob", text);
  const ann = await join("ann");
  expect(texts(ann)).toEqual(numbers(71, 120));
  expect(ann.view().atBeginning).toBe(false);
  expect(await Promise.all([ann.older(), ann.older(), ann.older()])).toEqual([true, true, true]);
  expect(texts(ann)).toEqual(numbers(21, 120));
  expect(relay.heard("ann").filter(({ type }) => type === "history")).toHaveLength(1);
  expect(await ann.older(100)).toBe(false);
  expect(texts(ann)).toEqual(numbers(1, 120));
  expect(ann.view().atBeginning).toBe(true);
  expect(await ann.older()).toBe(false);
  expect(relay.heard("ann").filter(({ type }) => type === "history")).toHaveLength(2);
});

test("older waits for the first join, and says offline where there is no line", async () => {
  const { chat, relay, settle, pass } = party();
  for (const text of numbers(1, 60)) relay.say("lobby", "bob", text);
  const ann = chat("ann").room("lobby");
  expect(await Promise.all([ann.older(), settle()])).toEqual([false, undefined]);
  expect(texts(ann)).toEqual(numbers(1, 60));
  const late = chat("cat").room("lobby");
  late.view();
  await settle();
  relay.down();
  await settle();
  await expect(late.older()).rejects.toMatchObject({ code: "offline", retryable: true });
  relay.up();
  await pass(5_000);
  relay.swallow("history");
  const lost = late.older();
  relay.delay(0);
  await pass(60_000);
  await expect(lost).rejects.toMatchObject({ code: "timeout" });
});

test("an edit that overtakes the page it concerns is not undone by the page", async () => {
  const { join, relay, settle } = party();
  for (const text of numbers(1, 60)) relay.say("lobby", "bob", text);
  const ann = await join("ann");
  relay.swallow("history");
  const page = ann.older();
  await settle();
  const room = relay.room("lobby");
  const stale = room.log.page("ann", 50, 11);
  const by = { id: "bob", name: "bob" };
  room.append({ kind: "edit", id: "e", by, target: 3, text: "three" });
  room.append({ kind: "delete", id: "d", by, target: 4 });
  await settle();
  const { ref } = relay.heard("ann").at(-1) as { ref: number };
  relay.sessions[0]?.sendRaw(JSON.stringify([{ type: "ok", ref, ...stale }]));
  expect(await page).toBe(false);
  expect(texts(ann).slice(0, 5)).toEqual(["1", "2", "three", "", "5"]);
});

test("a page that was asked of a log that is gone is thrown away", async () => {
  const { join, relay, settle } = party();
  for (const text of numbers(1, 60)) relay.say("lobby", "bob", text);
  const ann = await join("ann");
  relay.swallow("history");
  const page = ann.older();
  await settle();
  const stale = relay.room("lobby").log.page("ann", 50, 11);
  relay.room("lobby").wipe();
  for (const text of numbers(61, 120)) relay.say("lobby", "bob", text);
  relay.room("lobby").reset();
  await settle();
  const { ref } = relay.heard("ann").at(-1) as { ref: number };
  relay.sessions[0]?.sendRaw(JSON.stringify([{ type: "ok", ref, ...stale }]));
  await page;
  expect(texts(ann)).toEqual(numbers(71, 120));
});

test("who is taken out stays out, knows why, and may try again", async () => {
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  const room = ann.room("lobby");
  const reasons: string[] = [];
  room.on("removed", ({ code }) => reasons.push(code));
  await settle();
  relay.room("lobby").enforce("kick", "ann");
  await settle();
  expect(room.view()).toMatchObject({ status: "removed", error: { code: "kicked" } });
  relay.cut();
  await pass(60_000);
  expect(ann.state.status).toBe("open");
  expect(room.view().status).toBe("removed");
  room.rejoin();
  await settle();
  expect(room.view().status).toBe("live");
  expect(room.view().error).toBeUndefined();
  expect(reasons).toEqual(["kicked"]);
});

test("a room that may not be read says so, and tries again with another token", async () => {
  const { chat, relay, settle } = party();
  const ann = chat({ sub: "ann", rooms: { lobby: "member" } });
  const staff = ann.room("staff");
  staff.view();
  await settle();
  expect(staff.view()).toMatchObject({ status: "removed", error: { code: "forbidden" } });
  await expect(staff.older()).rejects.toMatchObject({ code: "forbidden" });
  ann.setToken(relay.token({ sub: "ann", rooms: { "*": "member" } }));
  await settle();
  await settle();
  expect(staff.view().status).toBe("live");
});

test("what is no room name is refused by the relay, in a sentence", async () => {
  const { join } = party();
  const room = await join("ann", "line\nbreak");
  expect(room.view()).toMatchObject({ status: "removed", error: { code: "bad-room" } });
});

test("a join that fails in passing is tried again", async () => {
  const { chat, relay, settle, pass } = party();
  relay.refuse("join", { code: "unavailable", message: "Not now." }, 3);
  const room = chat("ann").room("lobby");
  room.view();
  await settle();
  expect(room.view().status).toBe("joining");
  await pass(10_000);
  expect(room.view().status).toBe("live");
});

test("the status says what is so: joining, live, stale, recovering, live", async () => {
  const { chat, relay, settle, pass } = party();
  relay.delay(100);
  const room = chat("ann").room("lobby");
  const seen: string[] = [];
  room.subscribe(({ status }) => seen.at(-1) !== status && seen.push(status));
  expect(room.view().status).toBe("joining");
  await pass(1_000);
  relay.cut();
  await settle();
  await pass(2_000);
  expect(seen).toEqual(["joining", "live", "stale", "recovering", "live"]);
});

test("joining and leaving a thousand times leaves nobody behind", async () => {
  const { chat, relay, settle } = party();
  const ann = chat("ann");
  await settle();
  for (let round = 0; round < 1_000; round++) {
    const room = ann.room("lobby");
    room.view();
    if (round % 3 === 0) await settle();
    room.close();
  }
  await settle();
  expect(relay.room("lobby").sessions.size).toBe(0);
  const room = ann.room("lobby");
  room.view();
  await settle();
  expect(room.view().status).toBe("live");
  expect(relay.room("lobby").sessions.size).toBe(1);
});
