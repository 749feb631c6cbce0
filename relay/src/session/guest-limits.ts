import type { App } from "../apps/app.ts";
import type { Clock } from "../clock.ts";
import { AddressLimiter } from "./address-limiter.ts";

/** How often an address may ask each app for a guest: one app's visitors use up nothing of another's. */
export class GuestLimits {
  readonly #clock: Clock;
  readonly #limiters = new WeakMap<App, { perMinute: number; limiter: AddressLimiter }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The limiter of an app; a new one when the app's limit is another. */
  of(app: App): AddressLimiter {
    const { guestsPerMinute: perMinute } = app.policy.settings;
    const known = this.#limiters.get(app);
    if (known?.perMinute === perMinute) return known.limiter;
    const limiter = new AddressLimiter({ perSecond: perMinute / 60, burst: perMinute }, this.#clock);
    this.#limiters.set(app, { perMinute, limiter });
    return limiter;
  }
}
