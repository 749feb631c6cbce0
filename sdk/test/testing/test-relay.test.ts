import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { connect, systemClock, type Chat } from "../../src/index.ts";
import { decodeRelayFrame } from "../../src/protocol/index.ts";
import { createTestRelay, virtualClock } from "../../src/testing/index.ts";

const opened: Chat[] = [];
afterEach(() => opened.splice(0).forEach((chat) => chat.close()));

function open(...parts: Parameters<typeof connect>): Chat {
  const chat = connect(...parts);
  opened.push(chat);
  return chat;
}

test("the example of its docblock works", async () => {
  const relay = createTestRelay();
  const chat = open({ ...relay.options, token: relay.token("ann") });
  const room = chat.room("lobby");
  await room.post("Hello");
  relay.cut("ann");
  relay.say("lobby", "bob", "Hi");
  await relay.clock.advance(1_000);
  expect(room.view().messages.map(({ text }) => text)).toEqual(["Hello", "Hi"]);
});

test("it works on the time of the machine as well", async () => {
  const relay = createTestRelay({ clock: systemClock });
  const room = open({ ...relay.options, token: relay.token("ann") }).room("lobby");
  expect(await room.post("Hello")).toMatchObject({ seq: 1 });
});

test("[SDK8] everything that the test relay says is something that a relay may say", async () => {
  const relay = createTestRelay();
  const said: string[] = [];
  class Spy extends (relay.WebSocket as new (url: string) => { onmessage: unknown }) {
    constructor(url: string) {
      super(url);
      let listener: ((event: { data: string }) => void) | null = null;
      Object.defineProperty(this, "onmessage", {
        get: () => (event: { data: string }) => {
          said.push(event.data);
          listener?.(event);
        },
        set(run: typeof listener) {
          listener = run;
        },
      });
    }
  }
  const ann = open({
    ...relay.options,
    WebSocket: Spy as never,
    random: () => 0.5,
    token: relay.token({ sub: "ann", rooms: { "*": "moderator" }, expires: relay.clock.now() + 100_000 }),
  });
  const room = ann.room("lobby");
  const bob = open({ ...relay.options, token: relay.token("bob") }).room("lobby");
  bob.view();
  await room.post("one", { data: { a: 1 } });
  await room.edit(1, "uno");
  await bob.react(1, "👍");
  await room.pin(1);
  await room.configure({ title: "Lobby" });
  await room.moderate("mute", "bob", { for: 60 });
  await bob.post("unheard").catch(() => {});
  bob.typing();
  bob.signal("wave", { hand: "left" });
  await room.older();
  ann.room("line\nbreak").view();
  relay.room("lobby").reset();
  bob.close();
  await relay.clock.advance(0);
  relay.cut("ann");
  await relay.clock.advance(2_000);
  await room.delete(1);
  relay.room("lobby").remove("ann", "kicked", "Out.");
  relay.goAway(30_000);
  await relay.clock.advance(60_000);
  const types = new Set<string>();
  for (const frame of said) {
    const decoded = decodeRelayFrame(frame);
    expect(decoded.ok, frame).toBe(true);
    for (const packet of decoded.ok ? decoded.packets : []) {
      expect(packet.ok, frame).toBe(true);
      if (packet.ok) types.add(packet.packet.type);
    }
  }
  const all = [
    "error",
    "event",
    "expiring",
    "goaway",
    "left",
    "ok",
    "presence",
    "reset",
    "signal",
    "typing",
    "welcome",
  ];
  expect([...types].sort()).toEqual(all);
});

test("[SDK8] its rights, rooms and refusals are those of a relay", async () => {
  const relay = createTestRelay();
  const rooms = { lobby: "reader", "team-*": "member", "team-x": [] } as const;
  const ann = open({
    ...relay.options,
    token: relay.token({ sub: "ann", rooms: { ...rooms, "team-x": [] } }),
  });
  const code = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "ok",
      (error: unknown) => (error as { code: string }).code,
    );
  expect(await code(ann.room("lobby").post("x"))).toBe("forbidden");
  expect(await code(ann.room("team-1").post("x"))).toBe("ok");
  expect(await code(ann.room("team-x").post("x"))).toBe("forbidden");
  expect(await code(ann.room("else").post("x"))).toBe("forbidden");
  expect(await code(ann.room("team-1").edit(9, "x"))).toBe("not-found");
  expect(await code(ann.room("team-1").pin(1))).toBe("forbidden");
  expect(await code(ann.room("team-1").post("x".repeat(4_001)))).toBe("too-large");
  expect(await code(ann.room("bad\u202Eroom").post("x"))).toBe("bad-room");
});

test("[SDK8] a deleted message is nowhere: not in the page, and not in the events that are replayed", async () => {
  const relay = createTestRelay();
  const room = open({ ...relay.options, token: relay.token("ann") }).room("lobby");
  await room.post("a secret", { data: { also: "a secret" } });
  await room.edit(1, "a secret still");
  await room.delete(1);
  const { log } = relay.room("lobby");
  expect(JSON.stringify([log.events, log.page("ann", 50)])).not.toContain("secret");
});

test("a virtual clock runs what is due in its order, and can be told what is left", async () => {
  const clock = virtualClock(1_000);
  const ran: string[] = [];
  clock.after(20, () => ran.push(`b ${clock.now()}`));
  clock.after(10, () => {
    ran.push(`a ${clock.now()}`);
    clock.after(5, () => ran.push(`c ${clock.now()}`));
  });
  const stop = clock.after(12, () => ran.push("never"));
  stop();
  await clock.advance(19);
  expect(ran).toEqual(["a 1010", "c 1015"]);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  expect(ran).toEqual(["a 1010", "c 1015", "b 1020"]);
  expect(clock.now()).toBe(1_020);
});

test("the entry for tests needs nothing of Node", () => {
  const folder = fileURLToPath(new URL("../../src/testing/", import.meta.url));
  for (const file of readdirSync(folder)) {
    expect(readFileSync(folder + file, "utf8"), file).not.toMatch(/from "(node:|ws|vitest)/);
  }
});
