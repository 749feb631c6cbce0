import type { Clock } from "../../clock.ts";
import { partsOfKey, type RoomKey, type Route } from "../engine.ts";
import type { Keys } from "./keys.ts";
import { EXPECT, HINT } from "./outbox-steps.ts";
import type { Redis } from "./redis.ts";

/** How long it is taken for granted that a room is among those that are looked at; far less than it stays there. */
const TRUSTED_MS = 60_000;

/** How long a room is remembered, to be put there again when Redis may have lost it. */
const REMEMBERED_MS = 5 * 60_000;

const MAX_REMEMBERED = 50_000;

/** Rooms that are put in again with one step. */
const AT_ONCE = 500;

/** How long all that is kept that nobody comes back to; longer than a webhook is tried. */
export const KEPT_MS = 4 * 86_400_000;

/** The rooms of which routes may have to be told, as this relay has said it to those who look. */
export class ExpectedRooms {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #clock: Clock;
  /** By the monotonic clock, when a room was last put in. */
  readonly #remembered = new Map<RoomKey, number>();
  #routes = new Map<string, readonly string[]>();

  constructor(redis: Redis, keys: Keys, clock: Clock) {
    this.#redis = redis;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Puts other routes in place. What they are told begins with what is expected from now on. */
  route(routes: readonly Route[]): void {
    const apps = new Set(routes.map(({ app }) => app));
    this.#routes = new Map(
      [...apps].map((app) => [app, routes.filter((each) => each.app === app).map(({ to }) => to)]),
    );
    this.#remembered.clear();
  }

  /**
   * Says that something may be stored in a room. Nothing may be before this has resolved; undefined, which is the rule,
   * means that there is nothing to wait for.
   */
  expect(room: RoomKey): Promise<void> | undefined {
    if (this.#routes.size === 0) return undefined;
    const now = this.#clock.monotonic();
    if (now < (this.#remembered.get(room) ?? -Infinity) + TRUSTED_MS) return undefined;
    const routes = this.#routes.get(partsOfKey(room).app);
    return routes && this.#say(room, routes, now);
  }

  /** Redis may have forgotten the rooms of an app: those that were written to lately are said again. */
  async sayAgain(app: string): Promise<void> {
    const oldest = this.#clock.monotonic() - REMEMBERED_MS;
    const rooms = [...this.#remembered].filter(([room, at]) => at >= oldest && partsOfKey(room).app === app);
    const routes = this.#routes.get(app);
    if (!routes) return;
    for (let from = 0; from < rooms.length; from += AT_ONCE) {
      const names = rooms.slice(from, from + AT_ONCE).map(([room]) => partsOfKey(room).room);
      await this.#redis.run(HINT, this.#hints(app, routes), [KEPT_MS, ...names]);
    }
  }

  async #say(room: RoomKey, routes: readonly string[], now: number): Promise<void> {
    const { app, room: name } = partsOfKey(room);
    await Promise.all([
      this.#redis.run(
        EXPECT,
        [this.#keys.room(room, "told"), this.#keys.room(room, "meta")],
        [KEPT_MS, ...routes],
      ),
      this.#redis.run(HINT, this.#hints(app, routes), [KEPT_MS, name]),
    ]);
    // Other routes have taken their place meanwhile, which nobody has told them of.
    if (this.#routes.get(app) !== routes) return this.expect(room);
    this.#makeSpace(now);
    // Behind the others: those that were said longest ago are the first to go.
    this.#remembered.delete(room);
    this.#remembered.set(room, now);
  }

  #hints(app: string, routes: readonly string[]): string[] {
    return routes.map((to) => hintsKey(this.#keys, app, to));
  }

  #makeSpace(now: number): void {
    for (const [room, at] of this.#remembered) {
      if (at >= now - REMEMBERED_MS && this.#remembered.size < MAX_REMEMBERED) return;
      this.#remembered.delete(room);
    }
  }
}

/** Where the rooms stand of which a route may have to be told. */
export function hintsKey(keys: Keys, app: string, to: string): string {
  return keys.app(app, `outbox:${to}`);
}
