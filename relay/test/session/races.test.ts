import fc from "fast-check";
import { expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import type { Client } from "../doubles/client.ts";
import { ENOUGH, MemoryRelay } from "../doubles/memory-relay.ts";

const ROOMS = ["lobby", "cafe\u0301"] as const;
const USERS = ["ann", "bob", "cid"] as const;
const CLIENTS = 4;

/** One thing that a client, the line or time does. `who` counts clients; most happen in the middle of a turn. */
type Step =
  | { do: "post"; who: number; room: number; large: boolean }
  | { do: "join"; who: number; room: number; resume: boolean }
  | { do: "leave"; who: number; room: number }
  | { do: "reconnect"; who: number }
  | { do: "pause" | "resume"; who: number }
  | { do: "drain"; who: number }
  | { do: "turn" }
  | { do: "wait"; ms: number };

const who = fc.nat({ max: CLIENTS - 1 });
const room = fc.nat({ max: ROOMS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("post" as const), who, room, large: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("join" as const), who, room, resume: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who, room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reconnect" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "resume" as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("drain" as const), who }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 3000 }) }),
  },
);

/** What one client holds of one room, by the rules of the protocol and nothing else. */
interface Held {
  epoch: string;
  seq: number;
}

/** A client that follows the protocol, and complains when what it is told is not continuous. */
class Follower {
  readonly #relay: MemoryRelay;
  readonly #user: string;
  readonly #held = new Map<string, Held>();
  readonly #joined = new Set<string>();
  readonly #asked = new Map<number, { type: string; room: string; since?: Held }>();
  #client: Client;
  #read = 0;

  constructor(relay: MemoryRelay, user: string) {
    this.#relay = relay;
    this.#user = user;
    this.#client = this.#connect();
  }

  get socket(): Client["socket"] {
    return this.#client.socket;
  }

  held(name: string): Held | undefined {
    return this.#joined.has(name) ? this.#held.get(name) : undefined;
  }

  reconnect(): void {
    this.#client.socket.terminate();
    this.#client = this.#connect();
    this.#read = 0;
    this.#joined.clear();
    this.#asked.clear();
  }

  say(type: string, name: string, more: { since?: Held } & Record<string, unknown> = {}): void {
    const ref = this.#client.nextRef();
    const since = more.since && { since: { ...more.since } };
    this.#asked.set(ref, { type, room: name.normalize("NFC"), ...since });
    this.#client.say({ type, ref, room: name, ...more });
  }

  join(name: string, isResumed: boolean): void {
    const since = this.#held.get(name.normalize("NFC"));
    this.say("join", name, isResumed && since ? { since } : {});
  }

  /** Reads what arrived since the last time. */
  read(): void {
    const news = this.#client.heard.slice(this.#read);
    this.#read = this.#client.heard.length;
    for (const packet of news) {
      if (packet.type === "ok") this.#onOk(packet);
      if (packet.type === "error" && packet.ref !== undefined) this.#onError(packet.ref);
      if (packet.type === "event") this.#onEvent(packet.room, packet.seq);
      if (packet.type === "reset") this.#held.set(packet.room, { epoch: packet.epoch, seq: packet.seq });
    }
  }

  get unanswered(): number {
    return this.#asked.size;
  }

  #connect(): Client {
    const client = this.#relay.connect();
    client.say({ type: "hello", token: this.#relay.token({ id: this.#user }) });
    return client;
  }

  #onOk(packet: Record<string, unknown> & { ref: number }): void {
    const asked = this.#asked.get(packet.ref);
    if (!asked) throw new Error(`A reply to nothing: ${JSON.stringify(packet)}`);
    this.#asked.delete(packet.ref);
    if (asked.type === "leave") this.#joined.delete(asked.room);
    if (asked.type !== "join") return;
    const { epoch, seq, recovered, events } = packet as never as {
      epoch: string;
      seq: number;
      recovered: boolean;
      events?: { seq: number }[];
    };
    this.#joined.add(asked.room);
    // What is replayed follows the place that was named, though more has come since it was named.
    this.#held.set(asked.room, recovered && asked.since ? asked.since : { epoch, seq });
    for (const event of events ?? []) this.#onEvent(asked.room, event.seq);
    expect(this.#held.get(asked.room)).toEqual({ epoch, seq });
  }

  #onError(ref: number): void {
    expect(this.#asked.delete(ref)).toBe(true);
  }

  #onEvent(name: string, seq: number): void {
    const held = this.#held.get(name);
    if (!held) throw new Error(`An event of ${name}, which is not joined`);
    if (!this.#joined.has(name)) throw new Error(`Event ${seq} of ${name}, which was left`);
    if (seq !== held.seq + 1) throw new Error(`${this.#user} in ${name}: event ${seq} after ${held.seq}`);
    held.seq = seq;
  }
}

/** Makes every reading take a turn or two of its own, as a disk would. */
function slowed(engine: Engine, relay: () => MemoryRelay): Engine {
  let calls = 0;
  const pause = async (): Promise<void> => {
    for (let turn = calls++ % 3; turn > 0; turn--) {
      await new Promise<void>((resolve) => relay().clock.soon(resolve));
    }
  };
  const { log } = engine;
  for (const name of ["page", "after", "head", "append"] as const) {
    const call = log[name].bind(log) as (...args: unknown[]) => Promise<never>;
    log[name] = async (...args: unknown[]) => {
      await pause();
      return call(...args);
    };
  }
  return engine;
}

async function perform(relay: MemoryRelay, followers: Follower[], steps: Step[]): Promise<void> {
  let ids = 0;
  for (const step of steps) {
    const follower = "who" in step ? (followers[step.who] as Follower) : undefined;
    const name = "room" in step ? (ROOMS[step.room] as string) : "";
    switch (step.do) {
      case "post":
        follower?.say("post", name, { id: `p-${++ids}`, text: step.large ? "x".repeat(700) : "x" });
        break;
      case "join":
        follower?.join(name, step.resume);
        break;
      case "leave":
        follower?.say("leave", name);
        break;
      case "reconnect":
        follower?.reconnect();
        break;
      case "pause":
      case "resume":
        follower?.socket[step.do]();
        break;
      case "drain":
        follower?.socket.drain(1);
        break;
      case "turn":
        await relay.clock.turn();
        break;
      case "wait":
        await relay.clock.pass(step.ms);
        break;
      default:
        step satisfies never;
    }
    for (const each of followers) each.read();
  }
}

test("[P3] [JOIN5] [WIRE4] however joins, posts, cuts and slow lines fall together, nobody misses or repeats an event", async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 120 }), async (steps) => {
    const relay: MemoryRelay = new MemoryRelay({
      limits: {
        replayEvents: 12,
        rates: ENOUGH,
      },
      roomLimits: { replayEvents: 12, stalledBytes: 2500, tailBytes: 4000, pageDefault: 5 },
      retentionCount: 100,
      engine: (engine) => slowed(engine, () => relay),
    });
    const followers = Array.from(
      { length: CLIENTS },
      (_, at) => new Follower(relay, USERS[at % 3] as string),
    );
    await perform(relay, followers, steps);
    for (const follower of followers) {
      follower.socket.resume();
      // Long enough without reading and the relay has given it up, as it should.
      if (follower.socket.closed) follower.reconnect();
    }
    await relay.clock.pass(5000);
    for (const follower of followers) follower.read();
    for (const name of ROOMS.map((each) => each.normalize("NFC"))) {
      const head = relay.core.context.rooms.get("default", name as never)?.seq;
      for (const follower of followers) {
        const held = follower.held(name);
        if (held) expect(held.seq, name).toBe(head);
      }
    }
    expect(followers.map(({ unanswered }) => unanswered)).toEqual(followers.map(() => 0));
    for (const follower of followers) follower.socket.terminate();
    await relay.clock.pass(60_000);
    expect(relay.core.context.rooms.size).toBe(0);
    expect(relay.core.sessions.size).toBe(0);
    expect(relay.log.entries).toEqual([]);
  });
  await fc.assert(property, { numRuns: Number(process.env["RACES"] ?? 150) });
}, 60_000);
