// Counts of durations, exact to 1.6 %.

/** Steps into which each doubling is divided. */
const STEPS = 64;
const BITS = 6;
const DOUBLINGS = 27;

/** A histogram of durations in µs, up to an hour. */
export class Histogram {
  /** @type {Float64Array} */
  counts = new Float64Array(DOUBLINGS * STEPS);
  max = 0;

  /** @param {number} us */
  add(us) {
    const value = Math.max(0, us);
    const index = slotOf(value);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    if (value > this.max) this.max = value;
  }

  /** Takes in what another thread counted. @param {{ counts: Float64Array, max: number }} other */
  merge(other) {
    for (const [slot, count] of other.counts.entries()) this.counts[slot] = (this.counts[slot] ?? 0) + count;
    this.max = Math.max(this.max, other.max);
  }

  get size() {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** @param {number} share from 0 to 1 @returns {number} in µs; NaN if nothing was counted */
  quantile(share) {
    const wanted = share * this.size;
    let sum = 0;
    for (const [slot, count] of this.counts.entries()) {
      sum += count;
      if (count > 0 && sum >= wanted) return Math.min(valueOf(slot), this.max);
    }
    return Number.NaN;
  }

  /** The figures that are reported, in ms. */
  summary() {
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => this.quantile(share) / 1000);
    return { p50: p50 ?? Number.NaN, p90: p90 ?? Number.NaN, p99: p99 ?? Number.NaN, max: this.max / 1000 };
  }
}

/** @param {number} us */
function slotOf(us) {
  const whole = Math.min(Math.floor(us), 0xffffffff);
  if (whole < STEPS) return whole;
  const doubling = 31 - Math.clz32(whole);
  return Math.min((doubling - BITS + 1) * STEPS + ((whole >>> (doubling - BITS)) & (STEPS - 1)), LAST);
}

const LAST = DOUBLINGS * STEPS - 1;

/** The middle of a slot. @param {number} slot */
function valueOf(slot) {
  if (slot < STEPS) return slot;
  const width = 2 ** (Math.floor(slot / STEPS) - 1);
  return (STEPS + (slot % STEPS)) * width + width / 2;
}
