import type { Gap, ViewMessage } from "@natter/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GROUP_MS, listItems as make, type ListItem, type Made } from "../../src/message-list/items.ts";
import type { Notice } from "../../src/moderation/notices.ts";
import { message } from "../support/messages.ts";

const BO = { id: "bo", name: "Bo" };
const NOON = new Date(2026, 10, 23, 12).getTime();
const gap = (after: number, before: number) => ({ after, before, load: () => Promise.resolve(false) });

function listItems(
  messages: ViewMessage[],
  gaps: Gap[],
  unreadFrom: number | undefined,
  notices: Notice[] = [],
): ListItem[] {
  return [...make({ messages, gaps, unreadFrom, notices }).items];
}

/** `day`, `gap`, `unread`, and for a message its seq with `[` where a group opens and `]` where it closes. */
function drawn(items: ListItem[]): string {
  return items
    .map((item) => {
      if (item.kind !== "message") return item.kind;
      return `${item.opens ? "[" : ""}${item.message.seq || item.message.state}${item.closes ? "]" : ""}`;
    })
    .join(" ");
}

describe("the list", () => {
  it("groups what one author says in one go", () => {
    const messages = [
      message({ seq: 1, at: NOON }),
      message({ seq: 2, at: NOON + 1000 }),
      message({ seq: 3, at: NOON + 2000, by: BO }),
      message({ seq: 4, at: NOON + 3000 }),
      message({ seq: 5, at: NOON + 3000 + GROUP_MS }),
    ];
    expect(drawn(listItems(messages, [], undefined))).toBe("day [1 2] [3] [4] [5]");
  });

  it("names each day once, also the long and the short ones", () => {
    const days = [25, 26, 27].map((day, at) =>
      message({ seq: at + 1, at: new Date(2026, 9, day, 0, 30).getTime() }),
    );
    const late = message({ seq: 4, at: new Date(2026, 9, 27, 23, 59).getTime() });
    expect(drawn(listItems([...days, late], [], undefined))).toBe("day [1] day [2] day [3] [4]");
  });

  it("shows a gap at its place, and no group across it", () => {
    const messages = [1, 2, 8, 9].map((seq) => message({ seq, at: NOON + seq }));
    expect(drawn(listItems(messages, [gap(2, 8)], undefined))).toBe("day [1 2] gap [8 9]");
    expect(drawn(listItems(messages, [gap(0, 1)], undefined))).toBe("gap day [1 2 8 9]");
    expect(drawn(listItems(messages, [gap(9, 12)], undefined))).toBe("day [1 2 8 9] gap");
  });

  it("draws the unread line above the first unread message, or the next one held", () => {
    const messages = [1, 2, 5].map((seq) => message({ seq, at: NOON + seq }));
    expect(drawn(listItems(messages, [], 2))).toBe("day [1] unread [2 5]");
    expect(drawn(listItems(messages, [], 4))).toBe("day [1 2] unread [5]");
    expect(drawn(listItems(messages, [], 6))).toBe("day [1 2 5]");
  });

  it("tells what was done at its place, and breaks a group there", () => {
    const messages = [1, 2, 5].map((seq) => message({ seq, at: NOON + seq }));
    const own = message({ seq: 0, id: "own", at: NOON + 9, state: "pending", mine: true });
    const notice = (seq: number) => ({ seq, at: NOON + seq, deed: "lock" as const, by: "Mia", what: "" });
    const items = (...seqs: number[]) =>
      drawn(listItems([...messages, own], [], undefined, seqs.map(notice)));
    expect(items(3)).toBe("day [1 2] notice [5 pending]");
    expect(items(3, 4)).toBe("day [1 2] notice notice [5 pending]");
    expect(items(6)).toBe("day [1 2 5] notice [pending]");
    // What was done before the oldest message held would stand at the wrong place.
    expect(drawn(listItems(messages.slice(1), [], undefined, [notice(1)]))).toBe("day [2 5]");
  });

  it("keeps the key of a message when the relay has stored it", () => {
    const own = { by: { id: "me", name: "Mira" }, mine: true, id: "x", at: NOON };
    const [, pending] = listItems([message({ ...own, seq: 0, state: "pending" })], [], undefined);
    const [, stored] = listItems([message({ ...own, seq: 7 })], [], undefined);
    expect(pending?.key).toBe(stored?.key);
  });

  it("lets a failed message stand alone, so that nobody takes it for sent", () => {
    const own = { by: { id: "me", name: "Mira" }, mine: true, at: NOON };
    const messages = [
      message({ ...own, seq: 0, id: "a", state: "failed" }),
      message({ ...own, seq: 0, id: "b", state: "pending" }),
    ];
    expect(drawn(listItems(messages, [], undefined))).toBe("day [failed] [pending]");
  });
});

describe("a list that is made again", () => {
  const HOUR = 3_600_000;
  const person = fc.constantFrom({ id: "ann", name: "Ann" }, BO);
  const change = fc.oneof(
    fc.record({
      kind: fc.constant("add" as const),
      by: person,
      after: fc.integer({ min: 0, max: 8 * HOUR }),
    }),
    fc.record({ kind: fc.constant("unsent" as const), by: person }),
    fc.record({ kind: fc.constant("stored" as const) }),
    fc.record({ kind: fc.constant("edit" as const), at: fc.nat(30) }),
    fc.record({ kind: fc.constant("prepend" as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("drop" as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("unread" as const), from: fc.option(fc.integer({ min: 90, max: 120 })) }),
    fc.record({ kind: fc.constant("gap" as const), after: fc.integer({ min: 80, max: 120 }) }),
    fc.record({ kind: fc.constant("notice" as const), seq: fc.integer({ min: 95, max: 130 }) }),
    fc.record({ kind: fc.constant("whole" as const) }),
  );

  it("is what it would be if it were made from nothing, whatever changed", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        let messages: ViewMessage[] = [message({ seq: 100, at: NOON })];
        let gaps: Gap[] = [];
        let unreadFrom: number | undefined;
        let notices: Notice[] = [];
        let made: Made | undefined;
        for (const [turn, step] of changes.entries()) {
          const stored = messages.filter(({ seq }) => seq > 0);
          const unsent = messages.filter(({ seq }) => seq === 0);
          const last = stored.at(-1);
          const next = (by = BO, after = 1000): ViewMessage =>
            message({ seq: (last?.seq ?? 99) + 1, at: (last?.at ?? NOON) + after, by });
          if (step.kind === "add") messages = [...stored, next(step.by, step.after), ...unsent];
          else if (step.kind === "unsent")
            messages = [
              ...messages,
              message({ seq: 0, id: `u${turn}`, at: NOON, by: step.by, state: "pending" }),
            ];
          else if (step.kind === "stored" && unsent[0])
            messages = [...stored, { ...next(), id: unsent[0].id }, ...unsent.slice(1)];
          else if (step.kind === "edit")
            messages = messages.map((one, at) => (at === step.at ? { ...one, text: `turn ${turn}` } : one));
          else if (step.kind === "prepend") {
            const first = stored[0]?.seq ?? 100;
            const older = Array.from({ length: step.count }, (_, at) => first - step.count + at);
            messages = [...older.map((seq) => message({ seq, at: NOON - HOUR })), ...messages];
          } else if (step.kind === "drop") messages = messages.slice(step.count);
          else if (step.kind === "unread") unreadFrom = step.from ?? undefined;
          else if (step.kind === "gap") gaps = [gap(step.after, step.after + 1)];
          else if (step.kind === "notice" && step.seq > (notices.at(-1)?.seq ?? 0))
            notices = [...notices, { seq: step.seq, at: NOON, by: "Bo", deed: "lock", what: "" }];
          else if (step.kind === "whole") gaps = [];
          made = make({ messages, gaps, unreadFrom, notices }, made);
          expect(made.items).toEqual(make({ messages, gaps, unreadFrom, notices }).items);
        }
      }),
    );
  });

  it("takes over what did not change, as it is", () => {
    const messages = Array.from({ length: 50 }, (_, at) => message({ seq: at + 1, at: NOON + at }));
    const before = make({ messages, gaps: [], unreadFrom: undefined, notices: [] });
    const after = make({ ...before, messages: [...messages, message({ seq: 51, at: NOON + 60 })] }, before);
    expect(after.items).toHaveLength(52);
    for (let at = 0; at < 50; at++) expect(after.items[at]).toBe(before.items[at]);
    expect(make({ ...after }, after)).toBe(after);
  });
});
