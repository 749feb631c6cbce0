import fc from "fast-check";
import { expect, test } from "vitest";
import { ChatError, type ChatErrorCode } from "../../src/chat-error.ts";
import {
  QUEUED,
  idOf,
  isCertain,
  isFailed,
  isPassing,
  leavesDoubt,
  moved,
  nextUp,
  restored,
  unsent,
  without,
  type Entry,
  type Outbox,
  type Stage,
  type Writing,
} from "../../src/room/outbox.ts";

const error = new ChatError("rejected", "No.");
const post = (id: string): Writing => ({ type: "post", id, text: id });
const entry = (id: string, stage: Stage = QUEUED, at = 0): Entry => ({ writing: post(id), at, ...stage });
const STAGES: Stage[] = [
  QUEUED,
  { stage: "sending" },
  { stage: "stored", epoch: "e1", seq: 1 },
  { stage: "failed", error },
];

test("[SDK1] one is sent at a time, in the order of writing; failed and stored ones are passed over", () => {
  const [queued, sending, stored, failed] = STAGES as [Stage, Stage, Stage, Stage];
  expect(nextUp([])).toBeUndefined();
  expect(nextUp([entry("a", failed), entry("b", stored), entry("c", queued), entry("d")])?.writing.id).toBe(
    "c",
  );
  expect(nextUp([entry("a", queued), entry("b", sending)])).toBeUndefined();
});

test("what is stored or failed stays if it is a message, and goes if it is not", () => {
  const edit: Entry = { writing: { type: "edit", id: "e", target: 1, text: "x" }, at: 0, stage: "sending" };
  for (const stage of STAGES.slice(2)) {
    expect(moved([entry("a"), edit], "e", stage)).toEqual([entry("a")]);
    expect(moved([entry("a"), edit], "a", stage)).toEqual([entry("a", stage), edit]);
  }
});

test("what is unsent is what the relay is not known to have, and has not refused", () => {
  const outbox = STAGES.map((stage, n) => entry(`${n}`, stage));
  expect(unsent(outbox).map(idOf)).toEqual(["0", "1"]);
});

test("only what was never left without an answer is known not to be stored", () => {
  expect(isCertain(entry("a"))).toBe(true);
  expect(isCertain(entry("a", { ...QUEUED, inDoubt: true }))).toBe(false);
  expect(isCertain(entry("a", { stage: "sending" }))).toBe(false);
});

test("what an earlier page left comes first, once, and may have been sent by it", () => {
  const drafts = [entry("old"), entry("new")].map(({ writing }) => ({ writing, at: 5 }));
  const outbox = restored([entry("new"), entry("newer")], drafts, 10);
  expect(outbox.map(idOf)).toEqual(["old", "new", "newer"]);
  expect(outbox[0]).toMatchObject({ stage: "queued", inDoubt: true });
});

test("[P2] what is a day old is not sent without asking: the relay may no longer know its id", () => {
  const day = 24 * 60 * 60 * 1000;
  const drafts = [day, day - 1].map((age) => ({ writing: post(`${age}`), at: 10 * day - age }));
  expect(restored([], drafts, 10 * day)).toMatchObject([
    { stage: "failed", error: { code: "timeout" } },
    { stage: "queued" },
  ]);
});

test("retry and discard act on failed messages only", () => {
  const outbox = STAGES.map((stage) => entry("a", stage));
  expect(without(outbox, isFailed("a")).map(({ stage }) => stage)).toEqual(["queued", "sending", "stored"]);
  expect(without(outbox, isFailed("b"))).toBe(outbox);
});

test("what passes is tried again, what is refused is not, and a fault of the relay's has a few tries", () => {
  const passing = (code: ChatErrorCode, tries = 0): boolean => isPassing(new ChatError(code, ""), tries);
  for (const code of ["offline", "timeout", "rate-limited", "unavailable", "token-expired"] as const) {
    expect([code, passing(code, 1_000)]).toEqual([code, true]);
  }
  for (const code of [
    "invalid",
    "forbidden",
    "muted",
    "banned",
    "locked",
    "slow-mode",
    "too-large",
  ] as const) {
    expect([code, passing(code)]).toEqual([code, false]);
  }
  expect(passing("a code of tomorrow" as ChatErrorCode)).toBe(false);
  expect([0, 3, 4].map((tries) => passing("internal", tries))).toEqual([true, true, false]);
  expect(leavesDoubt(new ChatError("timeout", ""))).toBe(true);
  expect(leavesDoubt(new ChatError("rate-limited", ""))).toBe(false);
});

// A relay and a line that do whatever they like; what is written must come through all the same.
type Step = "write" | "send" | "ok" | "refuse" | "lose" | "see" | "reload";

test("[SDK1] [P2] whatever happens, nothing is lost, doubled or overtaken", () => {
  const step = fc.constantFrom<Step>("write", "send", "send", "ok", "refuse", "lose", "see", "reload");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let outbox: Outbox = [];
      let written = 0;
      let seen = 0;
      const log: string[] = [];
      const refused = new Set<string>();
      const run = (step: Step): void => {
        const sending = outbox.find(({ stage }) => stage === "sending");
        const id = sending && idOf(sending);
        switch (step) {
          case "write":
            outbox = [...outbox, entry(String(written++).padStart(3, "0"), QUEUED, 1)];
            return;
          case "send": {
            const next = nextUp(outbox);
            if (next) outbox = moved(outbox, idOf(next), { stage: "sending" });
            return;
          }
          case "ok":
            if (id === undefined) return;
            if (!log.includes(id)) log.push(id);
            outbox = moved(outbox, id, { stage: "stored", epoch: "e1", seq: log.indexOf(id) + 1 });
            return;
          case "refuse":
            if (id === undefined || log.includes(id)) return;
            refused.add(id);
            outbox = moved(outbox, id, { stage: "failed", error });
            return;
          case "lose":
            // Every other time the relay has stored it, and only the reply is lost.
            if (id === undefined) return;
            if (log.length % 2 === 0 && !log.includes(id)) log.push(id);
            outbox = moved(outbox, id, { ...QUEUED, inDoubt: true });
            return;
          case "see":
            seen = log.length;
            outbox = without(outbox, (one) => log.slice(0, seen).includes(idOf(one)));
            return;
          case "reload":
            outbox = restored([], unsent(outbox), 2);
            return;
          default:
            return step satisfies never;
        }
      };
      steps.forEach(run);
      for (let calm = 0; calm < 3 * written; calm++) (["send", "ok", "see"] as const).forEach(run);
      expect(log).toEqual([...log].sort());
      expect(new Set(log).size).toBe(log.length);
      expect(log.length + refused.size).toBe(written);
      expect(unsent(outbox)).toEqual([]);
    }),
  );
});
