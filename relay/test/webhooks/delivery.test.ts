import { afterEach, describe, expect, test } from "vitest";
import type { App } from "../../src/apps/app.ts";
import type { WebhookOptions } from "../../src/apps/webhook-options.ts";
import type { Letter, Receipt } from "../../src/webhooks/courier.ts";
import { Webhooks } from "../../src/webhooks/webhooks.ts";
import { roomKeyOf, type Content, type Engine } from "../../src/engine/engine.ts";
import { memoryEngine } from "../../src/engine/memory/memory-engine.ts";
import { appendOne, author, draft, ENDLESS } from "../contracts/harness.ts";
import { roomName } from "../doubles/events.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { MemoryEntries } from "../doubles/log-entries.ts";

const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Told {
  id: string;
  type: string;
  url: string;
  data: { app: string; room: string; event?: { text?: string; seq: number } };
}

const keyOf = (room: string): ReturnType<typeof roomKeyOf> => roomKeyOf("default", roomName(room));

/** An engine on a clock moved by hand, with webhooks whose endpoint is a function. */
class Stage {
  readonly clock: FakeClock;
  readonly log = new MemoryEntries();
  readonly engine: Engine;
  readonly told: Told[] = [];
  readonly webhooks: Webhooks;
  answer: (told: Told) => Receipt | number | Promise<Receipt | number> = () => 200;

  constructor(clock = new FakeClock(), engine: Engine = memoryEngine({ clock, retention: ENDLESS })) {
    const { log } = this;
    this.clock = clock;
    this.engine = engine;
    const courier = { carry: (letter: Letter) => this.#carry(letter), close: () => {} };
    this.webhooks = new Webhooks({ engine, clock, log, courier, chance: () => 0.5 });
  }

  async use(...options: Partial<WebhookOptions>[]): Promise<void> {
    const webhooks = options.map((each) => ({ url: "https://a.example/hook", secret: SECRET, ...each }));
    const app = { id: "default", policy: { webhooks } } as unknown as App;
    await this.webhooks.update([app]);
    await this.clock.settle();
  }

  async post(room: string, ...ids: string[]): Promise<void> {
    for (const text of ids) await this.append(room, { kind: "message", text });
  }

  async append(room: string, content: Content): Promise<void> {
    await appendOne(this.engine, draft(content, "ann", { room: keyOf(room) }));
    await this.clock.settle();
  }

  get texts(): unknown[] {
    return this.told.map(({ data }) => data.event?.text);
  }

  async #carry({ url, headers, body }: Letter): Promise<Receipt> {
    const told = { id: headers["webhook-id"], url: url.href, ...(JSON.parse(body) as object) } as Told;
    this.told.push(told);
    const answer = await this.answer(told);
    return typeof answer === "number" ? { ok: true, status: answer, retryAfterMs: 0, body: "" } : answer;
  }
}

let stage: Stage;
afterEach(async () => {
  const closed = stage.webhooks.close(0);
  await stage.clock.pass(10);
  await closed;
});

const MESSAGES = { events: ["message.created"] } as const;

describe("[WH2] what is stored is told, in order for each room, until it was taken", () => {
  test("events of the kinds that are wanted, with an id that stays", async () => {
    stage = new Stage();
    await stage.use(MESSAGES, { url: "https://b.example/", events: ["message.deleted"] });
    await stage.post("a", "1");
    await stage.append("a", { kind: "delete", target: 1 });
    expect(stage.told).toMatchObject([
      {
        type: "message.created",
        url: "https://a.example/hook",
        data: { app: "default", room: "a", event: { seq: 1 } },
      },
      { type: "message.deleted", url: "https://b.example/" },
    ]);
    expect(stage.told[0]?.id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(await stage.webhooks.states()).toMatchObject([
      { state: "working", delivered: 1, waiting: 0 },
      { state: "working", delivered: 1, waiting: 0 },
    ]);
  });

  test("one that is not taken holds up its room and no other, and comes again under the same id", async () => {
    stage = new Stage();
    await stage.use(MESSAGES);
    let failures = 2;
    stage.answer = ({ data }) => (data.event?.text === "a1" && failures-- > 0 ? 500 : 200);
    await stage.post("a", "a1", "a2");
    await stage.post("b", "b1");
    expect(stage.texts).toEqual(["a1", "b1"]);
    await stage.clock.pass(1000);
    expect(stage.texts).toEqual(["a1", "b1", "a1"]);
    await stage.clock.pass(5000);
    expect(stage.texts).toEqual(["a1", "b1", "a1", "a1", "a2"]);
    expect(new Set(stage.told.filter(({ data }) => data.event?.text === "a1").map(({ id }) => id)).size).toBe(
      1,
    );
  });

  test("what was erased before it could be told is not told", async () => {
    stage = new Stage();
    await stage.use(MESSAGES);
    stage.answer = () => 500;
    await stage.post("a", "rude");
    await stage.append("a", { kind: "delete", target: 1 });
    stage.answer = () => 200;
    const before = stage.told.length;
    await stage.clock.pass(HOUR);
    expect(stage.told).toHaveLength(before);
    expect(await stage.webhooks.states()).toMatchObject([{ waiting: 0 }]);
  });

  test("other settings take the place of those before, and what waits is told by them", async () => {
    stage = new Stage();
    await stage.use(MESSAGES);
    stage.answer = () => 503;
    await stage.post("a", "1");
    await stage.use({ ...MESSAGES, secret: [SECRET, SECRET] }, { url: "https://b.example/", ...MESSAGES });
    stage.answer = () => 200;
    stage.told.length = 0;
    await stage.clock.pass(HOUR);
    expect(stage.texts).toEqual(["1"]);
    await stage.post("b", "2");
    expect(stage.told.map(({ url }) => url)).toEqual([
      "https://a.example/hook",
      "https://a.example/hook",
      "https://b.example/",
    ]);
    await stage.use();
    await stage.post("c", "3");
    expect(stage.texts).not.toContain("3");
  });
});

describe("[WH3] a webhook that is down costs little, is seen, and is given up in the end", () => {
  test("it is tried by one room at a time, at growing intervals, and what waits is told when it works again", async () => {
    stage = new Stage();
    await stage.use(MESSAGES);
    stage.answer = () => ({ ok: false, why: "the connection failed (ECONNREFUSED)" });
    for (let room = 0; room < 20; room++) await stage.post(`r${room}`, `t${room}`);
    await stage.clock.pass(6 * HOUR);
    const attempts = stage.told.length;
    expect(attempts).toBeLessThan(50);
    expect(await stage.webhooks.states()).toMatchObject([
      { state: "failing", waiting: 20, delivered: 0, reason: "the connection failed (ECONNREFUSED)" },
    ]);
    const warnings = stage.log.entries.filter(({ level }) => level === "warn");
    expect(warnings.length).toBeLessThan(4);
    expect(warnings[0]?.message).toContain("ECONNREFUSED");
    stage.answer = () => 200;
    await stage.clock.pass(HOUR + HOUR / 4);
    expect(new Set(stage.texts.slice(attempts)).size).toBe(20);
    expect(await stage.webhooks.states()).toMatchObject([{ state: "working", waiting: 0, delivered: 20 }]);
  });

  test("410 ends it at once; nothing is kept for it until the settings are read anew", async () => {
    stage = new Stage();
    await stage.use(MESSAGES);
    stage.answer = () => 410;
    await stage.post("a", "1", "2");
    await stage.post("b", "3");
    await stage.clock.pass(DAY);
    expect(stage.told).toHaveLength(1);
    expect(await stage.webhooks.states()).toMatchObject([{ state: "dead", waiting: 0 }]);
    expect(stage.log.entries.at(-1)?.message).toContain("given up");
    stage.answer = () => 200;
    await stage.use(MESSAGES);
    await stage.post("c", "4");
    expect(stage.texts.at(-1)).toBe("4");
  });

  test("after three days without an answer it is given up", async () => {
    stage = new Stage();
    await stage.use(MESSAGES);
    stage.answer = () => 500;
    await stage.post("a", "1");
    for (let day = 0; day < 4; day++) {
      await stage.clock.pass(DAY);
      await stage.post("a", `day-${day}`);
    }
    expect(await stage.webhooks.states()).toMatchObject([{ state: "dead", waiting: 0 }]);
    const before = stage.told.length;
    await stage.clock.pass(DAY);
    expect(stage.told).toHaveLength(before);
  });

  test("one event that is never taken is skipped after a day, when others are taken", async () => {
    stage = new Stage();
    await stage.use(MESSAGES);
    stage.answer = ({ data }) => (data.event?.text === "poison" ? 400 : 200);
    await stage.post("a", "poison", "next");
    for (let hour = 0; hour < 27; hour++) {
      await stage.clock.pass(HOUR);
      await stage.post("b", `h${hour}`);
    }
    expect(stage.texts).toContain("next");
    expect(await stage.webhooks.states()).toMatchObject([{ state: "working", dropped: 1 }]);
  });

  test("what waits is bounded: the oldest goes, and is counted", async () => {
    stage = new Stage();
    const { outbox } = stage.engine;
    await outbox.route([{ to: "x", app: "default", kinds: ["message"], max: 3 }]);
    await stage.post("a", "1", "2", "3", "4", "5");
    expect(await outbox.counts("x")).toEqual({ waiting: 3, dropped: 2 });
    expect(await outbox.list("x", 0, 10)).toHaveLength(3);
    await stage.use();
  });
});

describe("[WH9] of several relays one tells a webhook", () => {
  /** Two relays that share an engine, in which a turn is had for 15 s. */
  async function relays(): Promise<{ a: Stage; b: Stage; end: (which: "a" | "b") => void }> {
    const clock = new FakeClock();
    const engine = memoryEngine({ clock, retention: ENDLESS });
    let holder = "";
    let until = -Infinity;
    const ended = new Set<string>();
    const of = (who: string): Engine => {
      const claim = (): Promise<number> => {
        if (ended.has(who) || (holder !== who && until > clock.monotonic())) return Promise.resolve(0);
        holder = who;
        until = clock.monotonic() + 15_000;
        return Promise.resolve(15_000);
      };
      return { ...engine, outbox: bound(engine.outbox, claim) };
    };
    const [a, b] = [new Stage(clock, of("a")), new Stage(clock, of("b"))];
    stage = a;
    await a.use(MESSAGES);
    await b.use(MESSAGES);
    return { a, b, end: (which) => void ended.add(which) };
  }

  function bound(outbox: Engine["outbox"], claim: () => Promise<number>): Engine["outbox"] {
    return {
      route: (routes) => outbox.route(routes),
      note: (to, room, note) => outbox.note(to, room, note),
      list: (to, after, limit) => outbox.list(to, after, limit),
      open: (id) => outbox.open(id),
      settle: (ids) => outbox.settle(ids),
      counts: (to) => outbox.counts(to),
      watch: (listener) => outbox.watch(listener),
      claim,
    };
  }

  test("and the others are on standby, until it has the turn no more", async () => {
    const { a, b, end } = await relays();
    await a.post("a", "1");
    expect([a.texts, b.texts]).toEqual([["1"], []]);
    expect((await b.webhooks.states())[0]).toMatchObject({ state: "standby", delivered: 0 });
    a.answer = () => 500;
    await a.post("a", "2", "3");
    await a.post("b", "4");
    end("a");
    await a.clock.pass(30_000);
    expect((await a.webhooks.states())[0]).toMatchObject({ state: "standby" });
    expect(new Set(b.texts)).toEqual(new Set(["2", "3", "4"]));
    expect(b.texts.indexOf("2")).toBeLessThan(b.texts.indexOf("3"));
    expect((await b.webhooks.states())[0]).toMatchObject({ state: "working", delivered: 3, waiting: 0 });
    const attempts = a.told.length;
    await a.clock.pass(HOUR);
    expect(a.told).toHaveLength(attempts);
    await b.webhooks.close(0);
  });

  test("one that was given up keeps its turn, so that no other tries either", async () => {
    const { a, b } = await relays();
    a.answer = () => 410;
    await a.post("a", "1");
    await a.post("b", "2");
    await a.clock.pass(HOUR);
    expect((await a.webhooks.states())[0]).toMatchObject({ state: "dead" });
    expect(b.told).toEqual([]);
    await b.webhooks.close(0);
  });

  test("what was under way at the end of a turn ends, and the other goes on behind it", async () => {
    const { a, b, end } = await relays();
    let taken: (status: number) => void = () => {};
    a.answer = () => new Promise<number>((resolve) => (taken = resolve));
    await a.post("a", "1", "2");
    end("a");
    await a.clock.pass(9000);
    taken(200);
    a.answer = () => 200;
    await a.clock.pass(60_000);
    expect(a.texts).toEqual(["1"]);
    expect(b.texts).toEqual(["2"]);
    await b.webhooks.close(0);
  });
});

describe("[WH4] rooms that fill and empty are told", () => {
  test("once each, whoever comes and goes meanwhile", async () => {
    stage = new Stage();
    await stage.use({ events: ["room.occupied", "room.vacated"] });
    const { presence } = stage.engine;
    presence.enter(keyOf("a"), author("ann"));
    presence.enter(keyOf("a"), { ...author("ann"), name: "Another" });
    presence.enter(keyOf("a"), author("bob"));
    presence.leave(keyOf("a"), "ann");
    presence.leave(keyOf("a"), "bob");
    await stage.clock.settle();
    expect(stage.told.map(({ type, data }) => [type, data])).toEqual([
      ["room.occupied", { app: "default", room: "a" }],
      ["room.vacated", { app: "default", room: "a" }],
    ]);
  });
});

describe("[WH7] a webhook can be asked before something happens", () => {
  const request = {
    app: "default",
    room: "a",
    user: { id: "ann", name: "Ann" },
    id: "1",
    text: "hi",
  } as never;

  test("it is sent the question, signed, and its answer is the hook's", async () => {
    stage = new Stage();
    await stage.use({ ask: ["beforePost"] });
    stage.answer = () => ({ ok: true, status: 200, retryAfterMs: 0, body: '{"reject":"No."}' });
    const [judge] = stage.webhooks.asked.judges("beforePost", "default");
    expect(await judge?.ask(request)).toEqual({ reject: "No." });
    expect(stage.told).toMatchObject([{ type: "beforePost", data: { text: "hi" } }]);
    stage.answer = () => 204;
    expect(await judge?.ask(request)).toBeUndefined();
    expect(stage.webhooks.asked.answers("authorize", "default")).toBe(false);
    expect(stage.webhooks.asked.answers("beforePost", "other")).toBe(false);
    await stage.post("a", "1");
    expect(stage.told).toHaveLength(2);
  });

  test("any other answer is a failure, which quotes nothing of it", async () => {
    stage = new Stage();
    await stage.use({ ask: ["beforePost"] });
    const [judge] = stage.webhooks.asked.judges("beforePost", "default");
    const ask = async (): Promise<unknown> => judge?.ask(request);
    stage.answer = () => 302;
    await expect(ask()).rejects.toThrow("it answered with status 302");
    stage.answer = () => ({ ok: true, status: 200, retryAfterMs: 0, body: "<html>secret" });
    await expect(ask()).rejects.toThrow("its answer is no JSON");
    stage.answer = () => ({ ok: false, why: "no answer came within 2000 ms" });
    await expect(ask()).rejects.toThrow("no answer came within 2000 ms");
  });
});
