import { Bucket, type Rate } from "./rate-limit.ts";

/** What is limited by the second, of a connection and of a user. */
export interface Rates {
  packets: Rate;
  /** Whatever is stored: messages, edits, reactions, moderation. */
  posts: Rate;
  /** Bytes of frames. */
  bytes: Rate;
  /** Joins of rooms; every one is a page read or a replay. */
  joins: Rate;
  /** Pages of messages or members. */
  history: Rate;
}

/** A kind of thing that is limited by the second. */
export type RateName = keyof Rates;

/**
 * What somebody may still do at this moment. A bucket is made when its first thing is asked for: most
 * connections listen, and most users have one connection.
 */
export class Allowance {
  #packets: Bucket | undefined;
  #posts: Bucket | undefined;
  #bytes: Bucket | undefined;
  #joins: Bucket | undefined;
  #history: Bucket | undefined;

  /** Takes one of a kind; 0 when it was there, otherwise the milliseconds until there will be one. */
  take(name: RateName, rates: Rates, now: number): number {
    return this.#bucket(name, rates, now).take(rates[name], now);
  }

  /** The milliseconds until there will be so many of a kind; takes nothing. */
  wait(name: RateName, rates: Rates, now: number, needed = 1): number {
    return this.#bucket(name, rates, now).wait(rates[name], now, needed);
  }

  /** Takes `cost` of a kind for something that is done already; who comes next waits for it. */
  spend(name: RateName, rates: Rates, now: number, cost: number): void {
    this.#bucket(name, rates, now).spend(cost);
  }

  /** True when nothing is missing of it. */
  isWhole(rates: Rates, now: number): boolean {
    return (
      isFull(this.#packets, rates.packets, now) &&
      isFull(this.#posts, rates.posts, now) &&
      isFull(this.#bytes, rates.bytes, now) &&
      isFull(this.#joins, rates.joins, now) &&
      isFull(this.#history, rates.history, now)
    );
  }

  #bucket(name: RateName, rates: Rates, now: number): Bucket {
    switch (name) {
      case "packets":
        return (this.#packets ??= new Bucket(rates.packets, now));
      case "posts":
        return (this.#posts ??= new Bucket(rates.posts, now));
      case "bytes":
        return (this.#bytes ??= new Bucket(rates.bytes, now));
      case "joins":
        return (this.#joins ??= new Bucket(rates.joins, now));
      case "history":
        return (this.#history ??= new Bucket(rates.history, now));
      default:
        return name satisfies never;
    }
  }
}

function isFull(bucket: Bucket | undefined, rate: Rate, now: number): boolean {
  return bucket === undefined || bucket.wait(rate, now, rate.burst) === 0;
}
