import fc from "fast-check";
import { expect, test } from "vitest";
import { CLIENT_PACKETS } from "@natter/sdk/protocol";
import { ENOUGH, MemoryRelay } from "../doubles/memory-relay.ts";

const WORDS = [
  "lobby",
  "a/b",
  "cafe\u0301",
  "__proto__",
  "constructor",
  "ann",
  "mia",
  "x".repeat(65),
  "\u202e",
  "",
];
const SEQS = [0, 1, 2, 3, -1, 1.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e300];

/** Values that are right somewhere, and wrong everywhere else. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 6, arbitrary: fc.constantFrom(...SEQS) },
  {
    weight: 3,
    arbitrary: fc.constantFrom("👍", "🇩🇪", "kick", "mute", "ban", "unban", "epoch-1", true, false, null),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom({ epoch: "epoch-1", seq: 1 }, { epoch: "epoch-1", seq: 99 }, {}, []),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
);

const FIELDS = [
  ...new Set(Object.values(CLIENT_PACKETS).flatMap(({ entries }) => Object.keys(entries))),
  "__proto__",
  "by",
  "epoch",
].filter((name) => name !== "type");

/** Mostly right: each field has a fair chance of a value that its packet takes. */
const LIKELY = new Map<string, fc.Arbitrary<unknown>>(
  Object.entries({
    ref: fc.nat(1000),
    room: fc.constantFrom("lobby", "other"),
    id: fc.constantFrom("1", "2", "3", "4", "5", "6"),
    text: fc.constantFrom("hello", "🙂"),
    target: fc.nat(6),
    user: fc.constantFrom("ann", "mia", "nobody"),
    action: fc.constantFrom("kick", "mute", "unmute", "ban", "unban"),
    on: fc.boolean(),
    emoji: fc.constantFrom("👍", "☕"),
    seq: fc.nat(6),
    name: fc.constantFrom("wave"),
  }),
);

const fields = fc.record(
  Object.fromEntries(
    FIELDS.map((name) => [
      name,
      fc.oneof({ weight: 5, arbitrary: LIKELY.get(name) ?? value }, { weight: 1, arbitrary: value }),
    ]),
  ),
  { requiredKeys: ["ref", "room", "id", "text", "target", "on", "emoji", "user", "action"] },
);

const type = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...Object.keys(CLIENT_PACKETS)) },
  { weight: 1, arbitrary: fc.constantFrom("", "welcome", "__proto__") },
);

const packet = fc.tuple(type, fields).map(([name, rest]) => ({ ...rest, type: name }));
const frames = fc.array(
  fc.record({ who: fc.nat(2), packets: fc.array(packet, { maxLength: 6 }), isWaited: fc.boolean() }),
  { maxLength: 40 },
);

test("[P6] [PR-18] whatever clients say, the relay answers in its own language and is never at fault", async () => {
  const property = fc.asyncProperty(frames, async (said) => {
    const relay = new MemoryRelay({
      limits: { rates: ENOUGH },
    });
    const clients = [
      await relay.join("ann", "lobby"),
      await relay.join({ id: "mia", rooms: { "*": "moderator" } }, "lobby"),
      await relay.join({ id: "eve", rooms: { lobby: ["read", "signal"] } }, "lobby"),
    ];
    for (const { who, packets, isWaited } of said) {
      clients[who]?.say(...packets);
      if (isWaited) await relay.clock.settle();
    }
    await relay.clock.pass(100);
    for (const client of clients) {
      // What arrived was valid by the wire's schemas, or the client had thrown.
      expect(client.of("error").filter(({ code }) => code === "internal")).toEqual([]);
      expect(client.socket.closed).toBeUndefined();
    }
    expect(relay.log.entries).toEqual([]);
    expect(({} as Record<string, unknown>)["text"]).toBeUndefined();
    const late = await relay.enter("late");
    expect((await late.reply({ type: "join", room: "other" })).type).toBe("ok");
  });
  await fc.assert(property, { numRuns: Number(process.env["FUZZ"] ?? 100) });
}, 60_000);
