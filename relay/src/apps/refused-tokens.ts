import type { Clock } from "../clock.ts";
import { AddressLimiter } from "../session/address-limiter.ts";
import type { Log } from "../telemetry/log.ts";
import type { Meter } from "../telemetry/meter.ts";

/** What {@link RefusedTokens} is made of. */
export interface RefusedTokensParts {
  /** Refusals of one address that are told with their reason, a minute in the long run; as many at once. */
  perMinute: number;
  /** What an address is counted by: of IPv6 it is a whole network. */
  keyOf: (address: string) => string;
  clock: Clock;
  meter: Meter;
  log: Log;
}

/**
 * Counts the tokens that proved nothing, by the address that brought them. Past the limit who brings another is told to
 * wait, so that whoever tries tokens by the thousand gets no answer about most of them, and clients that are set up
 * wrongly back off in place of asking again at once.
 *
 * What is limited is the refusals and not the address. Behind one address there can be a whole school or a mobile
 * network, and whoever shut out all of it would let one of them shut out the others. A good token has to be verified to
 * be known as one, so every token is; that costs a few microseconds, where the address it comes from would have
 * to be believed instead. Tokens that are signed well and have run out, or were revoked, are not counted: their owners
 * come in great numbers, too, when a laptop wakes or a key is changed, and have to be told to fetch others.
 */
export class RefusedTokens {
  readonly #parts: RefusedTokensParts;
  readonly #limiter: AddressLimiter;

  constructor(parts: RefusedTokensParts) {
    this.#parts = parts;
    const { perMinute, clock } = parts;
    this.#limiter = new AddressLimiter({ perSecond: perMinute / 60, burst: perMinute }, clock);
  }

  /** Counts one. 0 while its bearer may be told why it is refused; otherwise the milliseconds to wait. */
  count(address: string): number {
    const { keyOf, meter, log } = this.#parts;
    const waitMs = this.#limiter.take(keyOf(address));
    if (waitMs === 0) return 0;
    meter.limited.add("tokens");
    log.warn({ limit: "tokens", address }, "Somebody is slowed down: too many of their tokens are refused.");
    return waitMs;
  }
}
