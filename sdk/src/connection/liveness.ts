import type { Clock } from "../clock.ts";
import { LIMITS } from "../protocol/limits.ts";

/** What the watch over a line reports. */
export interface LivenessEvents {
  /** Nothing came for two heartbeats and a grace: the line is dead. */
  silent(): void;
  /** Nothing was sent for a heartbeat: say something, or the relay takes us for dead. */
  mute(): void;
  /** The clock jumped: this machine slept. */
  slept(): void;
}

/** How often to look; also how a sleep is noticed, by a look that comes much too late. */
const LOOK_MS = 5_000;
const LATE_MS = 10_000;

/**
 * Watches an open line. A TCP connection whose other end vanished looks alive for minutes, so silence is what
 * tells. A member who only reads a busy room is never asked for a heartbeat and so has to offer one.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  readonly #events: LivenessEvents;
  #heardAt: number;
  #spokeAt: number;
  #cancel: () => void;

  constructor(clock: Clock, heartbeatMs: number, events: LivenessEvents) {
    this.#clock = clock;
    this.#heartbeatMs = heartbeatMs;
    this.#events = events;
    this.#heardAt = this.#spokeAt = clock.now();
    this.#cancel = this.#lookLater();
  }

  /** How long nothing was heard, in ms. */
  get silentMs(): number {
    return Math.max(0, this.#clock.now() - this.#heardAt);
  }

  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  spoke(): void {
    this.#spokeAt = this.#clock.now();
  }

  stop(): void {
    this.#cancel();
  }

  #lookLater(): () => void {
    const now = this.#clock.now();
    // A clock that was set back must not make the silence look short for ever.
    this.#heardAt = Math.min(this.#heardAt, now);
    this.#spokeAt = Math.min(this.#spokeAt, now);
    const due = Math.min(this.#deadAt(), this.#spokeAt + this.#heartbeatMs, now + LOOK_MS);
    return this.#clock.after(Math.max(0, due - now), () => this.#look(due));
  }

  #look(plannedAt: number): void {
    const now = this.#clock.now();
    const isDead = now >= this.#deadAt();
    const isMute = now >= this.#spokeAt + this.#heartbeatMs;
    if (isMute) this.#spokeAt = now;
    this.#cancel = this.#lookLater();
    if (isDead) this.#events.silent();
    else if (now > plannedAt + LATE_MS) this.#events.slept();
    else if (isMute) this.#events.mute();
  }

  #deadAt(): number {
    return this.#heardAt + 2 * this.#heartbeatMs + LIMITS.heartbeatGraceMs;
  }
}
