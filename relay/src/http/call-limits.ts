import type { Identity } from "../auth/claims.ts";
import type { Clock } from "../clock.ts";
import { Bucket } from "../session/rate-limit.ts";
import type { SessionLimits } from "../session/session-context.ts";

/** Users that are remembered. */
const MAX_USERS = 10_000;

/** How often each user may ask over HTTP: as often as a connection of theirs may send packets and messages. */
export class CallLimits {
  readonly #clock: Clock;
  /** Oldest use first. */
  readonly #users = new Map<string, { packets: Bucket; posts: Bucket }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one for a user; 0 when it was there, otherwise the milliseconds until there will be one. */
  take(limits: Pick<SessionLimits, "packets" | "posts">, { app, user }: Identity, isWrite: boolean): number {
    const now = this.#clock.monotonic();
    const key = `${app}\n${user.id}`;
    const buckets = this.#users.get(key) ?? {
      packets: new Bucket(limits.packets, now),
      posts: new Bucket(limits.posts, now),
    };
    this.#users.delete(key);
    this.#users.set(key, buckets);
    for (const oldest of this.#users.keys()) {
      if (this.#users.size <= MAX_USERS) break;
      this.#users.delete(oldest);
    }
    return buckets.packets.take(limits.packets, now) || (isWrite ? buckets.posts.take(limits.posts, now) : 0);
  }
}
