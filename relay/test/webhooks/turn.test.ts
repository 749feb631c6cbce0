import { beforeEach, describe, expect, test } from "vitest";
import { Turn } from "../../src/webhooks/turn.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const LEASE_MS = 15_000;

/** The turn that several relays share, as an outbox over Redis hands it out. */
class Lease {
  holder: string | undefined;
  until = -Infinity;
  /** Whether nobody can be asked just now. */
  isAway = false;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  claim(who: string): Promise<number> {
    if (this.isAway) return Promise.reject(new Error("away"));
    const now = this.#clock.monotonic();
    if (this.holder !== who && this.until > now) return Promise.resolve(0);
    this.holder = who;
    this.until = now + LEASE_MS;
    return Promise.resolve(LEASE_MS);
  }
}

let clock: FakeClock;
let lease: Lease;
const told: string[] = [];

beforeEach(() => {
  clock = new FakeClock();
  lease = new Lease(clock);
  told.length = 0;
});

function turnOf(who: string): Turn {
  const turn = new Turn({
    ask: () => lease.claim(who),
    clock,
    chance: () => 0.5,
    onHeld: () => told.push(`${who} has it`),
    onLost: () => told.push(`${who} lost it`),
  });
  turn.start();
  return turn;
}

describe("[WH9] a turn", () => {
  test("is one relay's, which keeps it as long as it asks", async () => {
    const [a, b] = [turnOf("a"), turnOf("b")];
    await clock.pass(60 * 60_000);
    expect(a.isOurs).toBe(true);
    expect(b.isOurs).toBe(false);
    expect(new Set(told)).toEqual(new Set(["a has it"]));
  });

  test("goes to another within 20 s of the end of who had it", async () => {
    const [a, b] = [turnOf("a"), turnOf("b")];
    await clock.pass(7000);
    a.stop();
    await clock.pass(20_000);
    expect(b.isOurs).toBe(true);
    expect(told.at(-1)).toBe("b has it");
  });

  test("is over at its end for a process that stood still, before anybody has told it", async () => {
    const a = turnOf("a");
    await clock.pass(100);
    expect(a.isOurs).toBe(true);
    clock.sleep(LEASE_MS);
    expect(a.isOurs).toBe(false);
    await lease.claim("b");
    await clock.pass(1);
    expect(told.at(-1)).toBe("a lost it");
  });

  test("is nobody's while nobody can be asked, and somebody's soon afterwards", async () => {
    const a = turnOf("a");
    await clock.pass(100);
    lease.isAway = true;
    await clock.pass(6000);
    expect(a.isOurs).toBe(false);
    expect(told.at(-1)).toBe("a lost it");
    lease.isAway = false;
    await clock.pass(7000);
    expect(a.isOurs).toBe(true);
  });

  test("that is for good is asked for once", async () => {
    let asked = 0;
    const turn = new Turn({
      ask: () => Promise.resolve(++asked && Infinity),
      clock,
      chance: () => 0,
      onHeld: () => told.push("held"),
      onLost: () => {},
    });
    turn.start();
    await clock.pass(60_000);
    expect([asked, turn.isOurs, clock.timers]).toEqual([1, true, 0]);
    expect(told).toEqual(["held"]);
  });
});
