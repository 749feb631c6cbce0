import type { Clock } from "../clock.ts";

/** The relay is told at most this often; scrolling moves the marker with every message. */
const TELL_MS = 1_000;

/** How far this user has read. It only moves on, whichever of their devices moves it. */
export class ReadMarker {
  readonly #clock: Clock;
  readonly #tell: (seq: number) => void;
  #seq: number | undefined;
  #told = 0;
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock, tell: (seq: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Everything up to here was read. */
  get seq(): number {
    return this.#seq ?? Infinity;
  }

  /**
   * A join told where the marker is. Without one this user was never here: what was written before they came
   * is not news to them.
   */
  joined(read: number | undefined, seq: number): void {
    this.#told = read ?? 0;
    this.#seq = Math.max(this.#seq ?? 0, read ?? (this.#seq === undefined ? seq : 0));
    if (read !== undefined && this.#seq > read) this.#tellSoon();
  }

  /** Another device of this user has read that far. */
  moved(seq: number): boolean {
    this.#told = Math.max(this.#told, seq);
    return this.#advance(seq);
  }

  /** This user has read that far. True when that is further than before. */
  mark(seq: number): boolean {
    const isNews = this.#advance(seq);
    if (seq > this.#told) this.#tellSoon();
    return isNews;
  }

  /** Forgets everything, as for another user. */
  reset(): void {
    this.stop();
    this.#seq = undefined;
    this.#told = 0;
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #advance(seq: number): boolean {
    if (this.#seq !== undefined && seq <= this.#seq) return false;
    this.#seq = seq;
    return true;
  }

  /** At once, and then no more often than every so many ms. */
  #tellSoon(): void {
    if (this.#stopTimer) return;
    this.#tellNow();
    this.#stopTimer = this.#clock.after(TELL_MS, () => {
      this.#stopTimer = undefined;
      if ((this.#seq ?? 0) > this.#told) this.#tellSoon();
    });
  }

  #tellNow(): void {
    this.#told = this.#seq ?? 0;
    this.#tell(this.#told);
  }
}
