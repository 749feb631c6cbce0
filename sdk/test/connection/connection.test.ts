import { afterEach, expect, test, vi } from "vitest";
import { Unauthorized, type ChatState } from "../../src/index.ts";
import { party, texts } from "../support/party.ts";

const statuses = (states: ChatState[]): string[] => states.map((state) => state.status);

afterEach(() => vi.unstubAllGlobals());

test("hello and all joins travel in one frame", async () => {
  const { chat, relay, settle } = party();
  const ann = chat("ann");
  ann.room("one").view();
  ann.room("two").view();
  await settle();
  expect(relay.heard("ann").map(({ type }) => type)).toEqual(["hello", "join", "join"]);
  expect(relay.frames("ann")).toBe(1);
});

test("a chat goes from idle over connecting to open, and tells each step", async () => {
  const { chat, settle } = party();
  const states: ChatState[] = [];
  const ann = chat("ann");
  ann.subscribe((state) => states.push(state));
  expect(ann.state).toMatchObject({ status: "connecting", attempt: 0 });
  await settle();
  expect(ann.state.status).toBe("open");
  expect(ann.user).toEqual({ id: "ann", name: "ann" });
  expect(statuses(states).at(-1)).toBe("open");
});

test("[P8] a lost line is made again after a random part of one second, then two, four … at most twenty", async () => {
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  await settle();
  relay.down();
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) {
    await settle();
    const { state } = ann;
    if (state.status !== "waiting") throw new Error(`not waiting but ${state.status}`);
    expect(state.attempt).toBe(round + 1);
    expect(state.error?.code).toBe("offline");
    waits.push(state.retryAt - relay.clock.now());
    await pass(state.retryAt - relay.clock.now());
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  relay.up();
  await pass(10_000);
  expect(ann.state.status).toBe("open");
});

test("[P8] a line that ends at once, again and again, is not made again in a tight loop", async () => {
  const { chat, relay, pass } = party();
  chat("ann");
  for (let round = 0; round < 100; round++) {
    await pass(1_000);
    relay.close(1011);
  }
  expect(relay.dials).toBeLessThan(25);
});

test("[P8] [SDK6] after goaway the client leaves at a random moment within the time it was given", async () => {
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  await settle();
  relay.goAway(8_000);
  await pass(3_999);
  expect(relay.dials).toBe(1);
  await pass(1);
  expect(relay.dials).toBe(2);
  expect(ann.state.status).toBe("open");
});

test("[P8] a restart without goaway spreads clients over five seconds", async () => {
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  await pass(60_000);
  relay.close(1012);
  await settle();
  expect(ann.state).toMatchObject({ status: "waiting", retryAt: relay.clock.now() + 2_500 });
  await pass(2_500);
  expect(ann.state.status).toBe("open");
});

test("a wait that the relay asked for is kept, also when the page wakes", async () => {
  const { listeners } = stubPage();
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  await settle();
  for (const session of relay.sessions) {
    session.send({ type: "error", code: "unavailable", message: "Too many people.", retryAfter: 30_000 });
    session.close(1013);
  }
  await settle();
  expect(ann.state).toMatchObject({ status: "waiting", error: { message: "Too many people." } });
  listeners["online"]?.();
  await pass(29_000);
  expect(relay.dials).toBe(1);
  await pass(2_000);
  expect(ann.state.status).toBe("open");
});

for (const code of [1003, 1007, 1009, 4400, 4403, 4409]) {
  test(`[SD-05] close code ${code} ends in refused, and no line is made again`, async () => {
    const { chat, relay, settle, pass } = party();
    const ann = chat("ann");
    await settle();
    relay.close(code, "forbidden");
    await pass(600_000);
    expect(ann.state.status).toBe("refused");
    expect(relay.dials).toBe(1);
  });
}

test("a refusal carries the relay's own sentence, and reconnect leads out of it", async () => {
  const { join, chat, relay, settle, pass } = party();
  const ann = chat("ann");
  const room = ann.room("lobby");
  room.view();
  await settle();
  for (const session of relay.sessions)
    session.close(4403, "forbidden", "This page's origin is not allowed.");
  await pass(60_000);
  expect(ann.state).toMatchObject({
    status: "refused",
    error: { code: "forbidden", message: "This page's origin is not allowed." },
  });
  expect(room.view()).toMatchObject({ status: "stale", error: { code: "forbidden" } });
  ann.reconnect();
  await settle();
  expect(ann.state.status).toBe("open");
  expect(room.view().status).toBe("live");
  expect(room.view().error).toBeUndefined();
  await join("bob");
});

test("after 4401 a fresh token is asked for once; if that is refused too, the chat stops", async () => {
  const { chat, relay, settle, pass } = party();
  const token = vi.fn(async () => "no token of this relay's");
  const ann = chat("ann", { token });
  await settle();
  await pass(600_000);
  expect(token).toHaveBeenCalledTimes(2);
  expect(relay.dials).toBe(2);
  expect(ann.state).toMatchObject({ status: "refused", error: { code: "unauthorized" } });
});

test("[SDK5] a fixed token that is refused stops the chat with the relay's reason; setToken starts it again", async () => {
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann", { token: "nonsense" });
  await pass(60_000);
  expect(ann.state).toMatchObject({
    status: "refused",
    error: { message: "This is no token of the test relay's." },
  });
  expect(relay.dials).toBe(1);
  ann.setToken(relay.token("ann"));
  await settle();
  expect(ann.state.status).toBe("open");
});

test("a relay that accepts a token and ends the line over it at once is asked more and more rarely", async () => {
  const { chat, relay, pass } = party();
  const token = vi.fn(() => relay.token("ann"));
  const ann = chat("ann", { token });
  for (let round = 0; round < 50; round++) {
    await pass(1_000);
    relay.close(4401, "unauthorized");
  }
  await pass(60_000);
  expect(ann.state.status).toBe("open");
  expect(relay.dials).toBeLessThan(25);
});

test("[SDK5] Unauthorized from the token's function stops the chat for good", async () => {
  const { chat, relay, pass } = party();
  const token = vi.fn(() => Promise.reject(new Unauthorized("You are signed out.")));
  const ann = chat("ann", { token });
  await pass(600_000);
  expect(ann.state).toMatchObject({
    status: "refused",
    error: { code: "unauthorized", message: "You are signed out." },
  });
  expect(token).toHaveBeenCalledTimes(1);
  expect(relay.dials).toBe(0);
});

test("a token that ended a line is not used for another, though it seems to hold and a fresh one is late", async () => {
  const { chat, relay, settle, pass } = party();
  const answers = ["ann", undefined, "ann, again"];
  const ann = chat("ann", {
    token: () => {
      const name = answers.shift();
      if (name === undefined) throw new TypeError("fetch failed");
      return relay.token({ sub: "ann", name, expires: relay.clock.now() + 3_600_000 });
    },
  });
  await settle();
  relay.expire("ann");
  await pass(5_000);
  expect(ann.state.status).toBe("open");
  expect(ann.user?.name).toBe("ann, again");
  expect(relay.dials).toBe(2);
});

test("Unauthorized of another copy of this package counts as well", async () => {
  const { chat, pass } = party();
  const theirs = Object.assign(new Error("no"), { name: "Unauthorized" });
  const ann = chat("ann", { token: () => Promise.reject(theirs) });
  await pass(60_000);
  expect(ann.state.status).toBe("refused");
});

test("whatever else the token's function throws is tried again, with back-off", async () => {
  const { chat, relay, settle, pass } = party();
  let calls = 0;
  const ann = chat("ann", {
    token: () => {
      if (++calls <= 3) throw new TypeError("fetch failed");
      return ` ${relay.token("ann")}\n`;
    },
  });
  await settle();
  expect(ann.state).toMatchObject({ status: "waiting", error: { code: "unavailable" } });
  await pass(10_000);
  expect(calls).toBe(4);
  expect(ann.state.status).toBe("open");
});

for (const [what, token] of Object.entries<() => unknown>({
  "nothing at all": () => undefined,
  "an empty text": () => "  ",
  "a number": () => 42,
  "a promise that never ends": () => new Promise(() => {}),
})) {
  test(`a token's function that gives ${what} leaves nothing stuck`, async () => {
    const { chat, pass } = party();
    const source = vi.fn(token as () => string);
    const ann = chat("ann", { token: source });
    await pass(120_000);
    expect(source.mock.calls.length).toBeGreaterThan(2);
    expect(["waiting", "connecting"]).toContain(ann.state.status);
  });
}

test("a token that still holds is used again for the next line", async () => {
  const { chat, relay, settle, pass } = party();
  const token = vi.fn(() => relay.token({ sub: "ann", expires: relay.clock.now() + 3_600_000 }));
  chat("ann", { token });
  await settle();
  relay.cut();
  await pass(2_000);
  expect(relay.dials).toBe(2);
  expect(token).toHaveBeenCalledTimes(1);
});

test("[AU-13] a token is renewed on the live line before it ends", async () => {
  const { chat, relay, pass } = party();
  const token = vi.fn(() => relay.token({ sub: "ann", expires: relay.clock.now() + 120_000 }));
  const ann = chat("ann", { token });
  await pass(600_000);
  expect(ann.state.status).toBe("open");
  expect(relay.dials).toBe(1);
  expect(token.mock.calls.length).toBeGreaterThanOrEqual(9);
});

test("[AU-13] a renewal that fails in passing costs at most a new line, and no message", async () => {
  const { chat, relay, pass, settle } = party();
  let calls = 0;
  const ann = chat("ann", {
    token: () => {
      if (++calls > 1 && calls < 5) throw new TypeError("fetch failed");
      return relay.token({ sub: "ann", expires: relay.clock.now() + 120_000 });
    },
  });
  const room = ann.room("lobby");
  room.view();
  await settle();
  await pass(200_000);
  relay.say("lobby", "bob", "still there?");
  await pass(5_000);
  expect(ann.state.status).toBe("open");
  expect(texts(room)).toEqual(["still there?"]);
});

test("[AU-13] a renewal answered by Unauthorized ends in refused", async () => {
  const { chat, relay, pass } = party();
  let calls = 0;
  const ann = chat("ann", {
    token: () => {
      if (++calls > 1) throw new Unauthorized();
      return relay.token({ sub: "ann", expires: relay.clock.now() + 120_000 });
    },
  });
  await pass(120_000);
  expect(ann.state.status).toBe("refused");
});

test("a fixed token that ends keeps its line until the end, and then says why", async () => {
  const { chat, relay, pass } = party();
  const ann = chat({ sub: "ann", expires: relay.clock.now() + 60_000 });
  await pass(60_000);
  expect(ann.state.status).toBe("open");
  await pass(26_000);
  expect(ann.state).toMatchObject({ status: "refused", error: { code: "token-expired" } });
});

test("a token that comes after another source was given is not used, however it comes", async () => {
  for (const isKind of [true, false]) {
    const { chat, relay, settle } = party();
    let answer: () => void = () => {};
    const slow = (): Promise<string> =>
      new Promise((resolve, reject) => {
        answer = () => (isKind ? resolve(relay.token("ann")) : reject(new Unauthorized("Too late.")));
      });
    const ann = chat("ann", { token: slow });
    await settle();
    ann.setToken(() => relay.token({ sub: "bob", expires: relay.clock.now() + 3_600_000 }));
    answer();
    await settle();
    expect(ann.user?.id).toBe("bob");
    ann.reconnect();
    await settle();
    expect(ann.user?.id).toBe("bob");
    expect(relay.dials).toBe(2);
  }
});

test("a new token of the same user renews the line; one of another user makes a new one", async () => {
  const { chat, relay, settle } = party();
  const ann = chat("ann");
  await settle();
  ann.setToken(relay.token({ sub: "ann", name: "Ann" }));
  await settle();
  expect(relay.dials).toBe(1);
  expect(relay.heard("ann").map(({ type }) => type)).toEqual(["hello", "token"]);
  ann.setToken(relay.token("bob"));
  await settle();
  expect(relay.dials).toBe(2);
  expect(ann.user?.id).toBe("bob");
});

test("a renewal may widen or narrow what this user may do", async () => {
  const { chat, relay, settle } = party();
  const ann = chat({ sub: "ann", rooms: { lobby: "reader", back: "member" } });
  const lobby = ann.room("lobby");
  const back = ann.room("back");
  lobby.view();
  back.view();
  await settle();
  expect(lobby.view().can.has("post")).toBe(false);
  ann.setToken(relay.token({ sub: "ann", rooms: { lobby: "moderator" } }));
  await settle();
  expect(lobby.view().can.has("pin")).toBe(true);
  expect(back.view()).toMatchObject({ status: "removed", error: { code: "forbidden" } });
});

test("a dead line is noticed by silence: after two heartbeats and five seconds", async () => {
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  await settle();
  relay.freeze();
  await pass(54_000);
  expect(ann.state.status).toBe("open");
  await pass(2_000);
  expect(ann.state.status).not.toBe("open");
  relay.thaw();
  await pass(30_000);
  expect(ann.state.status).toBe("open");
});

test("a dead line is noticed sooner by who asks something: after ten seconds without a word", async () => {
  const { join, relay, pass, settle } = party();
  const room = await join("ann");
  relay.freeze();
  const sent = room.post("Hello?");
  await pass(10_000);
  expect(room.view().status).toBe("stale");
  relay.thaw();
  await pass(30_000);
  await settle();
  expect(await sent).toMatchObject({ seq: 1 });
  expect(texts(room)).toEqual(["Hello?"]);
});

test("a wait of no time at all ends, too, though it ends in the moment that ended the wait before", async () => {
  const { chat, relay, pass } = party();
  relay.freeze();
  const ann = chat("ann", { random: () => 0 });
  await pass(20_000);
  relay.thaw();
  await pass(1_000);
  expect(ann.state.status).toBe("open");
});

test("while a page is on its way ten seconds without a word say nothing: it may be large, and the line poor", async () => {
  const { chat, relay, pass, settle } = party();
  for (let number = 1; number <= 60; number++) relay.say("lobby", "bob", `${number}`);
  const ann = chat("ann");
  const room = ann.room("lobby");
  room.view();
  await settle();
  relay.freeze();
  const older = room.older();
  const other = ann.room("other");
  const sent = room.post("Hello?");
  other.view();
  await pass(40_000);
  expect(room.view().status).toBe("live");
  relay.thaw();
  await pass(20_000);
  expect(await older).toBe(false);
  expect(await sent).toMatchObject({ seq: 61 });
  expect(other.view().status).toBe("live");
  expect(relay.dials).toBe(1);
});

test("a quiet line stays up: heartbeats are answered", async () => {
  const { chat, relay, pass } = party();
  const ann = chat("ann");
  await pass(3_600_000);
  expect(ann.state.status).toBe("open");
  expect(relay.dials).toBe(1);
  const before = relay.frames("ann");
  relay.sessions[0]?.sendRaw("[]");
  await pass(0);
  expect(relay.frames("ann")).toBe(before + 1);
});

test("a refusal that was long over when the line was lost is not given as the reason", async () => {
  const { chat, relay, settle } = party();
  const ann = chat("ann");
  await settle();
  const [session] = relay.sessions;
  session?.send({ type: "error", code: "rate-limited", message: "Slower." });
  session?.send({ type: "goaway", within: 60_000 });
  await settle();
  relay.cut();
  await settle();
  expect(ann.state).toMatchObject({ status: "waiting", error: { code: "offline" } });
});

test("who only reads a busy room gives a sign of life of their own", async () => {
  const { join, relay, pass } = party();
  await join("ann");
  for (let second = 0; second < 120; second++) {
    relay.say("lobby", "bob", "busy");
    await pass(1_000);
  }
  expect(relay.frames("ann")).toBeGreaterThanOrEqual(4);
});

test("[SDK3] [SD-06] a page that comes online again reconnects at once, and exactly once", async () => {
  const { listeners } = stubPage();
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  await pass(60_000);
  relay.down();
  await pass(40_000);
  relay.up();
  const before = relay.dials;
  listeners["online"]?.();
  listeners["visibilitychange"]?.();
  listeners["pageshow"]?.();
  await settle();
  expect(ann.state.status).toBe("open");
  expect(relay.dials).toBe(before + 1);
});

test("on coming online a line that looks open is not trusted; on being shown only a silent one is not", async () => {
  const { listeners } = stubPage();
  const { chat, relay, pass, settle } = party();
  const ann = chat("ann");
  await pass(12_000);
  listeners["visibilitychange"]?.();
  await settle();
  expect(relay.dials).toBe(1);
  listeners["online"]?.();
  await settle();
  expect(relay.dials).toBe(2);
  relay.freeze();
  await pass(31_000);
  relay.thaw();
  await settle();
  relay.freeze();
  await pass(31_000);
  listeners["visibilitychange"]?.();
  relay.thaw();
  await settle();
  expect(relay.dials).toBe(3);
  expect(ann.state.status).toBe("open");
});

test("a machine that slept reconnects as soon as its clock has jumped", async () => {
  let slept = 0;
  const { chat, relay, pass } = party();
  const clock = { now: () => relay.clock.now() + slept, after: relay.clock.after };
  chat("ann", { clock });
  await pass(12_000);
  relay.freeze();
  slept = 25_000;
  await pass(5_000);
  relay.thaw();
  await pass(0);
  expect(relay.dials).toBe(2);
});

const HOSTILE: Record<string, string> = {
  "no JSON": "hello",
  "no array": '{"type":"event"}',
  "an array of no packets": "[1, null]",
  "an array in an array": "[[[[]]]]",
  "a packet without a type": "[{}]",
  "a type that is no text": '[{"type":{}}]',
  "an event without its fields": '[{"type":"event","room":"lobby"}]',
  "an event of nobody":
    '[{"type":"event","room":"lobby","kind":"message","seq":1,"at":1,"id":"a","by":null,"text":"x"}]',
  "a text that is none":
    '[{"type":"event","room":"lobby","kind":"message","seq":1,"at":1,"id":"a","by":{"id":"b","name":"b"},"text":{}}]',
  "a place below zero":
    '[{"type":"event","room":"lobby","kind":"message","seq":-1,"at":1,"id":"a","by":{"id":"b","name":"b"},"text":""}]',
  "a reset to nothing": '[{"type":"reset","room":"lobby"}]',
  "a reset to no messages":
    '[{"type":"reset","room":"lobby","epoch":"x","seq":1,"messages":[{}],"more":false}]',
  "members that are none": '[{"type":"presence","room":"lobby","count":1,"joined":[7]}]',
  "a negative goaway": '[{"type":"goaway","within":-1}]',
  "a mere word": '"x"',
  "an answer of the wrong shape": '[{"type":"ok","ref":1}]',
};

for (const [what, frame] of Object.entries(HOSTILE)) {
  test(`[PR-20] a relay that sends ${what} loses the line, and the client backs off`, async () => {
    const { chat, relay, settle, pass } = party();
    const ann = chat("ann");
    const room = ann.room("lobby");
    room.view();
    await pass(60_000);
    if (what.includes("answer")) {
      relay.swallow("join");
      ann.room("other").view();
      await settle();
      const ref = relay.heard("ann").at(-1) as { ref: number };
      relay.sessions[0]?.sendRaw(JSON.stringify([{ type: "ok", ref: ref.ref }]));
    } else relay.sessions[0]?.sendRaw(frame);
    await settle();
    expect(ann.state).toMatchObject({ status: "waiting", error: { code: "invalid" } });
    expect(texts(room)).toEqual([]);
    await pass(2_000);
    expect(ann.state.status).toBe("open");
  });
}

test("names such as __proto__ and constructor are data, and packets of no known type are passed over", async () => {
  const { chat, relay, settle } = party();
  const ann = chat("ann");
  const room = ann.room("lobby");
  room.view();
  await settle();
  const session = relay.sessions[0];
  session?.sendRaw(
    '[{"type":"constructor"},{"type":"__proto__","__proto__":{"x":1}},{"type":"news","room":"lobby"}]',
  );
  session?.sendRaw(
    '[{"type":"event","room":"lobby","kind":"poll","seq":1,"at":1,"id":"a","by":{"id":"b","name":"b"},"target":1},' +
      '{"type":"event","room":"lobby","kind":"message","seq":2,"at":1,"id":"c","by":{"id":"b","name":"b"},"text":"ok",' +
      '"data":{"__proto__":{"polluted":true},"text":5,"seq":"x"}}]',
  );
  await settle();
  expect(ann.state.status).toBe("open");
  expect(texts(room)).toEqual(["ok"]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("frames that come twice change nothing", async () => {
  const { join, relay, settle } = party();
  relay.duplicate(2);
  const ann = await join("ann");
  const bob = await join("bob");
  await Promise.all([ann.post("one"), ann.post("two"), settle()]);
  await settle();
  expect(texts(bob)).toEqual(["one", "two"]);
  expect(texts(ann)).toEqual(["one", "two"]);
});

test("what is more than a frame can hold goes in several; what no frame can hold is refused here", async () => {
  const { chat, relay, settle } = party();
  const ann = chat("ann");
  const rooms = Array.from({ length: 20 }, (_, n) => ann.room(`room ${n}`));
  const sent = rooms.map((room) => room.post("x".repeat(4_000)));
  await settle();
  await Promise.all(sent);
  expect(relay.largestFrame).toBeLessThan(64 * 1024);
  expect(relay.dials).toBe(1);
  await expect(rooms[0]?.post("é".repeat(40_000))).rejects.toMatchObject({ code: "too-large" });
  expect(ann.state.status).toBe("open");
});

test("a relay that takes only small frames is given small ones", async () => {
  const { chat, relay, settle } = party({ frameBytes: 6_000 });
  const ann = chat("ann");
  const rooms = Array.from({ length: 10 }, (_, n) => ann.room(`room ${n}`));
  for (const room of rooms) room.view();
  await settle();
  await Promise.all(rooms.map((room) => room.post("x".repeat(1_500))));
  await expect(rooms[0]?.post("x".repeat(2_500))).rejects.toMatchObject({ code: "too-large" });
  expect(relay.dials).toBe(1);
});

test("without a WebSocket the chat is refused with a sentence that says what to do", async () => {
  vi.stubGlobal("WebSocket", undefined);
  const { chat, settle } = party();
  const ann = chat("ann", { WebSocket: undefined as never });
  await settle();
  expect(ann.state).toMatchObject({ status: "refused" });
  expect(ann.state.status === "refused" && ann.state.error.message).toMatch(/WebSocket/);
});

test("a WebSocket class that throws is tried again later", async () => {
  const { chat, settle } = party();
  function Broken(): never {
    throw new Error("mixed content");
  }
  const ann = chat("ann", { WebSocket: Broken as never });
  await settle();
  expect(ann.state).toMatchObject({ status: "waiting", error: { code: "offline" } });
});

test("close ends everything: no timer is left, no line, and nothing can be started again", async () => {
  const page = stubPage();
  const { chat, relay, settle, pass } = party();
  const ann = chat("ann");
  const room = ann.room("lobby");
  room.typing();
  relay.refuse("post", { code: "unavailable", message: "Not now." });
  const sent = room.post("Hello");
  await settle();
  const { listeners } = page;
  expect(Object.keys(listeners)).not.toEqual([]);
  ann.close();
  ann.close();
  await settle();
  expect(Object.keys(listeners)).toEqual([]);
  expect(ann.state).toEqual({ status: "closed" });
  await expect(sent).rejects.toMatchObject({ code: "closed" });
  ann.reconnect();
  ann.setToken("x");
  await pass(0);
  expect(ann.state.status).toBe("closed");
  expect(relay.sessions).toHaveLength(0);
  expect(relay.clock.pending).toBe(0);
  expect(() => ann.room("other")).toThrow(/closed/);
});

function stubPage(): { listeners: Record<string, () => void> } {
  const listeners: Record<string, () => void> = {};
  const addEventListener = (type: string, run: () => void): void => void (listeners[type] = run);
  const removeEventListener = (type: string): void => void Reflect.deleteProperty(listeners, type);
  vi.stubGlobal("addEventListener", addEventListener);
  vi.stubGlobal("removeEventListener", removeEventListener);
  vi.stubGlobal("document", { visibilityState: "visible", addEventListener, removeEventListener });
  return { listeners };
}
