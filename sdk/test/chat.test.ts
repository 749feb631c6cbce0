import { expect, test } from "vitest";
import { connect, memoryStorage } from "../src/index.ts";
import { createTestRelay } from "../src/testing/index.ts";
import { party } from "./support/party.ts";

test("the same name in any spelling is the same handle, until it is closed", () => {
  const { chat } = party();
  const ann = chat("ann");
  const room = ann.room("caf\u00e9");
  expect(ann.room("cafe\u0301")).toBe(room);
  expect(room.name).toBe("caf\u00e9");
  room.close();
  expect(ann.room("caf\u00e9")).not.toBe(room);
});

test("a room is joined when it is first used, and not before", async () => {
  const { chat, relay, settle } = party();
  const room = chat("ann").room("lobby");
  await settle();
  expect(relay.room("lobby").sessions.size).toBe(0);
  room.on("message", () => {});
  await settle();
  expect(relay.room("lobby").sessions.size).toBe(1);
});

test("a relay's address may be http or ws, with a path and a slash at its end", () => {
  const addresses: string[] = [];
  class Spy {
    onopen = null;
    onmessage = null;
    onclose = null;
    onerror = null;
    readyState = 0;
    constructor(url: string) {
      addresses.push(url);
    }
    send(): void {}
    close(): void {}
  }
  const relays = [
    "https://a.example",
    "wss://a.example/",
    "http://localhost:8000/chat//",
    "ws://[::1]:1/x?y#z",
  ];
  return Promise.all(
    relays.map(async (relay) => {
      const chat = connect({ relay, token: "x", WebSocket: Spy });
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
      chat.close();
    }),
  ).then(() =>
    expect(addresses).toEqual([
      "wss://a.example/v1/socket",
      "wss://a.example/v1/socket",
      "ws://localhost:8000/chat/v1/socket",
      "ws://[::1]:1/x/v1/socket",
    ]),
  );
});

test("what is no relay's address is refused at once, in a sentence", () => {
  for (const relay of ["", "relay.example", "ftp://x", "http://"]) {
    expect(() => connect({ relay })).toThrow(/address of a relay/);
  }
});

test("without a token the user is a guest: the same one after a reload, with no token in storage", async () => {
  const relay = createTestRelay();
  const storage = memoryStorage();
  const keys = new Map<string, string>();
  const spy = {
    ...storage,
    set(key: string, value: string) {
      keys.set(key, value);
      storage.set(key, value);
    },
  };
  const first = connect({ ...relay.options, storage: spy, name: "Zoe" });
  await relay.clock.advance(0);
  const { id, name } = first.user ?? {};
  expect(name).toBe("Zoe");
  first.close();
  const second = connect({ ...relay.options, storage: spy });
  await relay.clock.advance(0);
  expect(second.user?.id).toBe(id);
  expect([...keys.values()].every((value) => /^[\w-]{22}$/.test(value))).toBe(true);
  second.close();
});

test("the app is named where a guest is asked for and where the line is made, and is nobody else's in storage", async () => {
  const relay = createTestRelay();
  const storage = memoryStorage();
  const addresses: string[] = [];
  const keys = new Set<string>();
  const open = (app?: string): ReturnType<typeof connect> =>
    connect({
      ...relay.options,
      ...(app !== undefined && { app }),
      storage: {
        ...storage,
        set(key, value) {
          keys.add(key);
          storage.set(key, value);
        },
      },
      fetch(address, init) {
        addresses.push(address as string);
        return relay.fetch(address, init);
      },
      WebSocket: class extends relay.WebSocket {
        constructor(address: string, protocols?: string | string[]) {
          addresses.push(address);
          super(address, protocols);
        }
      },
    });
  for (const app of [undefined, "shop", "a&b"]) {
    const chat = open(app);
    await relay.clock.advance(0);
    const posted = chat.room("lobby").post("Hello");
    await relay.clock.advance(0);
    await posted;
    chat.close();
  }
  const queries = addresses.map((address) => new URL(address).search);
  expect(queries).toEqual(["", "", "?app=shop", "?app=shop", "?app=a%26b", "?app=a%26b"]);
  const { relay: address } = relay.options;
  expect([...keys].filter((key) => key.startsWith("natter:guest:"))).toEqual(
    ["", "?app=shop", "?app=a%26b"].map((query) => `natter:guest:${address}/v1/guest${query}`),
  );
  expect([...keys].filter((key) => key.startsWith("natter:outbox:"))).toHaveLength(3);
});

test("a guest's new name is taken on the live line, and kept for good", async () => {
  const relay = createTestRelay();
  const storage = memoryStorage();
  const chat = connect({ ...relay.options, storage, name: "Zoe" });
  const room = chat.room("lobby");
  room.view();
  await relay.clock.advance(0);
  await chat.rename("Zoë");
  await relay.clock.advance(0);
  expect(relay.dials).toBe(1);
  expect(chat.user?.name).toBe("Zoë");
  await room.post("Hello");
  expect(relay.room("lobby").log.events[0]?.by.name).toBe("Zoë");
  chat.close();
  const again = connect({ ...relay.options, storage, name: "Zoe" });
  await relay.clock.advance(0);
  expect(again.user?.name).toBe("Zoë");
  again.close();
});

test("where guests are not served the chat is refused with the relay's sentence", async () => {
  const relay = createTestRelay({ guests: false });
  const chat = connect(relay.options);
  await relay.clock.advance(60_000);
  expect(chat.state).toMatchObject({
    status: "refused",
    error: { code: "forbidden", message: "This relay serves no guests." },
  });
  await expect(chat.rename("x")).rejects.toMatchObject({ code: "forbidden" });
  chat.setToken(relay.token("ann"));
  await relay.clock.advance(0);
  expect(chat.state.status).toBe("open");
  await expect(chat.rename("x")).rejects.toThrow(/guests/);
  chat.close();
});

test("a guest's desk that is out of order is asked again, with back-off", async () => {
  const relay = createTestRelay();
  relay.down();
  const answers = [
    () => Promise.reject(new TypeError("fetch failed")),
    () => Promise.resolve(new Response("<html>bad gateway</html>", { status: 502 })),
    () =>
      Promise.resolve(
        Response.json(
          { error: { code: "rate-limited", message: "Slower." } },
          { status: 429, headers: { "retry-after": "30" } },
        ),
      ),
  ];
  const fetch = ((...request: Parameters<typeof relay.fetch>) =>
    (answers.shift() ?? (() => relay.fetch(...request)))()) as typeof globalThis.fetch;
  const chat = connect({ ...relay.options, fetch, random: () => 0.5 });
  await relay.clock.advance(2_000);
  expect(chat.state).toMatchObject({ status: "waiting", error: { code: "rate-limited" } });
  relay.up();
  await relay.clock.advance(29_000);
  expect(chat.state.status).toBe("waiting");
  await relay.clock.advance(5_000);
  expect(chat.state.status).toBe("open");
  chat.close();
});
