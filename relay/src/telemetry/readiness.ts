import type { Clock } from "../clock.ts";

/** Whether new clients may be sent to this relay, and if not, why. */
export type Ready = "ready" | "stopping" | "storage";

/** How long a failed commit counts: those who post try again, and show that it has healed. */
const FAULT_MS = 10_000;

/** How long the storage may take to read a word. */
const READ_MS = 2000;

/** How long an answer is good for: anybody may ask, and each look reads from the storage. */
const GOOD_MS = 500;

/** Knows whether a relay is ready. It asks the storage itself, for one that hangs fails nothing. */
export class Readiness {
  readonly #clock: Clock;
  readonly #read: () => Promise<unknown>;
  #isStopping = false;
  #hasFailed = false;
  #faultAt = -Infinity;
  #lookedAt = -Infinity;
  #answer: Promise<Ready> | undefined;
  #last: Ready = "ready";

  /** @param read reads something small from the storage */
  constructor(clock: Clock, read: () => Promise<unknown>) {
    this.#clock = clock;
    this.#read = read;
  }

  /** What the last look came to. */
  get last(): Ready {
    return this.#known() ?? this.#last;
  }

  /** The relay is about to stop: nobody new should come. */
  stop(): void {
    this.#isStopping = true;
  }

  /** The storage has failed for good. */
  fail(): void {
    this.#hasFailed = true;
  }

  /** Something could not be stored. */
  noteFault(): void {
    this.#faultAt = this.#clock.monotonic();
  }

  /** Something was stored. */
  noteCommit(): void {
    this.#faultAt = -Infinity;
  }

  /** Looks. */
  async look(): Promise<Ready> {
    const now = this.#clock.monotonic();
    if (!this.#answer || now - this.#lookedAt >= GOOD_MS) {
      this.#lookedAt = now;
      this.#answer = this.#isReadable().then((isReadable) => (isReadable ? "ready" : "storage"));
    }
    const found = await this.#answer;
    this.#last = found;
    // Asked last: it may have begun to stop while the storage was being read.
    return this.#known() ?? found;
  }

  #known(): Ready | undefined {
    if (this.#isStopping) return "stopping";
    if (this.#hasFailed || this.#clock.monotonic() - this.#faultAt < FAULT_MS) return "storage";
    return undefined;
  }

  #isReadable(): Promise<boolean> {
    return new Promise((resolve) => {
      const callOff = this.#clock.after(READ_MS, () => resolve(false));
      this.#read()
        .then(
          () => resolve(true),
          () => resolve(false),
        )
        .finally(callOff);
    });
  }
}
