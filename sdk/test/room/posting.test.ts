import { afterEach, expect, test, vi } from "vitest";
import { memoryStorage, type ChatError, type Room } from "../../src/index.ts";
import { party, texts } from "../support/party.ts";

const stored = (room: { log: { events: readonly { kind: string }[] } }): unknown[] =>
  room.log.events.flatMap((event) => ("text" in event && event.kind === "message" ? [event.text] : []));

afterEach(() => vi.unstubAllGlobals());

test("[P2] a post whose reply is lost is sent again under the same id, and stored once", async () => {
  const { join, relay, settle, pass } = party();
  const ann = await join("ann");
  const bob = await join("bob");
  relay.loseReply("post");
  const sent = ann.post("Hello");
  await pass(2_000);
  expect(await sent).toMatchObject({ seq: 1 });
  await settle();
  expect(texts(ann)).toEqual(["Hello"]);
  expect(texts(bob)).toEqual(["Hello"]);
  expect(relay.room("lobby").log.seq).toBe(1);
});

test("[P2] a post that was never answered is sent again on the same line, and stored once", async () => {
  const { join, relay, pass } = party();
  const ann = await join("ann");
  await join("bob");
  relay.swallow("post");
  const sent = ann.post("Hello");
  // Something else keeps coming, so the line is not dead: only this reply is missing.
  for (let second = 0; second < 12; second++) {
    relay.say("lobby", "bob", `${second}`);
    await pass(1_000);
  }
  expect(await sent).toMatchObject({ id: expect.any(String) as string });
  expect(relay.dials).toBe(2);
  expect(texts(ann).filter((text) => text.startsWith("Hello"))).toEqual(["Hello"]);
});

test("[SDK1] posts made offline wait, and are sent once and in order when the line is back", async () => {
  const { join, relay, settle, pass } = party();
  const ann = await join("ann");
  relay.down();
  await settle();
  const numbers = Array.from({ length: 200 }, (_, n) => `${n}`);
  const sent = numbers.map((text) => ann.post(text));
  expect(texts(ann)).toEqual(numbers.map((text) => `${text}…`));
  relay.up();
  await pass(5_000);
  expect((await Promise.all(sent)).map(({ seq }) => seq)).toEqual(numbers.map((n) => Number(n) + 1));
  expect(texts(ann)).toEqual(numbers);
  expect(stored(relay.room("lobby"))).toEqual(numbers);
});

test("what is written beyond 200 waiting messages fails at once, and says so", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  relay.down();
  await settle();
  for (let n = 0; n < 200; n++) void ann.post(`${n}`);
  await expect(ann.post("one too many")).rejects.toMatchObject({ code: "offline" });
  const last = ann.view().messages.at(-1);
  expect(last).toMatchObject({ text: "one too many", state: "failed", error: { code: "offline" } });
});

test("a lost line in the middle of many posts neither loses, doubles nor reorders one", async () => {
  const { join, relay, pass } = party();
  const ann = await join("ann");
  relay.delay(20);
  const numbers = Array.from({ length: 30 }, (_, n) => `${n}`);
  const sent = numbers.map((text) => ann.post(text));
  for (let cut = 0; cut < 10; cut++) {
    await pass(97);
    relay.cut();
    await pass(1_000);
  }
  await pass(60_000);
  await Promise.all(sent);
  expect(stored(relay.room("lobby"))).toEqual(numbers);
  expect(texts(ann)).toEqual(numbers);
});

test("a definite refusal rejects, and stays in the view as failed until it is discarded", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  relay.refuse("post", { code: "rejected", message: "No shouting." }, 1);
  const sent = ann.post("HELLO");
  await expect(sent).rejects.toMatchObject({ code: "rejected", message: "No shouting.", retryable: false });
  expect(ann.view().messages).toMatchObject([
    { text: "HELLO", state: "failed", error: { code: "rejected" } },
  ]);
  const next = ann.post("hello");
  await settle();
  await next;
  expect(texts(ann)).toEqual(["hello", "HELLO!"]);
  ann.discard(ann.view().messages[1]?.id ?? "");
  expect(texts(ann)).toEqual(["hello"]);
});

test("a failed message can be sent after all, under the same id", async () => {
  const { join, relay } = party();
  const ann = await join("ann");
  relay.refuse("post", { code: "slow-mode", message: "Wait.", retryAfter: 5_000 }, 1);
  const error = await ann.post("Hello").catch((error: unknown) => error as ChatError);
  expect(error).toMatchObject({ code: "slow-mode", retryAfter: 5_000, retryable: true });
  const { id } = ann.view().messages[0] ?? { id: "" };
  expect(await ann.retry(id)).toMatchObject({ id, seq: 1 });
  expect(texts(ann)).toEqual(["Hello"]);
  await expect(ann.retry("nothing")).rejects.toMatchObject({ code: "not-found" });
});

test("a rejected post that nobody looks at disturbs nobody", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  relay.refuse("post", { code: "muted", message: "Muted." }, 1);
  void ann.post("Hello");
  void ann.edit(7, "nothing there");
  void ann.retry("nothing");
  void ann.older();
  await settle();
  expect(texts(ann)).toEqual(["Hello!"]);
});

test("passing refusals are waited for: as long as the relay says, in order", async () => {
  const { join, relay, settle, pass } = party();
  const ann = await join("ann");
  relay.refuse("post", { code: "rate-limited", message: "Slower.", retryAfter: 3_000 }, 1);
  const one = ann.post("one");
  const two = ann.post("two");
  await settle();
  await pass(2_900);
  expect(texts(ann)).toEqual(["one…", "two…"]);
  await pass(200);
  await Promise.all([one, two]);
  expect(texts(ann)).toEqual(["one", "two"]);
});

test("while the relay can store nothing, messages stay pending; they are stored when it can", async () => {
  const { join, relay, pass } = party();
  const ann = await join("ann");
  relay.refuse("post", { code: "unavailable", message: "No storage." }, 8);
  const sent = ann.post("Hello");
  await pass(30_000);
  expect(texts(ann)).toEqual(["Hello…"]);
  await pass(60_000);
  expect(await sent).toMatchObject({ seq: 1 });
});

test("a message that makes the relay fail again and again is given up", async () => {
  const { join, relay, pass } = party();
  const ann = await join("ann");
  relay.refuse("post", { code: "internal", message: "A fault." });
  const sent = ann.post("poison");
  await pass(60_000);
  await expect(sent).rejects.toMatchObject({ code: "internal" });
  expect(texts(ann)).toEqual(["poison!"]);
});

test("edits, reactions, pins and deletions go on over lost lines, each stored once", async () => {
  const { join, relay, pass } = party();
  const ann = await join({ sub: "ann", rooms: { "*": "moderator" } });
  await ann.post("one");
  await ann.post("two");
  for (const [type, write] of [
    ["edit", () => ann.edit(1, "uno")],
    ["react", () => ann.react(1, "👍")],
    ["pin", () => ann.pin(1)],
    ["delete", () => ann.delete(2)],
    ["configure", () => ann.configure({ title: "Lobby" })],
    ["moderate", () => ann.moderate("mute", "bob", { for: 60, reason: "spam" })],
  ] as const) {
    const before = relay.room("lobby").log.seq;
    relay.loseReply(type);
    const sent = write();
    await pass(20_000);
    expect(await sent).toMatchObject({ seq: before + 1 });
  }
  expect(ann.view().messages).toMatchObject([
    { text: "uno", pinned: true, reactions: { "👍": { count: 1, mine: true } } },
    { text: "", deletedAt: expect.any(Number) as number },
  ]);
  expect(ann.view().settings).toEqual({ title: "Lobby" });
});

test("a post carries its reply and its data, as they were at the call", async () => {
  const { join } = party();
  const ann = await join("ann");
  const bob = await join("bob");
  await ann.post("one");
  const data = { kind: "poll", options: [1, 2] };
  const sent = ann.post("two", { reply: 1, data });
  data.kind = "changed";
  await sent;
  expect(bob.view().messages[1]).toMatchObject({ reply: 1, data: { kind: "poll", options: [1, 2] } });
});

test("data that JSON cannot carry, and an empty text, are refused at the call", async () => {
  const { join } = party();
  const ann = await join("ann");
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  await expect(ann.post("x", { data: circle })).rejects.toMatchObject({ code: "invalid" });
  await expect(ann.post("")).rejects.toMatchObject({ code: "invalid" });
  expect(texts(ann)).toEqual([]);
});

test("a post to a room that this user was removed from fails visibly", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  relay.room("lobby").remove("ann", "kicked", "Out.");
  await settle();
  await expect(ann.post("Hello")).rejects.toMatchObject({ code: "kicked" });
  expect(texts(ann)).toEqual(["Hello!"]);
});

test("what was pending when this user was removed fails with the reason", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  relay.refuse("post", { code: "unavailable", message: "No." });
  const sent = ann.post("Hello");
  await settle();
  relay.room("lobby").remove("ann", "kicked", "Out.");
  await settle();
  await expect(sent).rejects.toMatchObject({ code: "kicked", message: "Out." });
});

test("[P2] what may be stored does not fail when this user is removed: it waits for what became of it", async () => {
  const { join, relay, settle, pass } = party();
  const ann = await join("ann");
  relay.loseReply("post");
  const sent = ann.post("sent");
  const unsent = ann.post("unsent");
  await settle();
  relay.room("lobby").enforce("ban", "ann");
  await pass(2_000);
  await expect(unsent).rejects.toMatchObject({ code: "banned" });
  expect(texts(ann)).toEqual(["sent…", "unsent!"]);
  relay.room("lobby").enforce("unban", "ann");
  ann.rejoin();
  await settle();
  expect(await sent).toMatchObject({ seq: 1 });
  expect(texts(ann)).toEqual(["sent", "unsent!"]);
});

test("what the line was lost over is sent again as soon as the next one stands", async () => {
  const { chat, relay, settle } = party();
  const ann = chat("ann");
  const room = ann.room("lobby");
  room.view();
  await settle();
  relay.swallow("post");
  const sent = room.post("Hello");
  await settle();
  ann.reconnect();
  await settle();
  expect(await sent).toMatchObject({ seq: 1 });
});

test("a message that is stored waits in the view until its event comes, and is never shown twice", async () => {
  const { join, relay, settle } = party();
  const ann = await join("ann");
  const seen: string[][] = [];
  ann.subscribe(() => seen.push(texts(ann)));
  for (let n = 0; n < 5; n++) await ann.post(`${n}`);
  await settle();
  for (const shown of seen) {
    const plain = shown.map((text) => text.replace("…", ""));
    expect(new Set(plain).size).toBe(plain.length);
  }
  expect(relay.room("lobby").log.seq).toBe(5);
});

test("a message that was stored but is older than the page that came back is not shown as pending", async () => {
  const { join, relay, pass } = party();
  const ann = await join("ann");
  relay.room("lobby").replayLimit = 10;
  relay.loseReply("post");
  const sent = ann.post("Hello");
  await pass(0);
  for (let n = 0; n < 100; n++) relay.say("lobby", "bob", `${n}`);
  await pass(2_000);
  expect(await sent).toMatchObject({ seq: 1 });
  expect(texts(ann).filter((text) => text.endsWith("…"))).toEqual([]);
});

// ── reloads ──────────────────────────────────────────────────────────────────────────────────────────────

test("[SDK1] an unsent message survives a reload, is shown as pending, and is stored once under its id", async () => {
  const { chat, relay, settle, pass } = party();
  const storage = memoryStorage();
  const before = chat("ann", { storage });
  const room = before.room("lobby");
  room.view();
  await settle();
  relay.refuse("post", { code: "unavailable", message: "No." }, 1);
  void room.post("Hello");
  await settle();
  const { id } = room.view().messages[0] ?? { id: "" };
  before.close();
  await settle();

  const after = chat("ann", { storage }).room("lobby");
  after.view();
  await pass(2_000);
  expect(after.view().messages).toMatchObject([{ id, text: "Hello", mine: true, seq: 1 }]);
  expect(relay.room("lobby").log.seq).toBe(1);
});

test("a message that was stored, but whose reply the page did not live to see, is not sent again", async () => {
  const { chat, relay, settle, pass } = party();
  const storage = memoryStorage();
  const before = chat("ann", { storage });
  const room = before.room("lobby");
  room.view();
  await settle();
  relay.loseReply("post");
  void room.post("Hello");
  await settle();
  before.close();
  const after = chat("ann", { storage }).room("lobby");
  after.view();
  await pass(2_000);
  expect(texts(after)).toEqual(["Hello"]);
  expect(relay.room("lobby").log.seq).toBe(1);
});

test("[SDK1] a message whose reply was lost is shown once when a page of history brings it", async () => {
  const { chat, relay, settle } = party();
  const storage = memoryStorage();
  const before = chat("ann", { storage });
  const room = before.room("lobby");
  room.view();
  await settle();
  relay.loseReply("post");
  void room.post("Hello");
  await settle();
  before.close();
  for (let n = 0; n < 60; n++) relay.say("lobby", "bob", `${n}`);
  relay.swallow("post");
  const after = chat("ann", { storage }).room("lobby");
  const shown: string[][] = [];
  after.subscribe(() => shown.push(texts(after).filter((text) => text.startsWith("Hello"))));
  await settle();
  expect(shown.at(-1)).toEqual(["Hello…"]);
  await after.older();
  await settle();
  expect(shown.at(-1)).toEqual(["Hello"]);
  expect(shown.every((hellos) => hellos.length <= 1)).toBe(true);
});

test("several unsent messages come back in the order in which they were written", async () => {
  const { chat, relay, settle, pass } = party();
  const storage = memoryStorage();
  const before = chat("ann", { storage });
  const room = before.room("lobby");
  room.view();
  await settle();
  relay.down();
  await settle();
  for (const text of ["one", "two", "three"]) void room.post(text);
  before.close();
  relay.up();
  const after = chat("ann", { storage }).room("lobby");
  void after.post("four");
  await pass(2_000);
  expect(texts(after)).toEqual(["one", "two", "three", "four"]);
});

test("[SDK1] what an earlier page left goes first, however late the browser lets this one have it", async () => {
  const { chat, relay, settle, pass } = party();
  const storage = memoryStorage();
  const before = chat("ann", { storage });
  const room = before.room("lobby");
  room.view();
  await settle();
  relay.down();
  await settle();
  for (const text of ["one", "two"]) void room.post(text);
  before.close();
  relay.up();
  let grant = (): void => {};
  const granted = new Promise<void>((resolve) => (grant = resolve));
  const request = (_name: string, _options: object, run: () => unknown): Promise<unknown> =>
    granted.then(run);
  vi.stubGlobal("navigator", { locks: { request } });
  const after = chat("ann", { storage }).room("lobby");
  void after.post("three");
  await pass(2_000);
  expect([after.view().status, ...texts(after)]).toEqual(["live", "three…"]);
  grant();
  await pass(2_000);
  expect(texts(after)).toEqual(["one", "two", "three"]);
});

test("an unsent message of one user is neither shown to another nor sent in their name", async () => {
  const { chat, relay, settle, pass } = party();
  const storage = memoryStorage();
  const ann = chat("ann", { storage });
  const room = ann.room("lobby");
  await Promise.all([room.post("Ann's first"), settle()]);
  relay.refuse("post", { code: "unavailable", message: "No." }, 3);
  const sent = room.post("Ann's words");
  await settle();
  ann.setToken(relay.token("bob"));
  await pass(60_000);
  await expect(sent).rejects.toMatchObject({ code: "identity-changed" });
  expect(room.view().messages).toMatchObject([{ text: "Ann's first", mine: false }]);
  expect(relay.room("lobby").log.seq).toBe(1);
  ann.setToken(relay.token("ann"));
  await pass(60_000);
  expect(texts(room)).toEqual(["Ann's first", "Ann's words"]);
  expect(room.view().messages[1]).toMatchObject({ mine: true, by: { id: "ann" } });
});

test("a message that is a day old is not sent without asking", async () => {
  const { chat, relay, settle, pass } = party();
  const storage = memoryStorage();
  const before = chat("ann", { storage });
  const room = before.room("lobby");
  room.view();
  await settle();
  relay.down();
  await settle();
  void room.post("old news");
  before.close();
  await pass(25 * 3_600_000);
  relay.up();
  const after = chat("ann", { storage }).room("lobby");
  after.view();
  await pass(2_000);
  expect(texts(after)).toEqual(["old news!"]);
  const { id } = after.view().messages[0] ?? { id: "" };
  await Promise.all([after.retry(id), pass(0)]);
  expect(texts(after)).toEqual(["old news"]);
});

test("what is stored is forgotten by the storage, and no token ever gets there", async () => {
  const { chat, relay, settle } = party();
  const kept = new Map<string, string>();
  const written: string[] = [];
  const storage = {
    get: (key: string) => kept.get(key),
    set(key: string, value: string) {
      kept.set(key, value);
      written.push(value);
    },
    remove: (key: string) => void kept.delete(key),
  };
  const token = relay.token("ann");
  const room = chat("ann", { storage, token: () => token }).room("lobby");
  await Promise.all([room.post("Hello"), settle()]);
  await settle();
  expect([...kept]).toEqual([]);
  expect(written.some((value) => value.includes("Hello"))).toBe(true);
  expect(written.some((value) => value.includes(token))).toBe(false);
});

test("a storage that throws, or holds rubbish, costs nothing but the memory of a reload", async () => {
  const { chat, settle, pass } = party();
  const refuse = (): never => {
    throw new DOMException("The quota has been exceeded.");
  };
  const room = chat("ann", { storage: { get: refuse, set: refuse, remove: refuse } }).room("lobby");
  await Promise.all([room.post("Hello"), settle()]);
  for (const rubbish of ["{", "null", "[1]", '[{"id":1}]', '{"a":1}', '[{"writing":null,"at":1}]']) {
    const storage = { get: () => rubbish, set: () => {}, remove: () => {} };
    const other = chat("bob", { storage }).room("lobby");
    await Promise.all([other.post("Hi"), pass(0)]);
  }
});

test("two tabs of one user show one bubble each for what either of them writes", async () => {
  const { chat, settle } = party();
  const storage = memoryStorage();
  const tabs: Room[] = [chat("ann", { storage }), chat("ann", { storage })].map((tab) => tab.room("lobby"));
  for (const tab of tabs) tab.view();
  await settle();
  await Promise.all([...tabs.map((tab, n) => tab.post(`from ${n}`)), settle()]);
  await settle();
  for (const tab of tabs) expect(texts(tab).sort()).toEqual(["from 0", "from 1"]);
});
