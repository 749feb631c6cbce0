import { beforeEach, describe, expect, test } from "vitest";
import { Fanout } from "../../src/room/fanout.ts";
import type { Occupant } from "../../src/room/occupant.ts";
import { Tail } from "../../src/room/tail.ts";
import { message, messages } from "../doubles/events.ts";
import { occupant } from "../doubles/fake-line.ts";

const STALLED = 1000;

/** A fan-out over a tail, with what it asks of its room. */
class Stage {
  readonly tail: Tail;
  readonly fanout: Fanout;
  readonly asked: { occupant: Occupant; after: number }[] = [];
  readonly levelled: { occupant: Occupant; mark: number }[] = [];
  mark = 0;

  constructor(seq = 0, maxEvents = 100) {
    this.tail = new Tail(seq, maxEvents, 1e6);
    this.fanout = new Fanout(
      this.tail,
      { stalledBytes: STALLED, lookEvery: 16 },
      {
        fromLog: (who, after) => void this.asked.push({ occupant: who, after }),
        mark: () => this.mark,
        onLevel: (who, mark) => void this.levelled.push({ occupant: who, mark }),
      },
    );
  }

  /** The next event happens; it is told with the next flush. */
  happen(count = 1): void {
    for (let each = 0; each < count; each++) {
      this.fanout.push(this.tail.push(message(this.tail.seq + 1)));
    }
  }

  tell(count = 1): void {
    this.happen(count);
    this.fanout.flush();
  }
}

let stage: Stage;
let ann: ReturnType<typeof occupant>;
let bob: ReturnType<typeof occupant>;

beforeEach(() => {
  stage = new Stage();
  ann = occupant("ann");
  bob = occupant("bob");
});

describe("who is level", () => {
  test("gets what happened in a tick as one frame, and everybody the same", () => {
    stage.fanout.add(ann, 0);
    stage.fanout.add(bob, 0);
    stage.happen(2);
    stage.fanout.push(JSON.stringify({ type: "presence", room: "lobby", count: 2 }));
    stage.fanout.flush();
    expect(ann.line.frames).toHaveLength(1);
    expect(ann.line.packets.map(({ type }) => type)).toEqual(["event", "event", "presence"]);
    expect(bob.line.frames).toEqual(ann.line.frames);
  });

  test("gets nothing when nothing happened", () => {
    stage.fanout.add(ann, 0);
    stage.fanout.flush();
    stage.fanout.flush();
    expect(ann.line.frames).toEqual([]);
  });

  test("[P3] comes in between two ticks without a hole and without a double", () => {
    stage.fanout.add(ann, 0);
    stage.tell(2);
    stage.happen();
    stage.fanout.add(bob, 3);
    stage.tell();
    expect(ann.line.seqs).toEqual([1, 2, 3, 4]);
    expect(bob.line.seqs).toEqual([4]);
  });
});

describe("who is behind", () => {
  test("[P3] joined with an older place and is served from the tail", () => {
    stage.tell(5);
    stage.fanout.add(ann, 2);
    expect(stage.fanout.hasBehind).toBe(true);
    stage.fanout.flush();
    stage.tell();
    expect(ann.line.seqs).toEqual([3, 4, 5, 6]);
    expect(stage.fanout.hasBehind).toBe(false);
  });

  test("[P3] joined with a place that the bus has not brought yet and waits for it", () => {
    stage.tell(2);
    stage.fanout.add(ann, 4);
    stage.tell();
    stage.fanout.advance();
    expect(ann.line.seqs).toEqual([]);
    stage.tell(2);
    expect(ann.line.seqs).toEqual([5]);
  });

  test("is asked for at the log when the tail is past its place, once", () => {
    stage = new Stage(50);
    stage.fanout.add(ann, 10);
    stage.fanout.advance();
    stage.fanout.advance();
    expect(stage.asked).toEqual([{ occupant: ann, after: 10 }]);
    stage.fanout.resume(ann, 50);
    stage.tell();
    expect(ann.line.seqs).toEqual([51]);
  });

  test("goes on from the tail where the log's answer ends", () => {
    stage = new Stage(50);
    stage.fanout.add(ann, 10);
    stage.fanout.advance();
    stage.tell(3);
    stage.fanout.resume(ann, 51);
    stage.fanout.advance();
    expect(ann.line.seqs).toEqual([52, 53]);
    expect(stage.fanout.hasBehind).toBe(false);
  });

  test("is looked at again when the log could not be read", () => {
    stage = new Stage(50);
    stage.fanout.add(ann, 10);
    stage.fanout.advance();
    stage.fanout.resume(ann, 10);
    stage.fanout.advance();
    expect(stage.asked).toHaveLength(2);
  });

  test("is told beside the log, once it is level, what it missed there", () => {
    stage.mark = 7;
    stage.tell(2);
    stage.fanout.add(ann, 1);
    stage.mark = 8;
    stage.fanout.advance();
    expect(stage.levelled).toEqual([{ occupant: ann, mark: 7 }]);
  });
});

describe("[P6] a line that does not drain", () => {
  test("is pushed nothing once its bound is reached, and loses nothing", () => {
    stage.fanout.add(ann, 0);
    stage.tell();
    ann.line.bufferedBytes = STALLED;
    stage.tell(3);
    expect(ann.line.seqs).toEqual([1]);
    ann.line.bufferedBytes = STALLED / 2;
    stage.tell();
    expect(ann.line.seqs).toEqual([1]);
    ann.line.bufferedBytes = STALLED / 2 - 1;
    stage.fanout.advance();
    expect(ann.line.seqs).toEqual([1, 2, 3, 4, 5]);
    stage.tell();
    expect(ann.line.seqs).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("costs others nothing", () => {
    stage.fanout.add(ann, 0);
    stage.fanout.add(bob, 0);
    ann.line.bufferedBytes = STALLED;
    for (let tick = 0; tick < 100; tick++) stage.tell();
    expect(bob.line.seqs).toHaveLength(100);
    expect(ann.line.frames).toEqual([]);
  });

  test("that fills while it catches up is not filled past the bound by more than an event", () => {
    const full = occupant("full");
    const packet = full.line.packet.bind(full.line);
    full.line.packet = (json) => {
      packet(json);
      full.line.bufferedBytes += json.length;
    };
    stage = new Stage(0, 1000);
    stage.tell(500);
    stage.fanout.add(full, 0);
    stage.fanout.advance();
    const event = JSON.stringify(message(500)).length;
    expect(full.line.bufferedBytes).toBeLessThanOrEqual(STALLED + event);
    while (stage.fanout.hasBehind) {
      full.line.bufferedBytes = 0;
      stage.fanout.advance();
    }
    expect(full.line.seqs).toEqual(messages(1, 500).map(({ seq }) => seq));
  });

  test("whose place the tail forgets meanwhile goes on from the log", () => {
    stage = new Stage(0, 10);
    stage.fanout.add(ann, 0);
    ann.line.bufferedBytes = STALLED;
    stage.tell(50);
    ann.line.bufferedBytes = 0;
    stage.fanout.advance();
    expect(stage.asked).toEqual([{ occupant: ann, after: 0 }]);
  });
});

describe("who is removed", () => {
  test("hears no more, level or behind or being fetched for", () => {
    stage = new Stage(50);
    const cid = occupant("cid");
    stage.fanout.add(ann, 50);
    stage.fanout.add(bob, 49);
    stage.fanout.add(cid, 10);
    stage.fanout.advance();
    for (const each of [ann, bob, cid]) stage.fanout.remove(each);
    stage.fanout.resume(cid, 50);
    stage.tell();
    expect(stage.fanout.size).toBe(0);
    for (const each of [ann, bob, cid]) expect(each.line.seqs).toEqual([]);
  });

  test("while a frame is going out does not stop it for others", () => {
    stage.fanout.add(ann, 0);
    stage.fanout.add(bob, 0);
    const cid = occupant("cid");
    stage.fanout.add(cid, 0);
    const frame = ann.line.frame.bind(ann.line);
    ann.line.frame = (bytes) => {
      frame(bytes);
      stage.fanout.remove(ann);
      stage.fanout.remove(bob);
    };
    stage.tell();
    expect(ann.line.seqs).toEqual([1]);
    expect(bob.line.seqs).toEqual([]);
    expect(cid.line.seqs).toEqual([1]);
  });
});

describe("a pass that takes several turns", () => {
  const MEMBERS = 50;
  let crowd: ReturnType<typeof occupant>[];

  beforeEach(() => {
    crowd = Array.from({ length: MEMBERS }, (_, at) => occupant(`member-${at}`));
    for (const each of crowd) stage.fanout.add(each, 0);
  });

  /** Lets the fan-out go on for one look at the clock. */
  function slice(): boolean {
    return stage.fanout.flush(() => true);
  }

  const reached = (): number => crowd.filter(({ line }) => line.frames.length > 0).length;

  test("reaches everybody once, some in each turn", () => {
    stage.happen();
    expect(slice()).toBe(false);
    expect(reached()).toBeGreaterThan(0);
    expect(reached()).toBeLessThan(MEMBERS);
    while (!slice());
    for (const { line } of crowd) expect(line.seqs).toEqual([1]);
  });

  test("[P3] keeps what happens meanwhile for the next, in order for everybody", () => {
    stage.happen();
    slice();
    stage.happen(2);
    while (!slice());
    expect(stage.fanout.waiting).toBe(2);
    for (const { line } of crowd) expect(line.seqs).toEqual([1]);
    while (!slice());
    for (const { line } of crowd) expect(line.seqs).toEqual([1, 2, 3]);
  });

  test("[P3] passes by who comes in meanwhile with what it says", () => {
    stage.happen();
    slice();
    stage.fanout.add(ann, 1);
    stage.fanout.add(bob, 0);
    while (!slice());
    stage.tell();
    expect(ann.line.seqs).toEqual([2]);
    expect(bob.line.seqs).toEqual([1, 2]);
  });

  test("passes by who has left, and by nobody else", () => {
    stage.happen();
    slice();
    const last = crowd.at(-1) as (typeof crowd)[number];
    stage.fanout.remove(last);
    while (!slice());
    expect(last.line.seqs).toEqual([]);
    expect(reached()).toBe(MEMBERS - 1);
  });

  test("[P3] leaves who is full at the place before it, from which they are caught up", () => {
    stage.tell();
    const slow = crowd.at(-1) as (typeof crowd)[number];
    stage.happen();
    slice();
    slow.line.bufferedBytes = STALLED;
    while (!slice());
    expect(slow.line.seqs).toEqual([1]);
    slow.line.bufferedBytes = 0;
    stage.fanout.advance();
    expect(slow.line.seqs).toEqual([1, 2]);
  });

  test("[P3] ends when the tail is begun anew: everybody goes on from the place they have", () => {
    stage.tell();
    stage.happen();
    slice();
    const before = reached2();
    stage.tail.restart(9);
    stage.fanout.restart(true);
    stage.fanout.flush();
    const asked = stage.asked.map(({ after }) => after);
    expect(asked.filter((after) => after === 2)).toHaveLength(before);
    expect(asked.filter((after) => after === 1)).toHaveLength(MEMBERS - before);
    function reached2(): number {
      return crowd.filter(({ line }) => line.seqs.length === 2).length;
    }
  });

  test("looks at everybody who is behind once, however little time there is, and then is done", () => {
    stage.tell();
    for (const { line } of crowd) line.bufferedBytes = STALLED;
    stage.tell();
    let turns = 0;
    while (!slice()) expect(++turns).toBeLessThan(10);
    for (const { line } of crowd.slice(25)) line.bufferedBytes = 0;
    for (turns = 0; !slice(); turns++) expect(turns).toBeLessThan(10);
    for (const { line } of crowd.slice(25)) expect(line.seqs).toEqual([1, 2]);
  });

  test("hands somebody who is taken out in the middle of it what they have not had", () => {
    stage.happen();
    slice();
    const [first, last] = [crowd[0], crowd.at(-1)] as [typeof ann, typeof ann];
    for (const each of [first, last]) {
      stage.fanout.settle(each);
      stage.fanout.remove(each);
    }
    expect(first.line.seqs).toEqual([1]);
    expect(last.line.seqs).toEqual([1]);
  });
});

describe("when the tail is begun anew", () => {
  test("everybody goes on from the log at the place they have", () => {
    stage.fanout.add(ann, 0);
    stage.tell(3);
    stage.happen();
    stage.tail.restart(10);
    stage.fanout.restart(true);
    stage.fanout.flush();
    expect(ann.line.seqs).toEqual([1, 2, 3]);
    expect(stage.asked).toEqual([{ occupant: ann, after: 3 }]);
  });

  test("as another log, everybody is given the room anew", () => {
    stage.fanout.add(ann, 0);
    stage.tell(3);
    stage.fanout.add(bob, 1);
    stage.tail.restart(1);
    stage.fanout.restart(false);
    stage.fanout.flush();
    expect(stage.asked).toEqual(
      expect.arrayContaining([
        { occupant: ann, after: -1 },
        { occupant: bob, after: -1 },
      ]),
    );
  });
});
