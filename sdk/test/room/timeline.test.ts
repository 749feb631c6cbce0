import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message, RoomEvent, RoomName } from "../../src/protocol/index.ts";
import {
  EMPTY_TIMELINE,
  firstAfter,
  insertPage,
  positionOf,
  replay,
  restart,
  type Timeline,
} from "../../src/room/timeline.ts";
import type { TestLog } from "../../src/testing/index.ts";
import { acts, makeLog } from "../support/logs.ts";

const ME = "me";
const room = "lobby" as RoomName;
const by = { id: "bob", name: "bob" };

const message = (seq: number): Message => ({ seq, at: seq, id: `m${seq}`, by, text: `${seq}` });
const written = (seq: number): RoomEvent => ({ type: "event", room, kind: "message", ...message(seq) });
const range = (from: number, to: number): Message[] =>
  Array.from({ length: to - from + 1 }, (_, n) => message(from + n));
const seqs = ({ messages }: Timeline): number[] => messages.map(({ seq }) => seq);
const start = (from: number, to: number, more = true, epoch = "e1") => ({
  epoch,
  seq: to,
  messages: range(from, to),
  more,
});
const joined = (from: number, to: number, more = true): Timeline =>
  restart(EMPTY_TIMELINE, start(from, to, more), ME);

describe("replay", () => {
  test("applies what follows, passes over what is known, and stops where something is missing", () => {
    const timeline = joined(1, 3, false);
    const result = replay(timeline, [written(2), written(3), written(4), written(6), written(7)], ME);
    expect(seqs(result.timeline)).toEqual([1, 2, 3, 4]);
    expect(result.applied.map(({ seq }) => seq)).toEqual([4]);
    expect(result.missing).toBe(true);
  });

  test("changes nothing, not even the object, when nothing is new", () => {
    const timeline = joined(1, 3);
    expect(replay(timeline, [written(1), written(3)], ME).timeline).toBe(timeline);
  });

  test("an event of an unknown kind moves the place and touches no message", () => {
    const odd = { ...written(4), kind: "poll", target: 2 } as unknown as RoomEvent;
    const { timeline } = replay(joined(1, 3), [odd, written(5)], ME);
    expect(timeline.seq).toBe(5);
    expect(timeline.messages[1]).toEqual({ ...message(2), mine: false });
  });

  test("an event about a message that is not held changes no message", () => {
    const edit: RoomEvent = {
      type: "event",
      room,
      kind: "edit",
      seq: 13,
      at: 1,
      id: "e",
      by,
      target: 3,
      text: "x",
    };
    const before = joined(10, 12);
    const { timeline } = replay(before, [edit], ME);
    expect(timeline.messages).toEqual(before.messages);
    expect(timeline.seq).toBe(13);
  });
});

describe("restart", () => {
  test("the first join begins without a gap", () => {
    expect(joined(11, 20)).toMatchObject({ seq: 20, gaps: [], from: 11 });
    expect(joined(1, 20, false)).toMatchObject({ from: 0 });
    expect(positionOf(joined(1, 3))).toEqual({ epoch: "e1", seq: 3 });
    expect(positionOf(EMPTY_TIMELINE)).toBeUndefined();
  });

  test("[SDK4] what was held goes, for it may be true no more, and a gap says what is missing", () => {
    const timeline = restart(joined(1, 5, false), start(50, 60), ME);
    expect(seqs(timeline)).toEqual(range(50, 60).map(({ seq }) => seq));
    expect(timeline).toMatchObject({ gaps: [{ after: 5, before: 50 }], from: 50, seq: 60 });
  });

  test("a page that reaches back to the place that was held leaves no gap", () => {
    expect(restart(joined(1, 5), start(6, 9), ME).gaps).toEqual([]);
    expect(restart(joined(1, 5), start(4, 9), ME).gaps).toEqual([]);
    expect(seqs(restart(joined(1, 5), start(4, 9), ME))).toEqual([4, 5, 6, 7, 8, 9]);
    expect(restart(joined(1, 5), start(7, 9), ME).gaps).toEqual([{ after: 5, before: 7 }]);
  });

  test("a page that is everything there is replaces everything that was held", () => {
    const timeline = restart(
      joined(1, 5, false),
      { epoch: "e1", seq: 9, messages: range(3, 4), more: false },
      ME,
    );
    expect(seqs(timeline)).toEqual([3, 4]);
    expect(timeline).toMatchObject({ gaps: [], from: 0 });
  });

  test("of another log, or one that is shorter than it was, nothing stays, and a gap says so", () => {
    for (const other of [start(7, 9, true, "e2"), start(2, 3)]) {
      const timeline = restart(joined(1, 5), other, ME);
      expect(timeline.messages.map(({ id }) => id)).toEqual(other.messages.map(({ id }) => id));
      expect(timeline.gaps).toEqual([{ after: 0, before: other.messages[0]?.seq }]);
    }
    const empty = restart(joined(1, 5), { epoch: "e2", seq: 0, messages: [], more: false }, ME);
    expect(empty).toMatchObject({ messages: [], gaps: [{ after: 0, before: 1 }], from: 0 });
  });
});

describe("insertPage", () => {
  const page = (before: number, from: number, to: number, more = true) => ({
    before,
    messages: range(from, to),
    more,
    late: [],
  });

  test("goes to the front, and says when that was the beginning", () => {
    const once = insertPage(joined(50, 60), page(50, 40, 49), ME);
    expect(once).toMatchObject({ from: 40, gaps: [] });
    const twice = insertPage(once, page(40, 2, 39, false), ME);
    expect(twice.from).toBe(0);
    expect(seqs(twice)).toEqual(range(2, 60).map(({ seq }) => seq));
  });

  test("narrows a gap from its newer end, and closes it when it reaches the other", () => {
    const torn = restart(joined(1, 5, false), start(50, 60), ME);
    const narrower = insertPage(torn, page(50, 30, 49), ME);
    expect(narrower.gaps).toEqual([{ after: 5, before: 30 }]);
    expect(insertPage(narrower, page(30, 6, 29), ME).gaps).toEqual([]);
    expect(insertPage(narrower, page(30, 3, 29), ME).gaps).toEqual([]);
    expect(insertPage(narrower, page(30, 7, 29), ME).gaps).toEqual([{ after: 5, before: 7 }]);
    expect(insertPage(narrower, { ...page(30, 8, 29), more: false }, ME)).toMatchObject({
      gaps: [],
      from: 0,
    });
  });

  test("an empty page is the beginning, whatever it says", () => {
    expect(insertPage(joined(50, 60), { before: 50, messages: [], more: true, late: [] }, ME).from).toBe(0);
  });

  test("a page for a place that is gone changes nothing", () => {
    const timeline = joined(50, 60);
    expect(insertPage(timeline, page(30, 20, 29), ME)).toBe(timeline);
  });
});

test("the first message after a place is found wherever it is", () => {
  const { messages } = restart(
    EMPTY_TIMELINE,
    { ...start(8, 9), messages: [...range(2, 4), ...range(8, 9)] },
    ME,
  );
  expect([0, 1, 2, 4, 7, 8].map((seq) => firstAfter(messages, seq)?.seq)).toEqual([2, 2, 3, 8, 8, 9]);
  expect(firstAfter(messages, 9)).toBeUndefined();
});

// ── properties ───────────────────────────────────────────────────────────────────────────────────────────

const fresh = (log: TestLog): object[] =>
  log.page(ME, Infinity).messages.map((message) => ({ ...message, mine: message.by.id === ME }));

function loadAll(log: TestLog, timeline: Timeline, limit: number): Timeline {
  let loaded = timeline;
  for (let guard = 0; guard < 1_000; guard++) {
    const before = loaded.gaps[0]?.before ?? loaded.from;
    if (before === 0) return loaded;
    loaded = insertPage(loaded, { before, ...log.page(ME, limit, before), late: [] }, ME);
  }
  throw new Error("This never ends.");
}

test("[LOG2] a page and the live events that follow it lead to what a fresh page shows", () => {
  fc.assert(
    fc.property(acts, acts, fc.nat(20), fc.integer({ min: 1, max: 9 }), (before, after, limit, pageSize) => {
      const { log, act } = makeLog();
      before.forEach(act);
      const { epoch, seq } = log;
      let timeline = restart(EMPTY_TIMELINE, { epoch, seq, ...log.page(ME, limit) }, ME);
      after.forEach(act);
      timeline = replay(timeline, log.events.slice(seq), ME).timeline;
      expect(loadAll(log, timeline, pageSize).messages).toEqual(fresh(log));
    }),
  );
});

test("[P3] whatever was missed, once its gaps are loaded a room shows what a fresh one shows", () => {
  const visits = fc.array(fc.record({ acts, limit: fc.nat(10), pageSize: fc.nat(9) }), { maxLength: 6 });
  fc.assert(
    fc.property(visits, (visits) => {
      const { log, act } = makeLog();
      let timeline = EMPTY_TIMELINE;
      for (const visit of visits) {
        visit.acts.forEach(act);
        const { epoch, seq } = log;
        timeline = restart(timeline, { epoch, seq, ...log.page(ME, visit.limit) }, ME);
        const ordered = seqs(timeline);
        expect(ordered).toEqual([...new Set(ordered)].sort((one, other) => one - other));
        if (visit.pageSize > 0) timeline = loadAll(log, timeline, visit.pageSize);
      }
      expect(loadAll(log, timeline, 5).messages).toEqual(fresh(log));
    }),
  );
});

test("[LOG2] pages that events overtook on the way, some of them or all, lead to the same place", () => {
  fc.assert(
    fc.property(acts, acts, fc.integer({ min: 1, max: 9 }), (before, during, pageSize) => {
      const { log, act } = makeLog();
      before.forEach(act);
      const { epoch, seq } = log;
      let timeline = restart(EMPTY_TIMELINE, { epoch, seq, ...log.page(ME, 2) }, ME);
      while (timeline.from > 0) {
        const at = log.seq;
        during.splice(0, 2).forEach(act);
        const page = { before: timeline.from, ...log.page(ME, pageSize, timeline.from) };
        during.splice(0, 3).forEach(act);
        const late = log.events.slice(at);
        timeline = replay(timeline, late, ME).timeline;
        timeline = insertPage(timeline, { ...page, late }, ME);
      }
      expect(timeline.messages).toEqual(fresh(log));
    }),
  );
});

test("applying events in any pieces, with any of them twice, leads to the same place", () => {
  fc.assert(
    fc.property(acts, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (all, sizes) => {
      const { log, act } = makeLog();
      all.forEach(act);
      const empty = restart(EMPTY_TIMELINE, { epoch: "e1", seq: 0, messages: [], more: false }, ME);
      const whole = replay(empty, log.events, ME).timeline;
      let pieces = empty;
      for (const size of sizes) {
        if (pieces.seq >= log.seq) break;
        const from = Math.max(0, pieces.seq - size);
        pieces = replay(pieces, log.events.slice(from, pieces.seq + size), ME).timeline;
      }
      expect(pieces).toEqual(whole);
    }),
  );
});
