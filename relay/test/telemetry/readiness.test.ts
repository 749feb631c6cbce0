import { beforeEach, describe, expect, test } from "vitest";
import { Readiness, type Ready } from "../../src/telemetry/readiness.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

let clock: FakeClock;
let read: () => Promise<unknown>;
let reads: number;
let readiness: Readiness;

beforeEach(() => {
  clock = new FakeClock();
  reads = 0;
  read = () => Promise.resolve();
  readiness = new Readiness(clock, () => {
    reads++;
    return read();
  });
});

async function look(): Promise<Ready> {
  await clock.pass(1000);
  return readiness.look();
}

describe("[OPS5] [SD-07] whether new clients may be sent to a relay", () => {
  test("they may while it reads and stores", async () => {
    expect(await look()).toBe("ready");
    expect(readiness.last).toBe("ready");
  });

  test("not once it is about to stop, whatever the storage says, also if that is asked just then", async () => {
    let answer: (value: unknown) => void = () => {};
    read = () => new Promise((resolve) => (answer = resolve));
    const looking = readiness.look();
    readiness.stop();
    answer(undefined);
    expect(await looking).toBe("stopping");
    read = () => Promise.resolve();
    expect(await look()).toBe("stopping");
    expect(readiness.last).toBe("stopping");
  });

  test("not while the storage cannot be read, and again when it can", async () => {
    read = () => Promise.reject(new Error("gone"));
    expect(await look()).toBe("storage");
    expect(readiness.last).toBe("storage");
    read = () => Promise.resolve();
    expect(await look()).toBe("ready");
  });

  test("not while the storage does not answer", async () => {
    read = () => new Promise(() => {});
    const looking = readiness.look();
    await clock.pass(2100);
    expect(await looking).toBe("storage");
    expect(clock.timers).toBe(0);
  });

  test("not for ten seconds after something could not be stored, unless something was since", async () => {
    readiness.noteFault();
    expect(await look()).toBe("storage");
    await clock.pass(8000);
    expect(await look()).toBe("ready");
    readiness.noteFault();
    expect(await look()).toBe("storage");
    readiness.noteCommit();
    expect(await look()).toBe("ready");
  });

  test("never again once the storage has failed for good", async () => {
    readiness.fail();
    await clock.pass(60_000);
    expect(await look()).toBe("storage");
  });

  test("a thousand who ask cost the storage one read", async () => {
    await Promise.all(Array.from({ length: 1000 }, () => readiness.look()));
    expect(reads).toBe(1);
  });
});
