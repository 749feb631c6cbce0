import { monitorEventLoopDelay } from "node:perf_hooks";
import { totalmem } from "node:os";
import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";
import type { Clock } from "../clock.ts";
import type { Log } from "./log.ts";
import { CALM, pressureAfter, type LoadSample, type Marks, type Pressure } from "./pressure.ts";

/** What others need to know of the load. */
export interface Load {
  /** True while nobody new is let in. */
  readonly isShedding: boolean;
}

/** A load that nobody watches, for tests and simulation. */
export const NO_LOAD: Load = { isShedding: false };

/** How often the memory is looked at: a wave of newcomers can fill a small heap in a second or two. */
const EVERY_MS = 250;

/** So many looks are one window of the loop's delay. */
const LOOKS_A_WINDOW = 4;

/** How finely the loop's delay is measured; the histogram counts this much into every value. */
const RESOLUTION_MS = 20;

/** The loop's delay since the last sample, in seconds. */
export interface LoopDelay {
  mean: number;
  p99: number;
  max: number;
}

/** Watches what the process has to bear, and says when it is too much. */
export class LoadWatch implements Load {
  readonly #marks: Marks;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #sample: (loopDelayMs: number) => LoadSample;
  #pressure: Pressure = CALM;
  #looks = 0;
  #delay: LoopDelay = { mean: 0, p99: 0, max: 0 };
  #callOff: () => void = () => {};

  /** @param sample measures the process; tests hand in one of their own */
  constructor(parts: { marks: Marks; clock: Clock; log: Log; sample?: (loopDelayMs: number) => LoadSample }) {
    this.#marks = parts.marks;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#sample = parts.sample ?? sampleProcess;
  }

  get isShedding(): boolean {
    return this.#pressure.state === "shedding";
  }

  /** As measured in the last full second. */
  get loopDelay(): LoopDelay {
    return this.#delay;
  }

  /** Begins to watch; what it returns ends that. */
  start(): () => void {
    this.#histogram.enable();
    const look = (): void => {
      this.#callOff = this.#clock.after(EVERY_MS, look);
      this.#look();
    };
    this.#callOff = this.#clock.after(EVERY_MS, look);
    return () => {
      this.#callOff();
      this.#histogram.disable();
    };
  }

  #measureDelay(): void {
    const { mean, max } = this.#histogram;
    this.#delay = { mean: delayOf(mean), p99: delayOf(this.#histogram.percentile(99)), max: delayOf(max) };
    this.#histogram.reset();
  }

  #look(): void {
    if (++this.#looks % LOOKS_A_WINDOW === 0) this.#measureDelay();
    const before = this.#pressure;
    const sample = this.#sample(this.#delay.mean * 1000);
    this.#pressure = pressureAfter(before, sample, this.#marks, this.#clock.monotonic());
    if (before.state === this.#pressure.state) return;
    if (this.#pressure.state === "shedding") {
      const { strain } = this.#pressure;
      this.#log.warn({ strain, ...sample }, "Too much to do: nobody new is let in for now.");
    } else this.#log.info({ ...sample }, "Everybody is let in again.");
  }
}

/**
 * The part of the heap's limit that is for what was made just now (three spaces of 16 MiB, V8's default). What lasts
 * may have the rest, and a process whose old objects fill that dies, however much of the whole is free.
 */
const YOUNG_BYTES = 48 * 1024 * 1024;

/** Nanoseconds of the histogram as seconds of delay; nothing was measured yet where it is no number. */
function delayOf(nanoseconds: number): number {
  const ms = nanoseconds / 1e6 - RESOLUTION_MS;
  return Number.isFinite(ms) && ms > 0 ? ms / 1000 : 0;
}

function sampleProcess(loopDelayMs: number): LoadSample {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !name.startsWith("new_"));
  const { heap_size_limit: limit } = getHeapStatistics();
  return {
    residentBytes: residentBytes(),
    heapBytes: old.reduce((sum, { space_used_size: used }) => sum + used, 0),
    heapLimitBytes: Math.max(limit - YOUNG_BYTES, limit / 2),
    loopDelayMs,
  };
}

/** What the process holds in memory; 0 when it cannot be read, as it needs a file descriptor and there may be none. */
export function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

/** Bytes of memory that this process may use: what its container has, or else the machine. */
export function memoryOfMachine(): number {
  const total = totalmem();
  // Zero, or far more than there is, where nothing constrains it.
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < total ? constrained : total;
}
