import { beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import type { Client } from "../doubles/client.ts";
import { MemoryRelay } from "../doubles/memory-relay.ts";

let relay: MemoryRelay;
let bob: Client;

beforeEach(async () => {
  relay = new MemoryRelay();
  bob = await relay.join("bob", "lobby");
});

async function posts(count: number): Promise<void> {
  for (let each = 1; each <= count; each++) await bob.post("lobby", `text ${each}`);
}

/** An engine whose reading takes until it is let go. */
function slowEngine(): { wrap: (engine: Engine) => Engine; go: () => void; hold: () => void } {
  let waiting: (() => void)[] = [];
  let isHeld = false;
  const pause = (): Promise<void> =>
    isHeld ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
  return {
    wrap: (engine) => {
      const { log } = engine;
      for (const name of ["page", "after", "head", "find"] as const) {
        const read = log[name].bind(log) as (...args: unknown[]) => Promise<never>;
        log[name] = async (...args: unknown[]) => {
          await pause();
          return read(...args);
        };
      }
      return engine;
    },
    hold: () => (isHeld = true),
    go: () => {
      isHeld = false;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}

describe("[JOIN1] [AZ-01] who may not read", () => {
  test("is refused, and never hears of the room", async () => {
    const eve = await relay.enter({ id: "eve", rooms: { elsewhere: "member" } });
    expect(await eve.askInVain({ type: "join", room: "lobby" })).toMatchObject({
      code: "forbidden",
      room: "lobby",
    });
    await posts(3);
    bob.say({ type: "typing", room: "lobby", on: true });
    await relay.clock.pass(60_000);
    expect(eve.heard.filter((packet) => "room" in packet && packet.type !== "error")).toEqual([]);
    expect(bob.last("presence")?.count).toBe(1);
  });

  test("[AZ-03] hears the same of a room that is there and of one that is not", async () => {
    const eve = await relay.enter({ id: "eve", rooms: {} });
    await posts(3);
    for (const type of ["join", "history", "members"]) {
      const real = await eve.askInVain({ type, room: "lobby" });
      const invented = await eve.askInVain({ type, room: "nowhere" });
      expect({ ...real, ref: 0, room: "" }).toEqual({ ...invented, ref: 0, room: "" });
    }
  });
});

describe("[JOIN2] [JOIN3] [JOIN4] coming back", () => {
  beforeEach(() => posts(20));

  test("with a position that the log reaches gives what was missed", async () => {
    const ann = await relay.enter("ann");
    const { epoch } = await ann.ask({ type: "join", room: "lobby" });
    const again = await relay.enter("ann");
    const joined = await again.ask({ type: "join", room: "lobby", since: { epoch, seq: 17 } });
    expect(joined).toMatchObject({ recovered: true, seq: 20, epoch });
    expect(joined.events?.map(({ seq }) => seq)).toEqual([18, 19, 20]);
    expect(joined).not.toHaveProperty("messages");
  });

  test.each<[string, { epoch?: string; seq: number }]>([
    ["another epoch", { epoch: "other", seq: 20 }],
    ["a place ahead", { seq: 21 }],
    ["a place far ahead", { seq: Number.MAX_SAFE_INTEGER }],
  ])("with %s gives the newest page", async (_, since) => {
    const ann = await relay.enter("ann");
    const joined = await ann.ask({
      type: "join",
      room: "lobby",
      since: { epoch: "epoch-1", ...since },
      limit: 5,
    });
    expect(joined).toMatchObject({ recovered: false, seq: 20, more: true });
    expect(joined.messages?.map(({ seq }) => seq)).toEqual([16, 17, 18, 19, 20]);
    expect(joined).not.toHaveProperty("events");
  });

  test("after more than is replayed gives the newest page, never a part of it", async () => {
    relay = new MemoryRelay({ limits: { replayEvents: 5 }, roomLimits: { replayEvents: 5 } });
    bob = await relay.join("bob", "lobby");
    await posts(20);
    for (const [seq, recovered] of [
      [15, true],
      [14, false],
    ] as const) {
      const ann = await relay.enter("ann");
      const joined = await ann.ask({ type: "join", room: "lobby", since: { epoch: "epoch-1", seq } });
      expect(joined.recovered).toBe(recovered);
      expect(joined.events?.length).toBe(recovered ? 5 : undefined);
      expect(joined.messages?.length).toBe(recovered ? undefined : 20);
    }
  });

  test.each<[string, unknown]>([
    ["a negative place", { epoch: "epoch-1", seq: -1 }],
    ["half a place", { epoch: "epoch-1", seq: 1.5 }],
    ["2^53", { epoch: "epoch-1", seq: 2 ** 53 }],
    ["a place as text", { epoch: "epoch-1", seq: "1" }],
    ["no epoch", { seq: 1 }],
    ["null", null],
    ["a number", 3],
  ])("[RX-15] with %s is refused", async (_, since) => {
    const ann = await relay.enter("ann");
    expect(await ann.askInVain({ type: "join", room: "lobby", since })).toMatchObject({ code: "invalid" });
  });

  test.each<[unknown, number | "invalid"]>([
    [undefined, 20],
    [0, 0],
    [1, 1],
    [200, 20],
    [201, "invalid"],
    [-1, "invalid"],
    [1.5, "invalid"],
    ["1", "invalid"],
    [1e9, "invalid"],
  ])("with a limit of %j gives %s messages", async (limit, expected) => {
    const ann = await relay.enter("ann");
    const reply = await ann.reply({ type: "join", room: "lobby", ...(limit !== undefined && { limit }) });
    if (expected === "invalid") expect(reply).toMatchObject({ code: "invalid" });
    else expect((reply as { messages?: unknown[] }).messages).toHaveLength(expected);
  });

  test("tells rights, settings, members and one's own read marker", async () => {
    const mia = await relay.enter({ id: "mia", rooms: { lobby: "moderator" } });
    await mia.ask({ type: "configure", room: "lobby", id: "c", title: "Lobby", slowMode: 5 });
    const ann = await relay.join({ id: "ann", rooms: { lobby: ["read", "signal"] } }, "lobby");
    ann.say({ type: "read", room: "lobby", seq: 12 });
    const again = await relay.enter({ id: "ann", rooms: { lobby: ["read", "signal"] } });
    expect(await again.ask({ type: "join", room: "lobby" })).toMatchObject({
      can: ["read", "signal"],
      settings: { title: "Lobby", slowMode: 5 },
      members: [
        { id: "ann", name: "ann" },
        { id: "bob", name: "bob", role: "member" },
      ],
      count: 2,
      read: 12,
    });
  });
});

describe("[JOIN6] joining again on the same connection", () => {
  test("tells no event twice, and shows the others no leaving", async () => {
    await posts(5);
    const ann = await relay.enter("ann");
    const { epoch } = await ann.ask({ type: "join", room: "lobby" });
    await posts(2);
    await relay.clock.settle();
    bob.forget();
    ann.forget();
    const joined = await ann.ask({ type: "join", room: "lobby", since: { epoch, seq: 6 } });
    expect(joined.events?.map(({ seq }) => seq)).toEqual([7]);
    await posts(2);
    await relay.clock.pass(10_000);
    expect(ann.seqs("lobby")).toEqual([8, 9]);
    expect(bob.of("presence").flatMap(({ left }) => left ?? [])).toEqual([]);
    await ann.ask({ type: "leave", room: "lobby" });
    await relay.clock.pass(10_000);
    expect(bob.last("presence")).toMatchObject({ count: 1, left: ["ann"] });
  });

  test("while the room goes on tells each event once, in the answer or after it", async () => {
    const slow = slowEngine();
    // Nothing at hand: who comes back is served from the log, which takes its time.
    relay = new MemoryRelay({ engine: slow.wrap, roomLimits: { tailBytes: 0 } });
    bob = await relay.join("bob", "lobby");
    await posts(3);
    const ann = await relay.join("ann", "lobby");
    ann.forget();
    slow.hold();
    ann.say({ type: "join", ref: 900, room: "lobby", since: { epoch: "epoch-1", seq: 1 } });
    await relay.clock.settle();
    await posts(2);
    expect(ann.heard).toEqual([]);
    slow.go();
    await relay.clock.pass(1000);
    const [joined] = ann.replies(900) as { events?: { seq: number }[] }[];
    const told = [...(joined?.events ?? []).map(({ seq }) => seq), ...ann.seqs("lobby")];
    expect(told).toEqual([2, 3, 4, 5]);
  });

  test("many times in one frame answers each, and leaves one seat", async () => {
    const ann = await relay.enter("ann");
    ann.say(...Array.from({ length: 50 }, (_, at) => ({ type: "join", ref: 900 + at, room: "lobby" })));
    await relay.clock.settle();
    for (let ref = 900; ref < 950; ref++) expect(ann.replies(ref), `request ${ref}`).toHaveLength(1);
    expect(ann.of("ok").length).toBeGreaterThan(0);
    await posts(3);
    await relay.clock.pass(100);
    expect(ann.seqs("lobby")).toEqual([1, 2, 3]);
    await ann.ask({ type: "leave", room: "lobby" });
    expect(await ann.askInVain({ type: "leave", room: "lobby" })).toMatchObject({ code: "not-joined" });
    await relay.clock.pass(10_000);
    expect(bob.last("presence")).toMatchObject({ count: 1 });
  });

  test("in two spellings of one name is joining again", async () => {
    const ann = await relay.join("ann", "caf\u00E9");
    const joined = await ann.ask({ type: "join", room: "cafe\u0301" });
    expect(joined.room).toBe("caf\u00E9");
    const cid = await relay.enter("cid");
    await cid.post("cafe\u0301", "hello");
    await relay.clock.pass(100);
    expect(ann.texts).toEqual(["hello"]);
  });
});

describe("leaving", () => {
  test("ends what is told, at once", async () => {
    const ann = await relay.join("ann", "lobby");
    ann.forget();
    await ann.ask({ type: "leave", room: "lobby" });
    await posts(2);
    await relay.clock.pass(100);
    expect(ann.of("event")).toEqual([]);
  });

  test.each([
    { type: "leave" },
    { type: "read", seq: 1 },
    { type: "typing", on: true },
    { type: "signal", name: "wave" },
  ])("[PRES4] a room that is not joined cannot be used: %j", async (packet) => {
    const ann = await relay.enter("ann");
    ann.say({ ...packet, room: "lobby", ...(packet.type === "leave" && { ref: 1 }) });
    await relay.clock.settle();
    expect(ann.of("error")).toMatchObject([{ code: "not-joined", room: "lobby" }]);
  });

  test("while joining is answered, and so is the join; nobody is in", async () => {
    const slow = slowEngine();
    relay = new MemoryRelay({ engine: slow.wrap });
    const ann = await relay.enter("ann");
    slow.hold();
    ann.say({ type: "join", ref: 1, room: "lobby" }, { type: "leave", ref: 2, room: "lobby" });
    await relay.clock.settle();
    expect(ann.replies(2)).toMatchObject([{ type: "ok" }]);
    slow.go();
    await relay.clock.settle();
    expect(ann.replies(1)).toMatchObject([{ type: "error", code: "not-joined" }]);
    await relay.clock.pass(10_000);
    const cid = await relay.enter("cid");
    expect((await cid.ask({ type: "members", room: "lobby" })).count).toBe(0);
  });

  test("and joining anew while the first join is under way leaves one seat, and loses nothing", async () => {
    const slow = slowEngine();
    relay = new MemoryRelay({ engine: slow.wrap });
    bob = await relay.join("bob", "lobby");
    await posts(3);
    const ann = await relay.enter("ann");
    slow.hold();
    ann.say(
      { type: "join", ref: 1, room: "lobby" },
      { type: "leave", ref: 2, room: "lobby" },
      { type: "join", ref: 3, room: "lobby" },
    );
    await relay.clock.settle();
    slow.go();
    await relay.clock.settle();
    expect([1, 2, 3].map((ref) => ann.replies(ref).map(({ type }) => type))).toEqual([
      ["error"],
      ["ok"],
      ["ok"],
    ]);
    await posts(2);
    await relay.clock.pass(100);
    expect(ann.seqs("lobby")).toEqual([4, 5]);
  });

  test("by closing the connection while joining leaves nobody behind", async () => {
    const slow = slowEngine();
    relay = new MemoryRelay({ engine: slow.wrap });
    const ann = await relay.enter("ann");
    slow.hold();
    ann.say({ type: "join", ref: 1, room: "lobby" });
    await ann.vanish();
    slow.go();
    await relay.clock.pass(10_000);
    const cid = await relay.enter("cid");
    expect((await cid.ask({ type: "members", room: "lobby" })).count).toBe(0);
    await relay.clock.pass(60_000);
    expect(relay.core.context.rooms.size).toBe(0);
  });

  test("by closing a tab that joins again does not take another tab out", async () => {
    const slow = slowEngine();
    relay = new MemoryRelay({ engine: slow.wrap });
    const tab = await relay.join("ann", "lobby");
    const other = await relay.join("ann", "lobby");
    slow.hold();
    tab.say({ type: "join", ref: 900, room: "lobby", since: { epoch: "none", seq: 1 }, limit: 7 });
    await relay.clock.settle();
    await tab.vanish();
    slow.go();
    await relay.clock.pass(60_000);
    expect((await other.ask({ type: "members", room: "lobby" })).members.map(({ id }) => id)).toEqual([
      "ann",
    ]);
  });
});

describe("[P4] who loses the right while a join is under way", () => {
  const slow = slowEngine();
  let ann: Client;

  beforeEach(async () => {
    relay = new MemoryRelay({ engine: slow.wrap });
    bob = await relay.join("bob", "lobby");
    await posts(3);
    ann = await relay.enter("ann");
    slow.hold();
    ann.say({ type: "join", ref: 900, room: "lobby" });
    await relay.clock.settle();
  });

  async function expectRefused(code: string): Promise<void> {
    slow.go();
    await relay.clock.settle();
    await bob.post("lobby", "after");
    await relay.clock.pass(10_000);
    expect(ann.replies(900)).toMatchObject([{ type: "error", code }]);
    expect(JSON.stringify(ann.heard)).not.toMatch(/text 1|after/);
    expect((await bob.ask({ type: "members", room: "lobby" })).count).toBe(1);
  }

  test("by a ban is not let in", async () => {
    const mia = await relay.enter({ id: "mia", rooms: { lobby: "moderator" } });
    mia.say({ type: "moderate", ref: 900, room: "lobby", id: "ban", action: "ban", user: "ann" });
    await relay.clock.settle();
    await expectRefused("banned");
  });

  test("by a new token is not let in", async () => {
    await ann.ask({ type: "token", token: relay.token({ id: "ann", rooms: {} }) });
    await expectRefused("forbidden");
  });

  test("also while a page of history is being read", async () => {
    ann.say({ type: "history", ref: 901, room: "lobby" });
    await ann.ask({ type: "token", token: relay.token({ id: "ann", rooms: {} }) });
    await expectRefused("forbidden");
    expect(ann.replies(901)).toMatchObject([{ type: "error", code: "forbidden" }]);
  });

  test("also while asking for the members waits its turn", async () => {
    ann.say({ type: "members", ref: 901, room: "lobby" });
    await ann.ask({ type: "token", token: relay.token({ id: "ann", rooms: {} }) });
    await expectRefused("forbidden");
    expect(ann.replies(901)).toMatchObject([{ type: "error", code: "forbidden" }]);
  });
});

describe("[LIM2] [AZ-11] rooms of one connection", () => {
  test("are limited, and a room that is left makes place", async () => {
    relay = new MemoryRelay({ limits: { roomsPerConnection: 3 } });
    const ann = await relay.enter("ann");
    for (const room of ["a", "b", "c"]) await ann.ask({ type: "join", room });
    expect(await ann.askInVain({ type: "join", room: "d" })).toMatchObject({ code: "too-many-rooms" });
    await ann.ask({ type: "join", room: "a" });
    await ann.ask({ type: "leave", room: "a" });
    await ann.ask({ type: "join", room: "d" });
  });

  test("10,000 joins in a few frames are answered, counted and forgotten", async () => {
    const ann = await relay.enter("ann");
    const packets = Array.from({ length: 10_000 }, (_, ref) => ({ type: "join", ref, room: `room-${ref}` }));
    for (let at = 0; at < packets.length; at += 500) {
      ann.say(...packets.slice(at, at + 500));
      await relay.clock.settle();
    }
    expect(ann.of("ok")).toHaveLength(100);
    expect(ann.of("error").map(({ code }) => code)).toContain("too-many-rooms");
    expect(ann.socket.closed?.code).toBe(4429);
    await relay.clock.pass(60_000);
    expect(relay.core.context.rooms.size).toBeLessThanOrEqual(1);
  });
});

describe("what the engine cannot do", () => {
  test("[SD-09] is refused with `unavailable`, and a join can be tried again", async () => {
    const ann = await relay.enter("ann");
    await posts(1);
    const { page } = relay.engine.log;
    relay.engine.log.page = () => Promise.reject(new Error("the disk is away"));
    expect(await ann.askInVain({ type: "join", room: "lobby" })).toMatchObject({ code: "unavailable" });
    const history = await ann.askInVain({ type: "history", room: "lobby" });
    expect(history.code).toBe("internal");
    expect(history.incident).toBeDefined();
    expect(JSON.stringify(ann.heard)).not.toContain("the disk is away");
    expect(relay.log.entries.map(({ fields }) => fields)).toContainEqual(
      expect.objectContaining({ incident: history.incident }),
    );
    relay.engine.log.page = page.bind(relay.engine.log);
    await ann.ask({ type: "join", room: "lobby" });
  });

  test("in a room that does not open at all", async () => {
    relay.engine.log.head = () => Promise.reject(new Error("the disk is away"));
    const ann = await relay.enter("ann");
    const requests = [
      { type: "join" },
      { type: "history" },
      { type: "members" },
      { type: "post", id: "1", text: "x" },
    ];
    for (const request of requests) {
      expect(await ann.askInVain({ ...request, room: "other" }), request.type).toMatchObject({
        code: "unavailable",
      });
    }
  });
});

describe("presence", () => {
  test("[PRES1] [PRES2] two tabs are one member, and a reload is not noticed", async () => {
    const tab = await relay.join("ann", "lobby");
    const other = await relay.join("ann", "lobby");
    expect(bob.last("presence")).toMatchObject({ count: 2 });
    bob.forget();
    await tab.vanish();
    await relay.clock.pass(10_000);
    await other.vanish();
    await relay.clock.pass(4000);
    const again = await relay.join("ann", "lobby");
    await relay.clock.pass(10_000);
    expect(bob.of("presence")).toEqual([]);
    await again.vanish();
    await relay.clock.pass(5100);
    expect(bob.of("presence")).toMatchObject([{ count: 1, joined: [], left: ["ann"] }]);
  });

  test("[AZ-07] a member is an id, a name, a picture and a role, and nothing else", async () => {
    const picture = "https://example.org/a.png";
    const token = relay.token({ id: "ann", name: "Ann" });
    const ann = relay.connect();
    await ann.hello(token);
    await ann.ask({ type: "join", room: "lobby" });
    expect(bob.last("presence")?.joined).toEqual([{ id: "ann", name: "Ann", role: "member" }]);
    expect(picture).toBeTruthy();
  });

  test("[PRES5] a read marker moves forward, never beyond the end, and is told to one's own tabs", async () => {
    await posts(3);
    const ann = await relay.join("ann", "lobby");
    const tab = await relay.join("ann", "lobby");
    for (const client of [ann, tab, bob]) client.forget();
    for (const seq of [2, 1, 99, 3]) ann.say({ type: "read", room: "lobby", seq });
    await relay.clock.settle();
    expect(tab.of("read").map(({ seq }) => seq)).toEqual([2, 3]);
    expect(bob.of("read")).toEqual([]);
  });

  test("typing and signals reach everybody in the room, with who it was, and nobody else", async () => {
    const ann = await relay.join({ id: "ann", name: "Ann" }, "lobby");
    const eve = await relay.join("eve", "elsewhere");
    ann.say(
      { type: "typing", room: "lobby", on: true, user: { id: "bob", name: "Bob" } },
      { type: "signal", room: "lobby", name: "cursor", data: [1, 2], by: { id: "bob", name: "Bob" } },
    );
    await relay.clock.settle();
    const by = { id: "ann", name: "Ann" };
    expect(bob.last("typing")).toEqual({ type: "typing", room: "lobby", user: by, on: true });
    expect(bob.last("signal")).toEqual({ type: "signal", room: "lobby", name: "cursor", data: [1, 2], by });
    expect([...eve.of("typing"), ...eve.of("signal")]).toEqual([]);
  });

  test("members come in pages, by id", async () => {
    for (const id of ["eve", "ann", "dan", "cid"]) await relay.join(id, "lobby");
    const first = await bob.ask({ type: "members", room: "lobby", limit: 2 });
    expect(first).toMatchObject({ count: 5, next: "bob" });
    expect(first.members.map(({ id }) => id)).toEqual(["ann", "bob"]);
    const rest = await bob.ask({ type: "members", room: "lobby", after: first.next });
    expect(rest.members.map(({ id }) => id)).toEqual(["cid", "dan", "eve"]);
    expect(rest).not.toHaveProperty("next");
  });
});
