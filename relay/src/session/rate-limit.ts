/** How much may happen: `perSecond` in the long run, `burst` at once. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/**
 * A token bucket: it fills with time and every request takes one out. Plain data, so that a connection that
 * never speaks costs nothing but these two numbers; and whole ones, as each with a fraction would be an object.
 */
export class Bucket {
  /** In thousandths. */
  #level: number;
  /** Whole milliseconds. */
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#level = Math.round(rate.burst * 1000);
    this.#at = Math.floor(now);
  }

  /** Takes one; 0 when it was there, otherwise the milliseconds until there will be one. */
  take(rate: Rate, now: number): number {
    const wait = this.wait(rate, now);
    if (wait === 0) this.#level -= 1000;
    return wait;
  }

  /** The milliseconds until there will be so many, one by default; takes nothing. */
  wait(rate: Rate, now: number, needed = 1): number {
    const at = Math.floor(now);
    this.#level = Math.min(Math.round(rate.burst * 1000), this.#level + (at - this.#at) * rate.perSecond);
    this.#at = at;
    const lack = needed * 1000 - this.#level;
    return lack <= 0 ? 0 : Math.ceil(lack / rate.perSecond);
  }

  /** Takes `cost` for something that is done already; who comes next waits for it. */
  spend(cost: number): void {
    this.#level -= Math.ceil(cost * 1000);
  }
}
