/** How much may happen: `perSecond` in the long run, `burst` at once. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/**
 * A token bucket: it fills with time and every request takes one out. Plain data, so that a connection that
 * never speaks costs nothing but these two numbers.
 */
export class Bucket {
  #level: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#level = rate.burst;
    this.#at = now;
  }

  /** Takes one; 0 when it was there, otherwise the milliseconds until there will be one. */
  take(rate: Rate, now: number): number {
    const wait = this.wait(rate, now);
    if (wait === 0) this.#level -= 1;
    return wait;
  }

  /** The milliseconds until there will be so many, one by default; takes nothing. */
  wait(rate: Rate, now: number, needed = 1): number {
    this.#level = Math.min(rate.burst, this.#level + ((now - this.#at) / 1000) * rate.perSecond);
    this.#at = now;
    return this.#level >= needed ? 0 : Math.ceil(((needed - this.#level) / rate.perSecond) * 1000);
  }

  /** Takes `cost` for something that is done already; who comes next waits for it. */
  spend(cost: number): void {
    this.#level -= cost;
  }
}
