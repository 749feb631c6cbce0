import type { Clock } from "../clock.ts";
import type { CloseCode } from "@natter/sdk/protocol";

/** A conversation that time and the operator act on. */
export interface Conversation {
  onTick(now: number, wallNow: number): void;
  /** The relay is about to stop: the client should come back at some moment within `withinMs`. */
  goAway(withinMs: number): void;
  end(closeCode: CloseCode, reason: string): void;
}

/** A tick this late means that the relay itself stood still: it was stopped, or its machine slept. */
const LATE_MS = 5000;

/**
 * Every conversation of the relay, and the one timer that serves them all: ten thousand idle connections cost
 * one pass over a set now and then, not ten thousand timers.
 */
export class Sessions {
  readonly #sessions = new Set<Conversation>();
  readonly #clock: Clock;
  readonly #stop: () => void;
  #tickedAt: number;

  /** @param everyMs how often conversations are looked at; @param alsoEvery done at the same pace */
  constructor(clock: Clock, everyMs: number, alsoEvery: () => void) {
    this.#clock = clock;
    this.#tickedAt = clock.monotonic();
    let stopTimer: () => void = () => {};
    const tick = (): void => {
      stopTimer = clock.after(everyMs, tick);
      this.#tick();
      alsoEvery();
    };
    stopTimer = clock.after(everyMs, tick);
    this.#stop = () => stopTimer();
  }

  get size(): number {
    return this.#sessions.size;
  }

  add(session: Conversation): void {
    this.#sessions.add(session);
  }

  delete(session: Conversation): void {
    this.#sessions.delete(session);
  }

  /** Every conversation at this moment. */
  all(): Conversation[] {
    return [...this.#sessions];
  }

  /** Stops the timer. Conversations go on until they are ended. */
  stop(): void {
    this.#stop();
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    const isLate = now - this.#tickedAt > LATE_MS;
    this.#tickedAt = now;
    // What was said meanwhile has to be read before anybody can be called silent.
    if (isLate) return;
    const wallNow = this.#clock.now();
    for (const session of this.#sessions) session.onTick(now, wallNow);
  }
}
