import { describe, expect, test } from "vitest";
import { ChatError } from "../../src/chat-error.ts";
import { RelayApi } from "../../src/server/index.ts";

interface Sent {
  method: string;
  url: string;
  token: string | null;
  body: Record<string, unknown> | undefined;
}

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | Error;

/** A relay that answers as it is told, and a client of it whose waits are noted and not kept. */
function scripted(
  answers: Answer[],
  options: { token?: string | (() => string | Promise<string>); retries?: number } = {},
): { api: RelayApi; sent: Sent[]; waits: number[] } {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const fetch = ((url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    sent.push({
      method: init.method ?? "GET",
      url,
      token: headers.get("authorization"),
      body: typeof init.body === "string" ? (JSON.parse(init.body) as Sent["body"]) : undefined,
    });
    const answer = answers.shift() ?? { body: {} };
    if (answer instanceof Error) return Promise.reject(answer);
    const { status = 200, body = {}, headers: given = {} } = answer;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return Promise.resolve(new Response(text, { status, headers: given }));
  }) as typeof globalThis.fetch;
  const api = new RelayApi({
    relay: "wss://relay.example/",
    token: "t",
    fetch,
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    random: () => 0.5,
    ...options,
  });
  return { api, sent, waits };
}

const refusal = (code: string, more: object = {}): { error: object } => ({
  error: { code, message: "No.", ...more },
});

async function failure(promise: Promise<unknown>): Promise<ChatError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ChatError)) throw new Error(`It should have been a ChatError: ${String(error)}`);
  return error;
}

describe("a call", () => {
  test("goes to the relay's address, with the token, and names rooms and users percent-encoded", async () => {
    const { api, sent } = scripted([]);
    await api.messages("a/b ?", { before: 7, limit: 2 });
    await api.forget("ann@example.org").catch(() => undefined);
    expect(sent[0]).toMatchObject({
      method: "GET",
      url: "https://relay.example/v1/rooms/a%2Fb%20%3F/messages?before=7&limit=2",
      token: "Bearer t",
      body: undefined,
    });
    expect(sent[1]).toMatchObject({
      method: "DELETE",
      url: "https://relay.example/v1/users/ann%40example.org",
    });
  });

  test("that stores has an id, the same in every try", async () => {
    const { api, sent } = scripted([{ status: 503 }, new TypeError("fetch failed"), { body: { seq: 1 } }]);
    expect(await api.post("lobby", "hi", { as: { id: "bot", name: "Bot" } })).toEqual({ seq: 1 });
    const ids = sent.map(({ body }) => body?.["id"]);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(1);
    expect(sent[0]?.body).toMatchObject({ text: "hi", as: { id: "bot", name: "Bot" } });
  });

  test("keeps an id that it is given", async () => {
    const { api, sent } = scripted([]);
    await api.post("lobby", "hi", { id: "order-7" });
    await api.delete("lobby", 3, { id: "order-8", reason: "spam" });
    expect(sent[0]?.body?.["id"]).toBe("order-7");
    expect(sent[1]?.url).toContain("?id=order-8&reason=spam");
  });

  test.each(["", ".", "..", "\ud800"])("about a room called %j asks nobody", async (room) => {
    const { api, sent } = scripted([]);
    expect((await failure(api.room(room))).code).toBe("invalid");
    expect(sent).toEqual([]);
  });
});

describe("what fails", () => {
  test("is a ChatError with the relay's code, words and time", async () => {
    const { api, sent } = scripted([{ status: 429, body: refusal("slow-mode", { retryAfter: 4200 }) }]);
    expect(await failure(api.post("lobby", "hi"))).toMatchObject({
      code: "slow-mode",
      message: "No.",
      retryAfter: 4200,
      retryable: true,
    });
    expect(sent).toHaveLength(1);
  });

  test.each(["forbidden", "banned", "invalid", "not-found", "reset", "rejected", "too-large"])(
    "with %s is not tried again",
    async (code) => {
      const { api, sent } = scripted([{ status: 400, body: refusal(code) }]);
      expect((await failure(api.room("lobby"))).code).toBe(code);
      expect(sent).toHaveLength(1);
    },
  );

  test("for a passing reason is tried again, after the time that the relay names, and longer each time", async () => {
    const { api, sent, waits } = scripted([
      { status: 503, body: refusal("unavailable"), headers: { "retry-after": "2" } },
      { status: 429, body: refusal("rate-limited", { retryAfter: 1500 }) },
      { status: 500, body: refusal("internal") },
      { body: { seq: 5 } },
    ]);
    expect(await api.room("lobby")).toEqual({ seq: 5 });
    expect(waits).toEqual([2125, 1750, 500]);
    expect(sent).toHaveLength(4);
  });

  test("for good fails after the last try, and as often as is said", async () => {
    const { api, sent } = scripted(Array.from({ length: 9 }, () => new TypeError("fetch failed")));
    expect(await failure(api.room("lobby"))).toMatchObject({ code: "offline", retryable: true });
    expect(sent).toHaveLength(4);
    const once = scripted([new TypeError("fetch failed")], { retries: 0 });
    await failure(once.api.room("lobby"));
    expect(once.sent).toHaveLength(1);
  });

  test("is not waited for when the relay asks for minutes", async () => {
    const { api, waits } = scripted([
      { status: 429, body: refusal("rate-limited", { retryAfter: 600_000 }) },
    ]);
    expect((await failure(api.room("lobby"))).retryAfter).toBe(600_000);
    expect(waits).toEqual([]);
  });

  test("by taking too long is `timeout`, and tried again", async () => {
    const late = Object.assign(new Error("late"), { name: "TimeoutError" });
    const { api, sent } = scripted([late, late, late, late]);
    expect((await failure(api.room("lobby"))).code).toBe("timeout");
    expect(sent).toHaveLength(4);
  });

  test("with words that are not a relay's says where to look", async () => {
    const page = { body: "<h1>Hello</h1>" };
    for (const [answer, code] of [
      [{ ...page, status: 404 }, "invalid"],
      [{ ...page, status: 200 }, "invalid"],
      [{ ...page, status: 502 }, "unavailable"],
    ] as const) {
      const { api } = scripted(Array.from({ length: 4 }, () => answer));
      const error = await failure(api.room("lobby"));
      expect(error.code).toBe(code);
      expect(error.message).toContain(String(answer.status));
      expect(error.message).not.toContain("Hello");
    }
  });
});

describe("a token from a function", () => {
  test("is kept, and asked for anew when it has run out", async () => {
    let made = 0;
    const token = (): string => `t${++made}`;
    const { api, sent } = scripted(
      [{}, {}, { status: 401, body: refusal("token-expired") }, { body: { seq: 2 } }],
      { token },
    );
    await api.room("a");
    await api.room("b");
    expect(await api.room("c")).toEqual({ seq: 2 });
    expect(sent.map((each) => each.token)).toEqual(["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"]);
  });

  test("that is refused while it is new is a failure, and not asked for again and again", async () => {
    let made = 0;
    const { api, sent } = scripted(
      Array.from({ length: 9 }, () => ({ status: 401, body: refusal("unauthorized") })),
      { token: () => Promise.resolve(`t${++made}`) },
    );
    expect((await failure(api.room("a"))).code).toBe("unauthorized");
    expect([made, sent.length]).toEqual([1, 1]);
  });

  test("what the function throws comes through", async () => {
    const { api } = scripted([], { token: () => Promise.reject(new Error("no key")) });
    await expect(api.room("a")).rejects.toThrow("no key");
  });
});

describe("what comes in pages", () => {
  test("is told one by one: rooms", async () => {
    const { api, sent } = scripted([
      { body: { rooms: [{ room: "a" }, { room: "b" }], next: "b" } },
      { body: { rooms: [{ room: "c" }] } },
    ]);
    const seen: string[] = [];
    for await (const { room } of api.eachRoom()) seen.push(room);
    expect(seen).toEqual(["a", "b", "c"]);
    expect(sent[1]?.url).toContain("after=b");
  });

  test("is told one by one: events, always of one log", async () => {
    const { api, sent } = scripted([
      { body: { epoch: "e", seq: 4, events: [{ seq: 3 }, { seq: 4 }], more: true } },
      { body: { epoch: "e", seq: 5, events: [{ seq: 5 }], more: false } },
    ]);
    const seen: number[] = [];
    for await (const { seq } of api.eachEvent("lobby", { after: 2 })) seen.push(seq);
    expect(seen).toEqual([3, 4, 5]);
    expect(sent[1]?.url).toMatch(/epoch=e.*after=4|after=4.*epoch=e/);
  });

  test("forgetting goes on until all is done", async () => {
    const { api, sent, waits } = scripted([
      { status: 202, body: { done: false } },
      { body: { done: true, messages: 3 } },
    ]);
    expect(await api.forget("ann")).toEqual({ messages: 3 });
    expect(sent).toHaveLength(2);
    expect(waits).toEqual([1000]);
  });
});

test("an address that is none is refused at once", () => {
  expect(() => new RelayApi({ relay: "relay.example", token: "t" })).toThrow(ChatError);
});
