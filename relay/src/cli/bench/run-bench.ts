import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { descriptorLimit, memoryLimit } from "../check/machine.ts";
import { bottleneckOf, nextPeople, type Bottleneck, type Machine, type Step } from "./judge.ts";
import type { LoadRequest } from "./load-process.ts";
import type { Usage } from "./usage.ts";

/** How a bench is made. */
export interface BenchOptions {
  /** How long it may take, all in all. */
  seconds: number;
  /** Where its folder is made, and removed again: the disk of which is measured. */
  parent: string;
  roomSize: number;
  everySeconds: number;
  /** Ends it early. */
  stopping: AbortSignal;
  /** Told of every step. */
  onStep: (step: Step) => void;
}

/** What a bench came to. */
export interface BenchReport {
  people: number;
  bottleneck: Bottleneck;
  machine: Machine;
  steps: Step[];
}

/** Of a step: how long people talk before it counts, and while it does. */
const SETTLE_MS = 700;
const MEASURE_MS = 2500;

/** Starts a relay and people in processes of their own, and lets ever more people talk until something gives out. */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const deadline = performance.now() + options.seconds * 1000 - 1000;
  const folder = mkdtempSync(join(options.parent, "natter-bench-"));
  const children: Child[] = [];
  try {
    const machine: Machine = {
      cores: availableParallelism(),
      memoryBytes: memoryLimit(),
      descriptors: descriptorLimit() ?? 1024,
      fsyncMs: fsyncMs(folder),
    };
    const secret = randomBytes(32).toString("base64url");
    const relay = new Child("relay-process", { data: join(folder, "data"), secret }, options.stopping);
    children.push(relay);
    const { address } = await relay.next<{ address: string }>();
    const { hostname: host, port } = new URL(address);
    const { roomSize, everySeconds } = options;
    const load = new Child(
      "load-process",
      { host, port: Number(port), secret, roomSize, everyMs: everySeconds * 1000 },
      options.stopping,
    );
    children.push(load);
    await load.next();
    return await climb(relay, load, machine, deadline, options);
  } finally {
    await Promise.all(children.map((child) => child.end()));
    rmSync(folder, { recursive: true, force: true });
  }
}

const LATE: ReadonlySet<Bottleneck | undefined> = new Set(["latency", "disk"]);

async function climb(
  relay: Child,
  load: Child,
  machine: Machine,
  deadline: number,
  options: BenchOptions,
): Promise<BenchReport> {
  const steps: Step[] = [];
  const report = (bottleneck: Bottleneck): BenchReport => {
    // The last step that was not too much.
    const held = steps.filter((step) => bottleneckOf(step, machine) === undefined).at(-1);
    return { people: held?.people ?? 0, bottleneck, machine, steps };
  };
  for (;;) {
    const people = nextPeople(steps.at(-1), machine);
    if (people === undefined) return report("file descriptors");
    const left = deadline - performance.now() - SETTLE_MS - MEASURE_MS - 300;
    if (left < 500) return report("time");
    const grown = await load.ask<{ people: number; fault?: string }>({ grow: people, withinMs: left });
    if (grown.fault !== undefined)
      return report(grown.fault.includes("EMFILE") ? "file descriptors" : "connections");
    // Those who came in before the time was up are a step as well.
    if (grown.people <= (steps.at(-1)?.people ?? 0)) return report("time");
    await load.ask({ measureMs: SETTLE_MS });
    let step = await measure(relay, load, grown.people, options.roomSize);
    // Something else on the machine may have had its moment.
    if (LATE.has(bottleneckOf(step, machine)))
      step = await measure(relay, load, grown.people, options.roomSize);
    steps.push(step);
    options.onStep(step);
    const bottleneck = bottleneckOf(step, machine);
    if (bottleneck !== undefined) return report(bottleneck);
    if (grown.people < people) return report("time");
  }
}

interface Measured extends Usage {
  sentPerSecond: number;
  heardPerSecond: number;
  p50: number;
  p99: number;
}

async function measure(relay: Child, load: Child, people: number, roomSize: number): Promise<Step> {
  await relay.ask<Usage>("usage");
  const found = await load.ask<Measured>({ measureMs: MEASURE_MS });
  const used = await relay.ask<Usage>("usage");
  return {
    people,
    messagesPerSecond: found.sentPerSecond,
    // One of each room has listened for all.
    deliveriesPerSecond: found.heardPerSecond * Math.min(roomSize, people),
    // Infinity is no number in JSON; nothing came within the time that was given.
    p50: Number.isFinite(found.p50) ? found.p50 : MEASURE_MS,
    p99: Number.isFinite(found.p99) ? found.p99 : MEASURE_MS,
    relayLoop: used.loop,
    relayCpu: used.cpu,
    loadCpu: found.cpu,
    loadLoop: found.loop,
    relayBytes: used.bytes,
  };
}

/** The median of some small writes, each with its fsync. */
function fsyncMs(folder: string): number {
  const file = openSync(join(folder, "fsync"), "w", 0o600);
  const block = Buffer.alloc(4096, 1);
  try {
    const times = Array.from({ length: 20 }, () => {
      const begin = performance.now();
      writeSync(file, block);
      fsyncSync(file);
      return performance.now() - begin;
    });
    return times.toSorted((a, b) => a - b)[10] ?? 0;
  } finally {
    closeSync(file);
  }
}

/** A process of the bench that answers one question at a time. */
class Child {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #failed: Promise<never>;

  constructor(name: string, settings: object, stopping: AbortSignal) {
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
    const path = fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));
    // No settings of the environment: what is measured is a relay of its own.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([variable]) => !variable.startsWith("NATTER_")),
    );
    const child = fork(path, [JSON.stringify(settings)], {
      env,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#process = child;
    this.#ended = new Promise((resolve) => void child.once("exit", () => resolve()));
    this.#failed = new Promise((_, reject) => {
      child.once("exit", (code) =>
        reject(new Error(`A process of the bench has ended (${code ?? "killed"}).`)),
      );
      const stop = (): void => reject(new Error("The bench was stopped."));
      if (stopping.aborted) stop();
      else stopping.addEventListener("abort", stop, { once: true });
    });
    // Whoever waits for an answer hears of it.
    this.#failed.catch(() => {});
  }

  /** What it says next. */
  next<T>(): Promise<T> {
    const said = new Promise<T>(
      (resolve) => void this.#process.once("message", (found) => resolve(found as T)),
    );
    return Promise.race([said, this.#failed]);
  }

  ask<T>(request: LoadRequest | "usage"): Promise<T> {
    const answer = this.next<T>();
    this.#process.send(request);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const force = setTimeout(() => this.#process.kill("SIGKILL"), 5000);
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.#ended;
    clearTimeout(force);
  }
}
