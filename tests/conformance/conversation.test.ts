import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RawClient, tokenFor } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

let running: Running;
let url: string;

beforeAll(async () => {
  running = await startRelay({ dev: true });
  ({ url } = running);
});

afterAll(() => running.relay.close());

test("the first conversation of docs/PROTOCOL.md, as it stands there", async () => {
  const guest = (await (await fetch(`${url}/v1/guest`, { method: "POST" })).json()) as { token: string };
  const page = readFileSync(new URL("../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const block = (name: string): string => {
    const found = new RegExp(`golden: ${name} -->\\s*\`\`\`json\\n([^]*?)\`\`\``).exec(page)?.[1];
    if (found === undefined) throw new Error(`${name} is not on the page.`);
    return found.replace("header.payload.signature", guest.token);
  };
  const client = await RawClient.open(url);
  client.sayText(block("client-hello-and-join"));
  await client.next("welcome");
  const joined = await client.next((packet) => packet.type === "ok" && packet["ref"] === 1);
  expect(joined).toMatchObject({ room: "lobby", seq: 0, recovered: false, messages: [], more: false });
  const news = await client.next((packet) => packet.type === "ok" && packet["ref"] === 2);
  expect(news).toMatchObject({ room: "news", recovered: false });
  client.sayText(block("client-post"));
  const stored = await client.next((packet) => packet.type === "ok" && packet["ref"] === 10);
  expect(Object.keys(stored).sort()).toEqual(["at", "epoch", "ref", "seq", "type"]);
  expect(await client.next("event")).toMatchObject({
    room: "lobby",
    seq: 1,
    kind: "message",
    text: "Hello, everybody",
  });
  await client.close();
});

test("[P3] two clients over real lines see the same, in one order", async () => {
  const ann = await RawClient.join(url, "ann", "order");
  const bob = await RawClient.join(url, "bob", "order");
  for (let each = 0; each < 100; each++) {
    for (const [name, client] of [["ann", ann] as const, ["bob", bob] as const]) {
      client.say({
        type: "post",
        ref: 1000 + each,
        room: "order",
        id: `${name}-${each}`,
        text: `${name} ${each}`,
      });
    }
  }
  const texts = (client: RawClient): unknown[] => client.of("event").map((event) => event["text"]);
  for (const client of [ann, bob])
    await client.until(() => (texts(client).length === 200 ? true : undefined));
  expect(texts(ann)).toEqual(texts(bob));
  expect(ann.of("event").map((event) => event["seq"])).toEqual(
    Array.from({ length: 200 }, (_, at) => at + 1),
  );
  await Promise.all([ann.close(), bob.close()]);
});

describe("[RM1] [RM2] rooms of any name", () => {
  test.each([
    "한국어 방",
    "two words",
    "🏠",
    "a_b",
    "a/b",
    "../../etc",
    "100%",
    "<script>",
    "a".repeat(128),
    "*",
    "?",
    "[x]",
  ])("%s", async (room) => {
    const ann = await RawClient.join(url, "ann", room);
    await ann.ask({ type: "post", room, id: "1", text: "hello" });
    expect((await ann.next("event"))["room"]).toBe(room);
    await ann.close();
  });

  test("[RM2] in two spellings are one, and named by one", async () => {
    const ann = await RawClient.join(url, "ann", "cafe\u0301");
    const bob = await RawClient.join(url, "bob", "caf\u00e9");
    await bob.ask({ type: "post", room: "cafe\u0301", id: "1", text: "hello" });
    expect((await ann.next("event"))["room"]).toBe("caf\u00e9");
    await Promise.all([ann.close(), bob.close()]);
  });

  test("[AZ-08] are no two rooms that only look alike", async () => {
    const names = [
      "lobby",
      "Lobby",
      "lobby\u00a0x",
      "lobby x",
      "l\u043ebby",
      "lobby*",
      "lobby\u200b",
      "ﬁ",
      "fi",
      "Å",
      "A\u030a",
    ];
    const ann = await RawClient.enter(url, "ann");
    const seqs = new Map<string, unknown>();
    for (const [at, room] of names.entries()) {
      const prefix = `alike ${room}`;
      seqs.set(room, (await ann.ask({ type: "post", room: prefix, id: `${at}`, text: "x" }))["seq"]);
    }
    expect([...seqs.values()]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    await ann.close();
  });

  test.each([
    "",
    " lobby",
    "lobby ",
    "\u00a0lobby",
    "a\nb",
    "a\u0000b",
    "a\u202eb",
    "a\u2028b",
    "a\ud800b",
    "a".repeat(129),
    "\u0301".repeat(20_000),
  ])("[RM3] %.20j is refused, and says why", async (room) => {
    const ann = await RawClient.enter(url, "ann");
    const begin = Date.now();
    const error = await ann.request({ type: "join", room });
    expect(error).toMatchObject({ type: "error", code: "bad-room" });
    expect(String(error["message"]).length).toBeLessThan(200);
    // What grows with the square of a name's length would take a minute.
    expect(Date.now() - begin).toBeLessThan(2000);
    await ann.close();
  });
});

describe("[PLN1] the plain endpoint", () => {
  const plain = (room: string, query = ""): Promise<RawClient> =>
    RawClient.open(url, { path: `/ws/chat/${encodeURIComponent(room)}/${query}`, protocols: [] });

  test.each(["lobby", "한국어 방", "two words", "a_b", "🏠", "a/b", "100%", "a?b#c"])(
    "two pages in a room like %s hear each other, and the others",
    async (name) => {
      const room = `plain ${name}`;
      const [one, two] = await Promise.all([plain(room), plain(room)]);
      const ann = await RawClient.join(url, "ann", room);
      await ann.until(() => (ann.of("presence").some(({ count }) => count === 3) ? true : undefined));
      one.sayText(JSON.stringify({ message: "hello" }));
      for (const page of [one, two]) await page.until(() => page.texts[0]);
      expect([one.texts, two.texts]).toEqual([['{"message":"hello"}'], ['{"message":"hello"}']]);
      expect(await ann.next("event")).toMatchObject({ room, text: "hello" });
      await ann.ask({ type: "post", room, id: "1", text: "hello yourself" });
      await two.until(() => two.texts[1]);
      expect(one.texts.concat(two.texts).filter((text) => text.includes("yourself"))).toHaveLength(2);
      await Promise.all([one.close(), two.close(), ann.close()]);
    },
  );

  test("a guest may stay for as long as they like", async () => {
    const quick = await startRelay({ dev: true, heartbeat: 500 });
    const page = await RawClient.open(quick.url, { path: "/ws/chat/lobby/", protocols: [] });
    await new Promise((resolve) => setTimeout(resolve, 700));
    page.sayText('{"message":"still here"}');
    await page.until(() => page.texts[0]);
    await page.close();
    await quick.relay.close();
  });

  test("without the slash at the end is the same room", async () => {
    const one = await RawClient.open(url, { path: "/ws/chat/slash", protocols: [] });
    const two = await plain("slash");
    one.sayText('{"message":"hello"}');
    await two.until(() => two.texts[0]);
    await Promise.all([one.close(), two.close()]);
  });

  test("with a token speaks as its user", async () => {
    const ann = await RawClient.join(url, "ann", "named");
    const page = await plain("named", `?token=${tokenFor("dan", { name: "Dan" })}`);
    page.sayText('{"message":"hello"}');
    expect((await ann.next("event"))["by"]).toMatchObject({ id: "dan", name: "Dan" });
    await Promise.all([ann.close(), page.close()]);
  });

  test.each<[string, string, number]>([
    ["a bad token", "?token=rubbish", 4401],
    ["an empty token", "?token=", 4401],
  ])("[PLN2] %s is closed with %i", async (_, query, code) => {
    const page = await plain("lobby", query);
    const ending = await page.closed;
    expect(ending.code).toBe(code);
    expect(ending.reason).not.toBe("");
    expect(page.texts).toEqual([]);
  });

  test.each(["%", "%FF%FE", "%00", "%20x", "a%E2%80%AEb"])(
    "[PLN2] the room %s is closed with 4400 and a reason",
    async (path) => {
      const page = await RawClient.open(url, { path: `/ws/chat/${path}/`, protocols: [] });
      const ending = await page.closed;
      expect(ending.code).toBe(4400);
      expect(ending.reason).not.toBe("");
    },
  );

  test("[PLN2] a page of an origin that is not allowed hears nothing but the reason", async () => {
    const page = await RawClient.open(url, {
      path: "/ws/chat/lobby/",
      protocols: [],
      headers: { origin: "https://evil.example" },
    });
    const ending = await page.closed;
    expect([ending.code, page.texts]).toEqual([4403, []]);
    expect(ending.reason).toContain("https://evil.example");
  });

  test("[PLN2] where no guests are allowed, nobody comes in without a token", async () => {
    const closed = await startRelay({ guests: "off" });
    const page = await RawClient.open(closed.url, { path: "/ws/chat/lobby/", protocols: [] });
    expect((await page.closed).code).toBe(4401);
    await closed.relay.close();
  });

  test.each(["/ws/chat/", "/ws/chat//", "/ws/chat/a/b/", "/ws/chat", "/ws/chatlobby/"])(
    "%s is nothing",
    async (path) => {
      await expect(RawClient.open(url, { path, protocols: [] })).rejects.toThrow("HTTP 404");
    },
  );
});

test("[P7] two relays in one process never meet", async () => {
  const other = await startRelay({ app: "other" });
  const here = await RawClient.join(url, "ann", "apart");
  const there = await RawClient.join(other.url, "ann", "apart", { aud: "other" });
  await there.ask({ type: "post", room: "apart", id: "1", text: "not for here" });
  await there.next("event");
  expect(JSON.stringify(here.frames)).not.toContain("not for here");
  expect(await here.ask({ type: "members", room: "apart" })).toMatchObject({ count: 1 });
  const stranger = await RawClient.open(url);
  stranger.say({ type: "hello", token: tokenFor("ann", { aud: "other" }) });
  expect((await stranger.closed).code).toBe(4401);
  await Promise.all([here.close(), there.close()]);
  await other.relay.close();
  const still = await RawClient.join(url, "ann", "apart");
  await still.close();
});

test("[AU-09] [AZ-12] tokens, texts and names with control characters are not in the log", async () => {
  const quiet = await startRelay({ logLevel: "debug" });
  const token = tokenFor("ann", { name: "An\r\nn\u001b[31m" });
  const ann = await RawClient.open(quiet.url);
  ann.say({ type: "hello", token });
  expect((await ann.next("welcome"))["user"]).toEqual({ id: "ann", name: "Ann[31m" });
  await ann.ask({ type: "post", room: "lobby", id: "1", text: "very private words" });
  await ann.request({ type: "token", token: `${token}x` });
  await RawClient.open(quiet.url, { path: `/ws/chat/lobby/?token=${token}`, protocols: [] }).then((page) =>
    page.close(),
  );
  const bad = await RawClient.open(quiet.url);
  bad.say({ type: "hello", token: `${token}x` });
  await bad.closed;
  await fetch(`${quiet.url}/nowhere?token=${token}`);
  await ann.close();
  await quiet.relay.close();
  const log = quiet.logged.join("\n");
  expect(log).not.toContain(token.slice(0, 40));
  expect(log).not.toContain("very private words");
});
