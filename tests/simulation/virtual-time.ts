import type { Clock as SdkClock } from "@natter/sdk";
import type { Clock as RelayClock } from "../../relay/src/clock.ts";

interface Due {
  at: number;
  order: number;
  run: () => void;
  isOff: boolean;
}

/** When the simulated world begins: some day, so that dates look like dates. */
const START = 1_800_000_000_000;

/**
 * Time that passes when it is told to. What is due runs in order; between two things that are due, all promises
 * that can settle do settle, as they would between two turns of a real loop.
 */
export class VirtualTime {
  #now = 0;
  #order = 0;
  readonly #heap: Due[] = [];

  /** Milliseconds since the world began. */
  get now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const due = { at: this.#now + Math.max(0, ms), order: this.#order++, run, isOff: false };
    push(this.#heap, due);
    return () => (due.isOff = true);
  }

  /** Runs everything that is due within the next `ms`. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let due = this.#heap[0]; due && due.at <= end; due = this.#heap[0]) {
      pop(this.#heap);
      if (due.isOff) continue;
      this.#now = due.at;
      due.run();
      await settle();
    }
    this.#now = end;
  }

  /** A process's own time: its clock can be set, and all that it waits for ends with it. */
  process(): ProcessTime {
    return new ProcessTime(this);
  }
}

/** The clock of one process, in the shapes that the relay and the SDK ask for. */
export class ProcessTime implements RelayClock, SdkClock {
  readonly #time: VirtualTime;
  #offset = 0;
  #isOver = false;
  #isPaused = false;
  /** What fell due while it stood still. */
  #late: (() => void)[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  now(): number {
    return START + this.#time.now + this.#offset;
  }

  monotonic(): number {
    return this.#time.now;
  }

  after(ms: number, run: () => void): () => void {
    let isOff = false;
    const callOff = this.#time.after(ms, () =>
      this.whenAwake(() => {
        if (!isOff) run();
      }),
    );
    return () => {
      isOff = true;
      callOff();
    };
  }

  soon(run: () => void): void {
    this.after(0, run);
  }

  /** Sets the wall clock forward or back. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  /** The process is gone: nothing that it waited for happens. */
  end(): void {
    this.#isOver = true;
    this.#late = [];
  }

  /** The process stands still: time passes, and what falls due or comes in waits. */
  pause(): void {
    this.#isPaused = true;
  }

  /** It goes on, with all that waited, in its order. */
  resume(): void {
    this.#isPaused = false;
    for (const run of this.#late.splice(0)) this.#time.after(0, () => this.whenAwake(run));
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Has the process do something, as soon as it runs; never if it is over. */
  whenAwake(run: () => void): void {
    if (this.#isOver) return;
    if (this.#isPaused) this.#late.push(run);
    else run();
  }

  get isOver(): boolean {
    return this.#isOver;
  }
}

/** Lets every promise settle that can: a turn of the real loop comes after all of them. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Due[], due: Due): void {
  let at = heap.push(due) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Due;
    if (!isBefore(due, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = due;
}

function pop(heap: Due[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right] as Due, heap[left] as Due) ? right : left;
    if (!isBefore(heap[child] as Due, last)) break;
    heap[at] = heap[child] as Due;
    at = child;
  }
  heap[at] = last;
}
