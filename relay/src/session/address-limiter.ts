import type { Clock } from "../clock.ts";
import { Bucket, type Rate } from "./rate-limit.ts";

/** A bucket for each address that asked lately; the number of addresses remembered is bounded. */
export class AddressLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #rate: Rate;
  readonly #clock: Clock;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Takes one for an address; 0 when it was there, otherwise the milliseconds until there will be one. */
  take(address: string): number {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(address) ?? new Bucket(this.#rate, now);
    // Set again so that the order of the map is the order of last use, and the first is the one to forget.
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > MAX_ADDRESSES) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return bucket.take(this.#rate, now);
  }
}

const MAX_ADDRESSES = 10_000;
