import type { ReactiveControllerHost } from "lit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Loaded } from "../../src/admin/loaded.ts";

const host: ReactiveControllerHost = {
  addController: () => {},
  removeController: () => {},
  requestUpdate: () => {},
  updateComplete: Promise.resolve(true),
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { hidden: false });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Something to ask, whose answers a test gives one by one. */
function questions(): { ask: () => Promise<number>; answers: Deferred<number>[] } {
  const answers: Deferred<number>[] = [];
  const ask = (): Promise<number> => {
    const answer = deferred<number>();
    answers.push(answer);
    return answer.promise;
  };
  return { ask, answers };
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let [resolve, reject]: [(value: T) => void, (reason: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

test("it asks at once and again after a pause, and an answer that is overtaken counts for nothing", async () => {
  const { ask, answers } = questions();
  const loaded = new Loaded(host, 1000, ask, () => {});
  loaded.hostConnected();
  void loaded.again();
  answers[1]?.resolve(2);
  await settled();
  answers[0]?.resolve(1);
  await settled();
  expect(loaded.load).toEqual({ kind: "ready", value: 2 });
  await vi.advanceTimersByTimeAsync(1000);
  expect(answers).toHaveLength(3);
  loaded.hostDisconnected();
  answers[2]?.resolve(3);
  await vi.advanceTimersByTimeAsync(5000);
  expect(loaded.value).toBe(2);
  expect(answers).toHaveLength(3);
});

test("what was there stays when the next question fails, and it is asked again", async () => {
  const { ask, answers } = questions();
  const failures: unknown[] = [];
  const loaded = new Loaded(host, 1000, ask, (error) => failures.push(error));
  loaded.hostConnected();
  answers[0]?.resolve(1);
  await vi.advanceTimersByTimeAsync(1000);
  answers[1]?.reject("no line");
  await settled();
  expect(loaded.load).toEqual({ kind: "failed", error: "no line", value: 1 });
  expect(failures).toEqual(["no line"]);
  await vi.advanceTimersByTimeAsync(1000);
  answers[2]?.resolve(2);
  await settled();
  expect(loaded.load).toEqual({ kind: "ready", value: 2 });
});

test("nothing is asked while nobody looks", async () => {
  const { ask, answers } = questions();
  const loaded = new Loaded(host, 1000, ask, () => {});
  loaded.hostConnected();
  answers[0]?.resolve(1);
  await settled();
  vi.stubGlobal("document", { hidden: true });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(answers).toHaveLength(1);
  vi.stubGlobal("document", { hidden: false });
  await vi.advanceTimersByTimeAsync(1000);
  expect(answers).toHaveLength(2);
});
