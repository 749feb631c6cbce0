import { beforeEach, describe, expect, test } from "vitest";
import { Flusher, Rest, type Flushable } from "../../src/room/flusher.ts";
import { pauseAfter } from "../../src/room/pace.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

/** A clock that a flush can take time from. */
class WorkClock extends FakeClock {
  work(ms: number): void {
    this.sleep(ms);
  }
}

let clock: WorkClock;
let flusher: Flusher;
/** What happened, in order: `lobby:2` is a flush of two packets, `ann` a connection's own. */
let told: string[];

beforeEach(() => {
  clock = new WorkClock();
  flusher = new Flusher(clock, { turnMs: 6, pauseAfter: (costMs) => pauseAfter(costMs, 20) });
  told = [];
});

/** A room whose members take a millisecond each. */
class SlowRoom implements Flushable {
  readonly rest = new Rest();
  readonly name: string;
  readonly members: number;
  waiting = 0;
  #left = 0;
  #said = 0;
  turns = 0;

  constructor(name: string, members: number) {
    this.name = name;
    this.members = members;
  }

  say(packets = 1): void {
    this.waiting += packets;
    flusher.request(this);
  }

  flush(isTimeUp: () => boolean): boolean {
    this.turns++;
    if (this.#left === 0) {
      this.#left = this.members;
      this.#said = this.waiting;
      this.waiting = 0;
    }
    while (this.#left > 0) {
      if (isTimeUp()) return false;
      clock.work(1);
      this.#left--;
    }
    told.push(`${this.name}:${this.#said}`);
    return true;
  }
}

const alone = (name: string) => ({ flush: () => void told.push(name) });

describe("in one turn", () => {
  test("a room's packets leave together, and before what is for one connection alone", async () => {
    const lobby = new SlowRoom("lobby", 2);
    lobby.say();
    flusher.requestAlone(alone("ann"));
    lobby.say(2);
    await clock.settle();
    expect(told).toEqual(["lobby:3", "ann"]);
  });

  test("a reply leaves with the event it caused, also where other rooms are before", async () => {
    const hall = new SlowRoom("hall", 7);
    const lobby = new SlowRoom("lobby", 1);
    hall.say();
    lobby.say();
    flusher.requestAlone(alone("ann"));
    await clock.settle();
    expect(told).toEqual(["hall:1", "lobby:1", "ann"]);
  });

  test("nothing is sent twice, and nothing without being asked for", async () => {
    flusher.requestAlone(alone("ann"));
    await clock.settle();
    await clock.pass(1000);
    expect(told).toEqual(["ann"]);
  });
});

describe("a large room", () => {
  test("takes several turns, between which replies leave", async () => {
    const hall = new SlowRoom("hall", 20);
    hall.say();
    await clock.turn();
    expect(told).toEqual([]);
    flusher.requestAlone(alone("ann"));
    await clock.turn();
    await clock.turn();
    expect(told).toEqual(["ann"]);
    await clock.settle();
    expect(told).toEqual(["ann", "hall:1"]);
    expect(hall.turns).toBe(4);
  });

  test("keeps what comes meanwhile for its next frame", async () => {
    const hall = new SlowRoom("hall", 20);
    hall.say();
    await clock.turn();
    hall.say(2);
    await clock.settle();
    expect(told).toEqual(["hall:1"]);
    await clock.pass(20);
    expect(told).toEqual(["hall:1", "hall:2"]);
  });

  test("does not keep others from their turn", async () => {
    const hall = new SlowRoom("hall", 7);
    const lobby = new SlowRoom("lobby", 1);
    hall.say();
    lobby.say();
    await clock.settle();
    expect(told).toEqual(["hall:1", "lobby:1"]);
  });
});

describe("the pace", () => {
  test("delays no lone message", async () => {
    const hall = new SlowRoom("hall", 5);
    for (let each = 0; each < 3; each++) {
      hall.say();
      await clock.settle();
      expect(told).toHaveLength(each + 1);
      await clock.pass(100);
    }
  });

  test("joins what comes soon after a dear flush", async () => {
    const hall = new SlowRoom("hall", 5);
    hall.say();
    await clock.settle();
    hall.say();
    await clock.pass(4);
    hall.say();
    await clock.pass(5);
    expect(told).toEqual(["hall:1"]);
    await clock.pass(2);
    expect(told).toEqual(["hall:1", "hall:2"]);
  });

  test("waits no longer once the frame is full", async () => {
    const hall = new SlowRoom("hall", 5);
    hall.say();
    await clock.settle();
    hall.say(31);
    await clock.settle();
    expect(told).toEqual(["hall:1"]);
    hall.say();
    await clock.settle();
    expect(told).toEqual(["hall:1", "hall:32"]);
    await clock.pass(100);
    expect(told).toHaveLength(2);
  });

  test("counts all the turns of a large room's flush", async () => {
    const hall = new SlowRoom("hall", 9);
    hall.say();
    await clock.settle();
    hall.say();
    await clock.pass(17);
    expect(told).toEqual(["hall:1"]);
    await clock.pass(2);
    expect(told).toEqual(["hall:1", "hall:1"]);
  });
});
