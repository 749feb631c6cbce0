import { describe, expect, it } from "vitest";
import { GROUP_MS, listItems, type ListItem } from "../../src/message-list/items.ts";
import { message } from "../support/messages.ts";

const BO = { id: "bo", name: "Bo" };
const NOON = new Date(2026, 10, 23, 12).getTime();
const gap = (after: number, before: number) => ({ after, before, load: () => Promise.resolve(false) });

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
