import type { Clock } from "../clock.ts";
import type { CloseCode, ErrorCode } from "@natter/sdk/protocol";
import type { Identity } from "../auth/claims.ts";

/** A conversation that time and the operator act on. */
export interface Conversation {
  onTick(now: number, wallNow: number): void;
  /** The relay is about to stop: the client should come back at some moment within `withinMs`. */
  goAway(withinMs: number): void;
  end(closeCode: CloseCode, reason: string): void;
  /** Who it is with, once that is known. */
  readonly identity: Identity | undefined;
  /** What decides about it may have changed: it looks again. */
  onChange(): void;
  /** Ends it for a reason that its client is told, with the code and the sentence. */
  fail(closeCode: CloseCode, code: ErrorCode, message: string): void;
  /** Bytes that its client has not taken yet. */
  readonly queuedBytes: number;
}

/** A tick this late means that the relay itself stood still: it was stopped, or its machine slept. */
const LATE_MS = 5000;

/** Slots of the wheel: each is looked at in its turn, so that no look at ten thousand at once holds the loop. */
const SLOTS = 10;

/** Where a conversation is in the wheel; {@link Sessions.delete} takes it. */
export type Slot = number;

/**
 * Every conversation of the relay, and the one timer that serves them all: a wheel that turns once in
 * `everyMs`, and looks at each conversation once in a turn.
 */
export class Sessions {
  readonly #wheel: Set<Conversation>[] = Array.from({ length: SLOTS }, () => new Set());
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #stop: () => void;
  #at: Slot = 0;
  #nextSlot: Slot = 0;
  #tickedAt: number;
  #pausedUntil = 0;

  /** @param everyMs how often each conversation is looked at; @param alsoEvery done at the same pace */
  constructor(clock: Clock, everyMs: number, alsoEvery: () => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#tickedAt = clock.monotonic();
    let stopTimer: () => void = () => {};
    const tick = (): void => {
      stopTimer = clock.after(everyMs / SLOTS, tick);
      this.#tick();
      if (this.#at === 0) alsoEvery();
    };
    stopTimer = clock.after(everyMs / SLOTS, tick);
    this.#stop = () => stopTimer();
  }

  get size(): number {
    let size = 0;
    for (const slot of this.#wheel) size += slot.size;
    return size;
  }

  /** Takes a conversation in, and returns what {@link delete} finds it by. */
  add(session: Conversation): Slot {
    const slot = this.#nextSlot;
    this.#nextSlot = (slot + 1) % SLOTS;
    this.#wheel[slot]?.add(session);
    return slot;
  }

  delete(session: Conversation, slot: Slot): void {
    this.#wheel[slot]?.delete(session);
  }

  /** Bytes that wait to be read, of all together and of the one with most. */
  get queues(): { all: number; most: number } {
    let all = 0;
    let most = 0;
    for (const slot of this.#wheel) {
      for (const { queuedBytes } of slot) {
        all += queuedBytes;
        if (queuedBytes > most) most = queuedBytes;
      }
    }
    return { all, most };
  }

  /** Every conversation at this moment. */
  all(): Conversation[] {
    return this.#wheel.flatMap((slot) => [...slot]);
  }

  /** Stops the timer. Conversations go on until they are ended. */
  stop(): void {
    this.#stop();
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    // What was said meanwhile has to be read before anybody can be called silent.
    if (now - this.#tickedAt > LATE_MS) this.#pausedUntil = now + this.#everyMs;
    this.#tickedAt = now;
    const due = this.#wheel[this.#at];
    this.#at = (this.#at + 1) % SLOTS;
    if (!due || now < this.#pausedUntil) return;
    const wallNow = this.#clock.now();
    for (const session of due) session.onTick(now, wallNow);
  }
}
