import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Appended, Content, Draft, Engine, RoomItem } from "../../src/engine/engine.ts";
import { memoryEngine } from "../../src/engine/memory/memory-engine.ts";
import type { Retention } from "../../src/engine/retention.ts";
import { sqliteEngine } from "../../src/engine/sqlite/sqlite-engine.ts";
import { author, GARDEN, LOBBY } from "../contracts/harness.ts";
import { NaiveLog } from "../contracts/naive-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const DAY = 86_400_000;
const ROOMS = [LOBBY, GARDEN];
const USERS = ["ann", "bob", "cleo"];

const target = fc.integer({ min: 0, max: 14 });
const words = fc.constantFrom("tea", "milk", "sugar", "“lemon”", "a longer text ".repeat(100));

const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("message" as const), text: words }) },
  fc.record({ kind: fc.constant("message" as const), text: words, reply: target }),
  fc.record({
    kind: fc.constant("message" as const),
    text: words,
    data: fc.constantFrom({ a: 1 }, { b: [null] }),
  }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("edit" as const), target, text: words }) },
  {
    weight: 2,
    arbitrary: fc.record(
      { kind: fc.constant("delete" as const), target, reason: fc.constant("Advertising") },
      { requiredKeys: ["kind", "target"] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("reaction" as const),
      target,
      emoji: fc.constantFrom("👍", "🎉"),
      on: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant("pin" as const), target, on: fc.boolean() }),
  fc.record({
    kind: fc.constant("moderation" as const),
    action: fc.constantFrom("kick", "mute", "unmute", "ban", "unban"),
    user: fc.constantFrom(...USERS),
  }),
  fc.record({
    kind: fc.constant("settings" as const),
    change: fc.constantFrom(
      { title: "A" },
      { title: "" },
      { slowMode: 5 },
      { slowMode: 0 },
      { locked: true },
    ),
  }),
);

const draft: fc.Arbitrary<Draft> = fc.record(
  {
    room: fc.constantFrom(...ROOMS),
    // Few enough that some are used again.
    id: fc.integer({ min: 0, max: 60 }).map(String),
    by: fc.constantFrom(...USERS).map(author),
    content,
    ownOnly: fc.boolean(),
  },
  { requiredKeys: ["room", "id", "by", "content"] },
);

/** One thing that happens. Steps back are so small that nobody can take them for a step over a bound. */
type Step =
  { do: "append"; batches: Draft[][] } | { do: "pass"; ms: number } | { do: "reopen" | "tidy" | "crash" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      batches: fc.array(fc.array(draft, { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(10, 10_000, -50, 40_000, DAY / 2),
    }),
  },
  fc.record({ do: fc.constantFrom("reopen" as const, "tidy" as const, "crash" as const) }),
);

const retention: fc.Arbitrary<Retention> = fc.record({
  count: fc.constantFrom(1, 5, 12, 1000),
  ageMs: fc.constantFrom(65_000, 2 * DAY + 5000, 1000 * DAY),
});

/** A file-backed engine that can be closed and opened, or lose its process, between two steps. */
class FileEngine {
  readonly #clock: FakeClock;
  readonly #retention: Retention;
  readonly #base: string;
  #life = 0;
  engine: Engine;

  private constructor(clock: FakeClock, kept: Retention, base: string, engine: Engine) {
    this.#clock = clock;
    this.#retention = kept;
    this.#base = base;
    this.engine = engine;
  }

  static async open(clock: FakeClock, kept: Retention): Promise<FileEngine> {
    const base = await mkdtemp(join(tmpdir(), "natter-model-"));
    return new FileEngine(clock, kept, base, await openIn(join(base, "0"), clock, kept));
  }

  async reopen(): Promise<void> {
    await this.engine.close();
    this.engine = await openIn(join(this.#base, `${this.#life}`), this.#clock, this.#retention);
  }

  /** Goes on with the files as they are at this moment, as after a kill -9. */
  async crash(): Promise<void> {
    const [from, to] = [join(this.#base, `${this.#life}`), join(this.#base, `${++this.#life}`)];
    // By another process: closing a file here would drop the locks that the engine holds on it.
    execFileSync("cp", ["-r", from, to]);
    await this.engine.close();
    this.engine = await openIn(to, this.#clock, this.#retention);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.#base, { recursive: true });
  }
}

function openIn(folder: string, clock: FakeClock, kept: Retention): Promise<Engine> {
  return sqliteEngine({ folder, clock, retention: kept, durability: "relaxed" });
}

test(
  "[P2] [P3] [P5] memory, file and a naive model agree, whatever happens",
  { timeout: 120_000 },
  async () => {
    const runs = Number(process.env["NATTER_RUNS"] ?? 60);
    await fc.assert(
      fc.asyncProperty(retention, fc.array(step, { minLength: 3, maxLength: 12 }), async (kept, steps) => {
        const clock = new FakeClock();
        const file = await FileEngine.open(clock, kept);
        const memory = memoryEngine({ retention: kept, clock });
        try {
          const naive = new NaiveLog(kept);
          for (const one of steps) {
            await take(one, clock, naive, memory, file);
            await compare(clock, naive, memory);
            await compare(clock, naive, file.engine);
          }
        } finally {
          await file.close();
        }
      }),
      { numRuns: runs },
    );
  },
);

async function take(one: Step, clock: FakeClock, naive: NaiveLog, memory: Engine, file: FileEngine) {
  switch (one.do) {
    case "pass":
      return clock.jump(one.ms);
    case "reopen":
      return file.reopen();
    case "crash":
      return file.crash();
    case "tidy":
      return clock.pass(11_000);
    case "append": {
      const expected = one.batches.map((batch) => batch.map((each) => naive.append(each, clock.now())));
      expect(await told(memory, one.batches)).toEqual(expected);
      expect(await told(file.engine, one.batches)).toEqual(expected);
      return;
    }
    default:
      return one satisfies never;
  }
}

/** Appends batches at once, and checks on the way that the bus brings what was stored, in order. */
async function told(engine: Engine, batches: Draft[][]): Promise<unknown[][]> {
  const heard: RoomItem[] = [];
  const stops = await Promise.all(
    ROOMS.map((room) => engine.bus.subscribe(room, (item) => heard.push(item))),
  );
  const results = await Promise.all(batches.map((batch) => engine.log.append(batch)));
  for (const stop of stops) stop();
  const stored = results.flat().filter((result) => result.ok && !result.duplicate);
  expect(heard.map((item) => item.type === "event" && item.event.seq)).toEqual(
    stored.map((result) => result.ok && result.seq),
  );
  return results.map((batch) => batch.map(withoutEpoch));
}

function withoutEpoch(result: Appended): unknown {
  if (!result.ok) return { ok: false, code: result.code };
  const { epoch: _, ...rest } = result;
  return rest;
}

async function compare(clock: FakeClock, naive: NaiveLog, { log }: Engine): Promise<void> {
  for (const room of ROOMS) {
    const { epoch, restrictions, ...head } = await log.head(room);
    expect({ ...head, restrictions: Object.fromEntries(restrictions) }).toEqual(naive.head(room));
    for (const [limit, before] of [
      [100, undefined],
      [2, undefined],
      [0, undefined],
      [3, 6],
      [5, 12],
    ] as const) {
      const page = await log.page(room, limit, before);
      const { messages, more } = naive.page(room, limit, before ?? Infinity, clock.now());
      expect(page).toEqual({ epoch, seq: head.seq, messages, more });
    }
    for (const seq of [0, 1, head.seq - 3, head.seq - 1, head.seq, head.seq + 1]) {
      if (seq < 0) continue;
      const replay = await log.after(room, epoch, seq, 8);
      expect(replay.ok ? replay.events : undefined).toEqual(naive.after(room, seq, 8, clock.now()));
    }
    for (const [user, id] of [
      ["ann", "3"],
      ["bob", "17"],
      ["cleo", "42"],
    ] as const) {
      const found = await log.find(room, user, id);
      expect(found && withoutEpoch(found)).toEqual(naive.find(room, user, id, clock.now()));
    }
  }
}
