import fc from "fast-check";
import type { RoomName } from "../../src/protocol/index.ts";
import { TestLog, type Draft } from "../../src/testing/test-log.ts";

/** One thing that somebody does to a room; which message it concerns is chosen among those there are. */
export type Act =
  | { what: "write"; by: number; text: string }
  | { what: "edit" | "delete" | "pin"; by: number; pick: number; text: string; on: boolean }
  | { what: "react"; by: number; pick: number; emoji: string; on: boolean };

const USERS = ["me", "ann", "bob"];
const by = fc.nat(USERS.length - 1);
const text = fc.string({ minLength: 1, maxLength: 5 });
// Emoji are keys of an object, so those that could harm one are among them.
const emoji = fc.constantFrom("👍", "🎉", "__proto__", "constructor");

export const acts = fc.array(
  fc.oneof<[fc.Arbitrary<Act>, ...fc.Arbitrary<Act>[]]>(
    fc.record({ what: fc.constant("write" as const), by, text }),
    fc.record({
      what: fc.constantFrom("edit" as const, "delete" as const, "pin" as const),
      by,
      pick: fc.nat(),
      text,
      on: fc.boolean(),
    }),
    fc.record({ what: fc.constant("react" as const), by, pick: fc.nat(), emoji, on: fc.boolean() }),
  ),
  { maxLength: 60 },
);

/** A log, and how to make things happen in it. */
export function makeLog(): { log: TestLog; act: (act: Act) => void } {
  let now = 1_000;
  const log = new TestLog("lobby" as RoomName, "e1", () => now);
  const written = new Set<number>();
  const act = (act: Act): void => {
    now += 7;
    const draft = draftOf(log, [...written], act, `id-${log.seq}`);
    if (!draft) return;
    const { seq, kind } = log.append(draft);
    if (kind === "message") written.add(seq);
  };
  return { log, act };
}

function draftOf(log: TestLog, written: number[], act: Act, id: string): Draft | undefined {
  const user = USERS[act.by] ?? "";
  const stamp = { id, by: { id: user, name: user } };
  if (act.what === "write") return { kind: "message", ...stamp, text: act.text };
  const alive = written.filter((seq) => log.message(seq));
  const target = alive[act.pick % alive.length];
  if (target === undefined) return undefined;
  switch (act.what) {
    case "edit":
      return { kind: "edit", ...stamp, target, text: act.text };
    case "delete":
      return { kind: "delete", ...stamp, target };
    case "pin":
      return { kind: "pin", ...stamp, target, on: act.on };
    case "react": {
      const count = log.countAfter(target, act.emoji, user, act.on);
      return { kind: "reaction", ...stamp, target, emoji: act.emoji, on: act.on, count };
    }
    default:
      return act satisfies never;
  }
}
