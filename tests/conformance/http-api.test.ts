import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Relay } from "@natter/relay";
import { RawClient, tokenFor } from "../support/raw-client.ts";
import { startRelay, type Running } from "./relay.ts";

let running: Running;
let relay: Relay;
let url: string;

beforeAll(async () => {
  running = await startRelay({ guests: "on", origins: ["https://good.example"] });
  ({ url, relay } = running);
});
afterAll(() => relay.close());

type Rooms = Record<string, string | string[]>;

function token(sub: string, rooms?: Rooms): string {
  return tokenFor(sub, { name: sub.toUpperCase(), ...(rooms && { rooms }) });
}

const ADMIN = token("root", { "*": "admin" });

interface Answer {
  status: number;
  body: Record<string, unknown> & { error?: { code: string; message: string; retryAfter?: number } };
  headers: Headers;
}

async function ask(
  method: string,
  path: string,
  options: { as?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { body, headers = {} } = options;
  const bearer = "as" in options ? options.as : ADMIN;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text === "" ? {} : (JSON.parse(text) as Answer["body"]),
    headers: answer.headers,
  };
}

const at = (room: string, rest = ""): string => `/v1/rooms/${encodeURIComponent(room)}${rest}`;
const post = (room: string, body: object, as = ADMIN): Promise<Answer> =>
  ask("POST", at(room, "/messages"), { as, body });

let rooms = 0;
const newRoom = (): string => `room ${++rooms}`;

describe("[HTTP1] who asks", () => {
  test.each<[string, Record<string, string>]>([
    ["nothing", {}],
    ["no scheme", { authorization: ADMIN }],
    ["another scheme", { authorization: "Basic cm9vdDpyb290" }],
    ["no token", { authorization: "Bearer" }],
    ["two", { authorization: `Bearer ${ADMIN} ${ADMIN}` }],
    ["rubbish", { authorization: "Bearer abc" }],
    ["a token in the address", {}],
  ])("with %s is nobody, and told how to ask", async (what, headers) => {
    const path = what.includes("address") ? `/v1/rooms?token=${ADMIN}&access_token=${ADMIN}` : "/v1/rooms";
    const answer = await ask("GET", path, { as: undefined, headers });
    expect(answer.status).toBe(401);
    expect(answer.body.error?.code).toBe("unauthorized");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm=/);
  });

  test("with a token that has expired is told so", async () => {
    const old = tokenFor("root", { iat: 1_700_000_000, exp: 1_700_000_060 });
    const answer = await ask("GET", "/v1/rooms", { as: old });
    expect([answer.status, answer.body.error?.code]).toEqual([401, "token-expired"]);
    expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
  });

  test("the scheme is of any case", async () => {
    const answer = await ask("GET", "/v1/rooms", {
      as: undefined,
      headers: { authorization: `bearer ${ADMIN}` },
    });
    expect(answer.status).toBe(200);
  });
});

describe("[HTTP2] rights", () => {
  const CALLS: [method: string, path: string, body?: object][] = [
    ["GET", "/v1/rooms"],
    ["DELETE", "/v1/rooms/x"],
    ["POST", "/v1/users/ann/disconnect"],
    ["POST", "/v1/users/ann/revoke"],
    ["POST", "/v1/tokens/abc/revoke"],
    ["DELETE", "/v1/users/ann"],
    ["GET", "/v1/audit"],
    ["GET", "/v1/app"],
    ["GET", "/v1/restrictions"],
    ["POST", "/v1/rooms/x/messages", { text: "hi", as: { id: "ann", name: "Ann" } }],
  ];

  test.each(CALLS)("%s %s is for admins", async (method, path, body) => {
    for (const allowed of [
      { "*": "moderator" },
      { "y*": "admin" },
      { x: "moderator", y: "admin" },
    ] as Rooms[]) {
      const answer = await ask(method, path, { as: token("mia", allowed), ...(body && { body }) });
      expect([answer.status, answer.body.error?.code]).toEqual([403, "forbidden"]);
    }
  });

  test("an admin of one room deletes it, and speaks for others in it, and no more", async () => {
    const as = token("mia", { mine: "admin", "*": "member" });
    expect((await post("mine", { text: "hi", as: { id: "ann", name: "Ann" } }, as)).status).toBe(201);
    expect((await post("other", { text: "hi", as: { id: "ann", name: "Ann" } }, as)).status).toBe(403);
    expect((await ask("DELETE", at("mine"), { as })).status).toBe(200);
    expect((await ask("GET", "/v1/rooms", { as })).status).toBe(403);
  });

  test("[AZ-03] who may not read is told the same of rooms that are there and that are not", async () => {
    const room = newRoom();
    await post(room, { text: "hi" });
    const as = token("eve", { lobby: "member" });
    const paths = ["", "/messages", "/events", "/members"];
    for (const path of paths) {
      const there = await ask("GET", at(room, path), { as });
      const nowhere = await ask("GET", at("nowhere", path), { as });
      expect(there.status).toBe(403);
      expect(there.body).toEqual(nowhere.body);
    }
  });

  test("are those of the socket: members write, readers read", async () => {
    const room = newRoom();
    const reader = token("rita", { "*": "reader" });
    const { body } = await post(room, { text: "hi" }, token("ann", { "*": "member" }));
    expect((await ask("GET", at(room, "/messages"), { as: reader })).status).toBe(200);
    expect((await post(room, { text: "hi" }, reader)).status).toBe(403);
    expect((await ask("PATCH", at(room), { as: reader, body: { locked: true } })).status).toBe(403);
    expect((await ask("DELETE", at(room, `/messages/${Number(body["seq"])}`), { as: reader })).status).toBe(
      403,
    );
  });
});

describe("[HTTP3] what is wrong with a request", () => {
  const wrong: [
    what: string,
    method: string,
    path: string,
    body: unknown,
    status: number,
    code: string,
    says: RegExp,
  ][] = [
    [
      "a control character in a room",
      "GET",
      "/v1/rooms/a%0Ab",
      undefined,
      400,
      "bad-room",
      /control character/,
    ],
    ["a room that is no UTF-8", "GET", "/v1/rooms/%FF", undefined, 400, "bad-room", /percent-encoded/],
    ["a room that is too long", "GET", `/v1/rooms/${"x".repeat(129)}`, undefined, 400, "bad-room", /129/],
    [
      "a place that is no number",
      "PATCH",
      "/v1/rooms/a/messages/x",
      { text: "b" },
      400,
      "invalid",
      /whole number/,
    ],
    ["a place of 0", "DELETE", "/v1/rooms/a/messages/0", undefined, 400, "invalid", /whole number/],
    ["a user with a control character", "DELETE", "/v1/users/a%00", undefined, 400, "invalid", /user/],
    [
      "an unknown query parameter",
      "GET",
      "/v1/rooms/a/messages?befor=3",
      undefined,
      400,
      "invalid",
      /"befor".*"before"/,
    ],
    ["one where none is known", "GET", "/v1/rooms/a?x=1", undefined, 400, "invalid", /"x".*none/],
    [
      "a query parameter given twice",
      "GET",
      "/v1/rooms/a/messages?limit=1&limit=2",
      undefined,
      400,
      "invalid",
      /twice/,
    ],
    [
      "a limit that is no number",
      "GET",
      "/v1/rooms/a/messages?limit=many",
      undefined,
      400,
      "invalid",
      /`limit` must be a whole/,
    ],
    ["a limit of 201", "GET", "/v1/rooms/a/messages?limit=201", undefined, 400, "invalid", /at most 200/],
    [
      "a limit that is negative",
      "GET",
      "/v1/rooms/a/messages?limit=-1",
      undefined,
      400,
      "invalid",
      /`limit`/,
    ],
    ["a body that is no JSON", "POST", "/v1/rooms/a/messages", "{", 400, "invalid", /JSON object/],
    ["a body that is a list", "POST", "/v1/rooms/a/messages", [], 400, "invalid", /JSON object/],
    ["no text", "POST", "/v1/rooms/a/messages", {}, 400, "invalid", /`text` is missing/],
    [
      "an empty text",
      "POST",
      "/v1/rooms/a/messages",
      { text: "" },
      400,
      "invalid",
      /`text` must not be empty/,
    ],
    [
      "half a surrogate pair",
      "POST",
      "/v1/rooms/a/messages",
      '{"text":"\\ud800"}',
      400,
      "invalid",
      /Unicode/,
    ],
    [
      "a text that is too long",
      "POST",
      "/v1/rooms/a/messages",
      { text: "x".repeat(4001) },
      413,
      "too-large",
      /4001/,
    ],
    [
      "data that are too large",
      "POST",
      "/v1/rooms/a/messages",
      { text: "a", data: { x: "y".repeat(5000) } },
      413,
      "too-large",
      /bytes/,
    ],
    [
      "an id with spaces",
      "POST",
      "/v1/rooms/a/messages",
      { text: "a", id: "a b" },
      400,
      "invalid",
      /`id` must be/,
    ],
    [
      "nobody to speak for",
      "POST",
      "/v1/rooms/a/messages",
      { text: "a", as: { id: "b" } },
      400,
      "invalid",
      /`as.name` is missing/,
    ],
    ["a reply to nothing", "POST", "/v1/rooms/a/messages", { text: "a", reply: 99 }, 404, "not-found", /99/],
    [
      "an unknown act",
      "POST",
      "/v1/rooms/a/moderation",
      { action: "tickle", user: "b" },
      400,
      "invalid",
      /`action` must be/,
    ],
    ["no change", "PATCH", "/v1/rooms/a", { Locked: true }, 400, "invalid", /title/],
    ["a slow mode of a day", "PATCH", "/v1/rooms/a", { slowMode: 86_400 }, 400, "invalid", /at most 21600/],
  ];

  test.each(wrong)("%s", async (...row) => {
    const [, method, path, body, status, code, says] = row;
    const answer = await ask(method, path, body === undefined ? {} : { body });
    expect(answer.body.error?.message).toMatch(says);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    expect(answer.body.error?.message.length).toBeLessThan(250);
  });

  test("a body that says to be something else than JSON is not read", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]) {
      const headers = { "content-type": type };
      const answer = await ask("POST", at("a", "/messages"), { body: '{"text":"a"}', headers });
      expect([answer.status, answer.body.error?.code], type).toEqual([415, "invalid"]);
    }
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    expect((await ask("POST", at("a", "/messages"), { body: '{"text":"a"}', headers })).status).toBe(201);
  });

  test("a body that is too large is not read", async () => {
    const answer = await post("a", { text: "x", data: { y: "z".repeat(100_000) } });
    expect([answer.status, answer.body.error?.code]).toEqual([413, "too-large"]);
  });

  test("invalid UTF-8 in a body", async () => {
    const answer = await fetch(`${url}${at("a", "/messages")}`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" },
      body: Buffer.from('{"text":"\xff"}', "latin1"),
    });
    expect(answer.status).toBe(400);
  });

  test("a method that an address has no use for is told which ones it has", async () => {
    for (const [method, path, allow] of [
      ["PUT", "/v1/rooms/a", "GET, PATCH, DELETE, HEAD, OPTIONS"],
      ["DELETE", "/v1/rooms", "GET, HEAD, OPTIONS"],
      ["GET", "/v1/users/a", "DELETE, OPTIONS"],
      ["PATCH", "/v1/guest", "POST, OPTIONS"],
    ] as const) {
      const answer = await ask(method, path);
      expect([answer.status, answer.body.error?.code, answer.headers.get("allow")]).toEqual([
        405,
        "invalid",
        allow,
      ]);
    }
  });

  test("an address that is none", async () => {
    for (const path of [
      "/v1/",
      "/v1/room",
      "/v1/rooms/",
      "/v1/rooms/a/",
      "/v1/rooms/a/b",
      "/v2/rooms",
      "/v1/rooms//messages",
    ]) {
      const answer = await ask("GET", path);
      expect([answer.status, answer.body.error?.code], path).toEqual([404, "not-found"]);
    }
  });
});

describe("[HTTP4] pages of other origins", () => {
  const page = (
    method: string,
    path: string,
    origin: string,
    more: Record<string, string> = {},
  ): Promise<Answer> => ask(method, path, { headers: { origin, ...more } });

  test("that are allowed may read the answer, refusals too", async () => {
    for (const path of ["/v1/rooms", "/v1/rooms/%FF", "/v1/users/a"]) {
      const { headers } = await page("GET", path, "https://good.example");
      expect(headers.get("access-control-allow-origin")).toBe("https://good.example");
      expect(headers.get("access-control-expose-headers")).toContain("retry-after");
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")).toContain("origin");
    }
  });

  test("that are not are told which origin to add, and nothing is done", async () => {
    const room = newRoom();
    for (const origin of ["https://evil.example", "null", "https://good.example.evil.example"]) {
      const headers = { origin };
      const answer = await ask("POST", at(room, "/messages"), { body: { text: "hi" }, headers });
      expect([answer.status, answer.body.error?.code]).toEqual([403, "forbidden"]);
      expect(answer.body.error?.message).toContain(origin.slice(0, 20));
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect((await ask("GET", at(room))).body["seq"]).toBe(0);
  });

  test("may ask beforehand, without a token", async () => {
    const headers = {
      origin: "https://good.example",
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "authorization, content-type",
    };
    const answer = await ask("OPTIONS", "/v1/rooms/a", { as: undefined, headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-methods")).toContain("PATCH");
    expect(answer.headers.get("access-control-allow-headers")).toContain("authorization");
    const evil = await ask("OPTIONS", "/v1/rooms/a", {
      headers: { ...headers, origin: "https://evil.example" },
    });
    expect(evil.status).toBe(403);
    expect(evil.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("[HTTP5] answers", () => {
  test("are kept by no cache; HEAD has no body", async () => {
    for (const method of ["GET", "HEAD"]) {
      const answer = await fetch(`${url}/v1/rooms`, {
        method,
        headers: { authorization: `Bearer ${ADMIN}` },
      });
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
      expect(answer.headers.get("content-type")).toContain("application/json");
      if (method === "HEAD") expect(await answer.text()).toBe("");
    }
    expect((await ask("GET", "/v1/rooms", { as: "x" })).headers.get("cache-control")).toBe("no-store");
  });

  test("OPTIONS says what can be asked", async () => {
    const answer = await ask("OPTIONS", "/v1/rooms/a");
    expect([answer.status, answer.headers.get("allow")]).toEqual([204, "GET, PATCH, DELETE, HEAD, OPTIONS"]);
  });
});

describe("messages", () => {
  test("[HTTP6] are written once for each id, and told who repeats it", async () => {
    const room = newRoom();
    const first = await post(room, { id: "x", text: "once" });
    const again = await post(room, { id: "x", text: "twice" });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual({ ...first.body, duplicate: true });
    const { body } = await ask("GET", at(room, "/messages"));
    expect(body["messages"]).toMatchObject([
      { seq: 1, id: "x", text: "once", by: { id: "root", name: "ROOT" } },
    ]);
    expect(body).toMatchObject({ epoch: first.body["epoch"], seq: 1, more: false });
  });

  test("without an id are each a new one", async () => {
    const room = newRoom();
    for (let each = 0; each < 3; each++) expect((await post(room, { text: "same" })).status).toBe(201);
    expect((await ask("GET", at(room))).body["seq"]).toBe(3);
  });

  test("are told to who is in the room, with all that they carry", async () => {
    const room = newRoom();
    const ann = await RawClient.enter(url, "ann");
    await ann.ask({ type: "join", room });
    const as = { id: "bot", name: "Weather", picture: "https://example.org/w.png" };
    await post(room, { id: "w1", text: "Rain", data: { mm: 3 }, as });
    expect(await ann.next("event")).toMatchObject({ room, text: "Rain", data: { mm: 3 }, by: as, id: "w1" });
    await ann.close();
  });

  test("in another's name are once for each id of theirs", async () => {
    const room = newRoom();
    const as = { id: "bot", name: "Bot" };
    const statuses = [
      (await post(room, { id: "x", text: "a", as })).status,
      (await post(room, { id: "x", text: "a", as })).status,
      (await post(room, { id: "x", text: "a" })).status,
    ];
    expect(statuses).toEqual([201, 200, 201]);
  });

  test("come page by page, `before` excluded", async () => {
    const room = newRoom();
    for (let each = 1; each <= 5; each++) await post(room, { text: `m${each}` });
    const read = async (query: string): Promise<[unknown, unknown]> => {
      const { body } = await ask("GET", at(room, `/messages?${query}`));
      return [(body["messages"] as { seq: number }[]).map(({ seq }) => seq), body["more"]];
    };
    expect(await read("limit=2")).toEqual([[4, 5], true]);
    expect(await read("limit=2&before=4")).toEqual([[2, 3], true]);
    expect(await read("limit=2&before=2")).toEqual([[1], false]);
    expect(await read("before=1")).toEqual([[], false]);
    expect(await read("before=99")).toEqual([[1, 2, 3, 4, 5], false]);
  });

  test("are edited by their author alone, and deleted by who may", async () => {
    const room = newRoom();
    const ann = token("ann", { "*": "member" });
    const bob = token("bob", { "*": "member" });
    const mia = token("mia", { "*": "moderator" });
    await post(room, { text: "mine" }, ann);
    const place = at(room, "/messages/1");
    expect((await ask("PATCH", place, { as: bob, body: { text: "b" } })).body.error?.code).toBe("forbidden");
    expect((await ask("PATCH", place, { as: mia, body: { text: "b" } })).body.error?.code).toBe("forbidden");
    expect((await ask("DELETE", place, { as: bob })).body.error?.code).toBe("forbidden");
    const edits = [
      await ask("PATCH", place, { as: ann, body: { id: "e", text: "new" } }),
      await ask("PATCH", place, { as: ann, body: { id: "e", text: "new" } }),
    ];
    expect(edits.map(({ status, body }) => [status, body["seq"], body["duplicate"]])).toEqual([
      [200, 2, undefined],
      [200, 2, true],
    ]);
    expect((await ask("DELETE", `${place}?reason=spam&id=d`, { as: mia })).body).toMatchObject({ seq: 3 });
    expect((await ask("DELETE", `${place}?id=d`, { as: mia })).body).toMatchObject({
      seq: 3,
      duplicate: true,
    });
    const gone = await ask("DELETE", place, { as: mia });
    expect([gone.status, gone.body.error?.code]).toEqual([404, "not-found"]);
    const { body } = await ask("GET", at(room, "/events"));
    expect(body["events"]).toMatchObject([
      { kind: "message", text: "" },
      { kind: "edit", text: "" },
      { kind: "delete", reason: "spam", by: { id: "mia", role: "moderator" } },
    ]);
  });
});

describe("[RM2] a room in the address", () => {
  test.each([
    "a/b",
    "a%2Fb",
    "100%",
    "한국어 방",
    "🏠",
    "a?b#c",
    "a+b",
    "cafe\u0301",
    "%41",
    "a b",
    "...",
    "a;b=c",
    "events",
  ])("is %s", async (name) => {
    const id = `id-${Math.random()}`.replace(".", "");
    await post(name, { id, text: `words in ${name}` });
    const { body } = await ask("GET", at(name));
    expect(body["room"]).toBe(name.normalize("NFC"));
    const client = await RawClient.enter(url, "ann");
    const { messages } = await client.ask({ type: "join", room: name });
    expect(messages).toMatchObject([{ id, text: `words in ${name}` }]);
    await client.close();
  });
});

describe("events", () => {
  test("[HTTP7] come in order and without holes, from any place on", async () => {
    const room = newRoom();
    for (let each = 1; each <= 7; each++) await post(room, { text: `m${each}` });
    const { body: start } = await ask("GET", at(room, "/messages"));
    const seen: number[] = [];
    for (let after = 0, more = true; more;) {
      const { body } = await ask(
        "GET",
        at(room, `/events?after=${after}&limit=3&epoch=${String(start["epoch"])}`),
      );
      seen.push(...(body["events"] as { seq: number }[]).map(({ seq }) => seq));
      after = body["seq"] as number;
      more = body["more"] as boolean;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const { body } = await ask("GET", at(room, "/events?after=7"));
    expect(body).toEqual({ epoch: start["epoch"], seq: 7, events: [], more: false });
  });

  test("of another life, or of the future, are `reset`", async () => {
    const room = newRoom();
    await post(room, { text: "a" });
    for (const query of ["after=0&epoch=another", "after=2"]) {
      const answer = await ask("GET", at(room, `/events?${query}`));
      expect([answer.status, answer.body.error?.code], query).toEqual([410, "reset"]);
    }
  });

  test("that retention has let go are `reset`", async () => {
    const small = await startRelay({ retentionCount: 100 });
    const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" };
    for (let each = 0; each < 120; each++) {
      await fetch(`${small.url}/v1/rooms/a/messages`, { method: "POST", headers, body: '{"text":"a"}' });
    }
    const statuses = await Promise.all(
      [0, 19, 20].map(
        async (after) => (await fetch(`${small.url}/v1/rooms/a/events?after=${after}`, { headers })).status,
      ),
    );
    expect(statuses).toEqual([410, 410, 200]);
    await small.relay.close();
  });
});

describe("members", () => {
  test("are listed by id, page by page, or only counted", async () => {
    const room = newRoom();
    const clients = await Promise.all(["cleo", "ann", "bob"].map((id) => RawClient.enter(url, id)));
    for (const client of clients) await client.ask({ type: "join", room });
    const read = async (query: string) => (await ask("GET", at(room, `/members?${query}`))).body;
    const page = await read("limit=2");
    expect(page).toMatchObject({ members: [{ id: "ann" }, { id: "bob" }], count: 3, next: "bob" });
    const rest = await read("limit=2&after=bob");
    expect(rest).toMatchObject({ members: [{ id: "cleo" }], count: 3 });
    expect(rest["next"]).toBeUndefined();
    expect(await read("limit=0")).toEqual({ members: [], count: 3 });
    for (const client of clients) await client.close();
  });
});

describe("moderation and settings", () => {
  test("[MOD2] [MOD5] a ban is told to the room, puts them out and keeps them out", async () => {
    const room = newRoom();
    const bob = await RawClient.enter(url, "bob");
    const ann = await RawClient.enter(url, "ann");
    for (const client of [bob, ann]) await client.ask({ type: "join", room });
    const mia = token("mia", { "*": "moderator" });
    const body = { id: "b", action: "ban", user: "bob", for: 600, reason: "spam" };
    const first = await ask("POST", at(room, "/moderation"), { as: mia, body });
    const again = await ask("POST", at(room, "/moderation"), { as: mia, body });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(await ann.next("event")).toMatchObject({
      kind: "moderation",
      action: "ban",
      user: "bob",
      reason: "spam",
    });
    expect(await bob.next("left")).toMatchObject({ room, code: "banned" });
    const read = await ask("GET", at(room, "/messages"), { as: token("bob", { "*": "member" }) });
    expect([read.status, read.body.error?.code]).toEqual([403, "banned"]);
    expect(read.body.error?.message).toContain("spam");
    await bob.close();
    await ann.close();
  });

  test("[MOD1] who is muted writes as little here as there", async () => {
    const room = newRoom();
    await ask("POST", at(room, "/moderation"), { body: { action: "mute", user: "bob", for: 60 } });
    const answer = await post(room, { text: "hi" }, token("bob", { "*": "member" }));
    expect([answer.status, answer.body.error?.code]).toEqual([403, "muted"]);
    expect(answer.body.error?.retryAfter).toBeGreaterThan(0);
  });

  test("[MOD4] slow mode and locks hold, and say how long to wait", async () => {
    const room = newRoom();
    const bob = token("bob", { "*": "member" });
    const { body } = await ask("PATCH", at(room), { body: { slowMode: 60, title: "Slow" } });
    expect(body).toMatchObject({ seq: 1 });
    expect((await post(room, { text: "a" }, bob)).status).toBe(201);
    const slow = await post(room, { text: "b" }, bob);
    expect([slow.status, slow.body.error?.code]).toEqual([429, "slow-mode"]);
    expect(Number(slow.headers.get("retry-after"))).toBeGreaterThan(50);
    await ask("PATCH", at(room), { body: { slowMode: 0, locked: true } });
    expect((await post(room, { text: "c" }, bob)).body.error?.code).toBe("locked");
    expect((await ask("GET", at(room))).body["settings"]).toEqual({ title: "Slow", locked: true });
  });

  test("[LOG7] a repeat is answered as the first time, though they were muted since", async () => {
    const room = newRoom();
    const bob = token("bob", { "*": "member" });
    const first = await post(room, { id: "x", text: "a" }, bob);
    await ask("POST", at(room, "/moderation"), { body: { action: "mute", user: "bob" } });
    expect((await post(room, { id: "x", text: "a" }, bob)).body).toEqual({ ...first.body, duplicate: true });
    expect((await post(room, { id: "y", text: "b" }, bob)).status).toBe(403);
  });
});

describe("[MOD7] who is restricted", () => {
  test("is told to who may mute or ban, for a room and for all, while it holds", async () => {
    const [first, second, quiet] = ["restricted 1", "restricted 2", "restricted none"];
    await post(quiet, { text: "hi" });
    const act = (room: string, body: object): Promise<Answer> =>
      ask("POST", at(room, "/moderation"), { body });
    await act(first, { action: "mute", user: "bob", for: 3600, reason: "loud" });
    await act(first, { action: "ban", user: "eve" });
    await act(second, { action: "ban", user: "eve", reason: "spam" });
    await act(second, { action: "mute", user: "cy" });
    await act(second, { action: "unmute", user: "cy" });
    const told = await ask("GET", at(first, "/restrictions"));
    expect(told.body["restrictions"]).toEqual([
      { user: "bob", mute: { until: expect.any(Number) as number, reason: "loud" } },
      { user: "eve", ban: {} },
    ]);
    const all = await ask("GET", "/v1/restrictions?after=restricted&limit=1");
    expect(all.body).toMatchObject({ rooms: [{ room: first }], next: first });
    const rest = await ask("GET", `/v1/restrictions?limit=1&after=${encodeURIComponent(first)}`);
    expect(rest.body["rooms"]).toEqual([
      { room: second, restrictions: [{ user: "eve", ban: { reason: "spam" } }] },
    ]);
    for (const [role, status] of [
      ["reader", 403],
      ["member", 403],
      ["moderator", 200],
    ] as const) {
      const answer = await ask("GET", at(first, "/restrictions"), { as: token("mia", { "*": role }) });
      expect(answer.status).toBe(status);
    }
  });
});

describe("looking for something", () => {
  test("finds rooms by a part of name or title, in letters of any case, page by page", async () => {
    for (const room of ["Harbour 1", "harbour 2", "a HARBOUR", "elsewhere"]) await post(room, { text: "hi" });
    await ask("PATCH", at("elsewhere"), { body: { title: "Old harbour" } });
    const found = async (query: string): Promise<[string[], unknown]> => {
      const { body } = await ask("GET", `/v1/rooms?search=harbour${query}`);
      return [(body["rooms"] as { room: string }[]).map(({ room }) => room), body["next"]];
    };
    expect(await found("")).toEqual([["Harbour 1", "a HARBOUR", "elsewhere", "harbour 2"], undefined]);
    expect(await found("&limit=2")).toEqual([["Harbour 1", "a HARBOUR"], expect.any(String) as string]);
    const [, next] = await found("&limit=2");
    expect(await found(`&limit=2&after=${encodeURIComponent(String(next))}`)).toEqual([
      ["elsewhere", "harbour 2"],
      undefined,
    ]);
  });

  test("[AUD1] finds entries of the audit by all that is named", async () => {
    const room = newRoom();
    for (const user of ["bob", "eve", "bob"]) {
      await ask("POST", at(room, "/moderation"), { body: { action: "kick", user } });
      await ask("POST", at(room, "/moderation"), { body: { action: "mute", user, for: 60 } });
    }
    const found = async (query: string): Promise<unknown[]> =>
      (await ask("GET", `/v1/audit?room=${encodeURIComponent(room)}${query}`)).body["entries"] as unknown[];
    expect(await found("")).toHaveLength(6);
    expect(await found("&action=mute&user=bob")).toMatchObject([
      { action: "mute", user: "bob", room },
      { action: "mute", user: "bob", room },
    ]);
    expect(await found("&by=nobody")).toEqual([]);
    const { body } = await ask("GET", `/v1/audit?room=${encodeURIComponent(room)}&user=bob&limit=3`);
    expect(body).toMatchObject({ more: true });
    expect(await found(`&user=bob&before=${String(body["next"])}`)).toHaveLength(1);
    expect((await ask("GET", "/v1/audit?action=dance")).status).toBe(400);
  });
});

describe("[REG1] deleting a room", () => {
  test("puts everybody out, erases all, and begins another epoch for who comes", async () => {
    const room = newRoom();
    const ann = await RawClient.enter(url, "ann");
    const first = await ann.ask({ type: "join", room });
    await post(room, { text: "a secret" });
    await ask("PATCH", at(room), { body: { title: "Secrets" } });
    const { body } = await ask("DELETE", at(room));
    expect(await ann.next("left")).toMatchObject({ room, code: "room-closed" });
    expect(body["epoch"]).not.toBe(first["epoch"]);
    const again = await ann.ask({ type: "join", room, since: { epoch: first["epoch"], seq: 1 } });
    expect(again).toMatchObject({
      epoch: body["epoch"],
      seq: 0,
      recovered: false,
      messages: [],
      settings: {},
    });
    const stored = await ann.ask({ type: "post", room, id: "1", text: "anew" });
    expect(stored).toMatchObject({ epoch: body["epoch"], seq: 1 });
    expect((await ask("GET", at(room, "/messages"))).body["messages"]).toMatchObject([{ text: "anew" }]);
    await ann.close();
  });

  test("ends plain clients, too", async () => {
    const room = `plain${++rooms}`;
    const plain = await RawClient.open(url, { path: `/ws/chat/${room}/`, protocols: [] });
    await expect.poll(async () => (await ask("GET", at(room))).body["count"]).toBe(1);
    await ask("DELETE", at(room));
    expect(await plain.closed).toMatchObject({ code: 4403 });
  });
});

describe("[REG2] forgetting a user", () => {
  test("is told to who has their words on the screen, and is idempotent", async () => {
    const room = newRoom();
    const bob = await RawClient.enter(url, "bob");
    await bob.ask({ type: "join", room });
    await post(room, { text: "a secret" }, token("zoe", { "*": "member" }));
    await bob.next("event");
    expect((await ask("DELETE", "/v1/users/zoe")).body).toEqual({ done: true, messages: 1 });
    const told = await bob.next((packet) => packet["kind"] === "delete");
    expect(told).toMatchObject({ kind: "delete", target: 1, author: { name: "–" }, by: { id: "root" } });
    expect((await ask("DELETE", "/v1/users/zoe")).body).toEqual({ done: true, messages: 0 });
    for (const path of ["/messages", "/events"]) {
      expect(JSON.stringify((await ask("GET", at(room, path))).body)).not.toMatch(/secret|zoe/i);
    }
    const cleo = await RawClient.enter(url, "cleo");
    const { epoch } = await cleo.ask({ type: "join", room });
    const replayed = await cleo.ask({ type: "join", room, since: { epoch, seq: 0 } });
    expect(replayed["recovered"]).toBe(true);
    expect(JSON.stringify(replayed)).not.toMatch(/secret|zoe/i);
    await bob.close();
    await cleo.close();
  });
});

describe("a user who is put out", () => {
  test("is disconnected on every connection, and may come back", async () => {
    const tabs = await Promise.all([1, 2].map(() => RawClient.enter(url, "dora")));
    const other = await RawClient.enter(url, "emil");
    expect((await ask("POST", "/v1/users/dora/disconnect")).body).toEqual({ connections: 2 });
    for (const tab of tabs) expect(await tab.closed).toMatchObject({ code: 4401 });
    await (await RawClient.enter(url, "dora")).close();
    await other.close();
  });

  test("is revoked: connections end, and the token counts for nothing here and there", async () => {
    const as = token("frida", { "*": "member" });
    const tab = await RawClient.enter(url, "frida");
    expect((await ask("GET", at("x"), { as })).status).toBe(200);
    expect((await ask("POST", "/v1/users/frida/revoke")).status).toBe(200);
    expect(await tab.closed).toMatchObject({ code: 4401 });
    const answer = await ask("GET", at("x"), { as });
    expect([answer.status, answer.body.error?.code]).toEqual([401, "unauthorized"]);
  });
});

test("[P7] [AZ-06] calls of one app see and change nothing of another, whatever the names", async () => {
  const key = (letter: string) => letter.repeat(40);
  const app = (letter: string) => ({ keys: [{ alg: "HS256" as const, secret: key(letter) }] });
  const two = await startRelay({ secret: "", apps: { a: app("a"), b: app("b") } });
  const call = async (id: string, method: string, path: string, body?: object): Promise<Answer["body"]> => {
    const bearer = tokenFor("root", { aud: id, rooms: { "*": "admin" } }, key(id));
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return (await (await fetch(`${two.url}${path}`, init)).json()) as Answer["body"];
  };
  await call("a", "POST", "/v1/rooms/lobby/messages", { id: "1", text: "of a" });
  await call("b", "POST", "/v1/rooms/lobby/messages", { id: "1", text: "of b" });
  await call("a", "DELETE", "/v1/users/root");
  await call("a", "DELETE", "/v1/rooms/lobby");
  expect(await call("b", "GET", "/v1/rooms/lobby/messages")).toMatchObject({
    messages: [{ seq: 1, text: "of b" }],
  });
  expect((await call("a", "GET", "/v1/rooms"))["rooms"]).toEqual([]);
  expect((await call("b", "GET", "/v1/audit"))["entries"]).toEqual([]);
  await two.relay.close();
});

describe("[AUD1] the audit", () => {
  test("says who did what, where, to whom and from where, newest first and page by page", async () => {
    const room = newRoom();
    const mia = await RawClient.enter(url, "mia", { rooms: { "*": "moderator" } });
    await ask("PATCH", at(room), { body: { title: "Tea" } });
    await mia.ask({ type: "moderate", room, id: "k", action: "kick", user: "bob", reason: "rude" });
    await ask("POST", "/v1/users/ann%2Fb/revoke");
    await post(room, { text: "a private text", as: { id: "bot", name: "Bot" } });
    await ask("DELETE", at(room));
    const { body } = await ask("GET", "/v1/audit?limit=5");
    const entries = body["entries"] as { id: number }[];
    expect(entries).toMatchObject([
      { action: "delete-room", by: "root", room, address: "127.0.0.1" },
      { action: "post-as", by: "root", user: "bot", room, target: 3 },
      { action: "revoke", by: "root", user: "ann/b" },
      { action: "kick", by: "mia", user: "bob", room, reason: "rude", address: "127.0.0.1" },
      { action: "configure", by: "root", room, settings: { title: "Tea" } },
    ]);
    expect(JSON.stringify(body)).not.toContain("private text");
    const next = await ask("GET", `/v1/audit?limit=2&before=${entries[1]?.id}`);
    expect(next.body).toMatchObject({ entries: [{ action: "revoke" }, { action: "kick" }], more: true });
    await mia.close();
  });
});

test("[HTTP8] a user's requests are limited as their packets are, each user's for themselves", async () => {
  const busy = await startRelay({
    packetsPerSecond: 1,
    packetsBurst: 5,
    postsPerSecond: 1,
    postsBurst: 2,
    userShare: 1,
  });
  const read = (as: string): Promise<Response> =>
    fetch(`${busy.url}/v1/rooms/a`, { headers: { authorization: `Bearer ${as}` } });
  const statuses: number[] = [];
  let last: Response | undefined;
  for (let each = 0; each < 7; each++) statuses.push((last = await read(token("ann"))).status);
  expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
  expect(statuses.at(-1)).toBe(429);
  expect(Number(last?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(await last?.json()).toMatchObject({ error: { code: "rate-limited" } });
  expect((await read(token("bob"))).status).toBe(200);
  await busy.relay.close();
});

test("[AU-09] no token and no text reaches the log", async () => {
  await post("logged", { text: "words of the log" });
  await ask("GET", "/v1/rooms", { as: "not.a.token" });
  expect(running.logged.join("\n")).not.toMatch(/words of the log|not\.a\.token|eyJ/);
});
