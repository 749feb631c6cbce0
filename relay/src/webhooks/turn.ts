import type { Clock } from "../clock.ts";

/** How long who has not got the turn waits before asking again; with a lease of 15 s, a relay is missed for 20 s. */
const AGAIN_MS = 5000;

export interface TurnParts {
  /** Resolves with how many ms from the moment of asking it is ours, or 0; a rejection means 0. */
  ask: () => Promise<number>;
  clock: Clock;
  /** From 0 to 1: keeps relays from asking all at once. */
  chance: () => number;
  /** Told each time that it is ours, for the first time or still. */
  onHeld: () => void;
  /** Told when it is ours no longer. */
  onLost: () => void;
}

/** Whose turn it is to do what one of several relays does: asks for it, and goes on asking while it is ours and not. */
export class Turn {
  readonly #parts: TurnParts;
  #until = -Infinity;
  #wasOurs = false;
  #stopTimer: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** Whether it is ours at this moment, however long this process may have stood still. */
  get isOurs(): boolean {
    return this.#parts.clock.monotonic() < this.#until;
  }

  start(): void {
    void this.#ask();
  }

  /** Asks no more. What is ours goes to the next who asks when its time is over. */
  stop(): void {
    this.#isStopped = true;
    this.#stopTimer?.();
  }

  async #ask(): Promise<void> {
    const { ask, clock, chance, onHeld, onLost } = this.#parts;
    const askedAt = clock.monotonic();
    // That the storage is away is said elsewhere.
    const ms = await ask().catch(() => 0);
    if (this.#isStopped) return;
    this.#until = askedAt + ms;
    const isOurs = this.isOurs;
    if (isOurs) onHeld();
    else if (this.#wasOurs) onLost();
    this.#wasOurs = isOurs;
    if (ms === Infinity) return;
    const inMs = isOurs ? (this.#until - clock.monotonic()) / 3 : AGAIN_MS * (0.75 + chance() / 2);
    this.#stopTimer = clock.after(inMs, () => void this.#ask());
  }
}
