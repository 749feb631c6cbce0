import type { Clock } from "../clock.ts";
import { LIMITS } from "../protocol/limits.ts";
import { makeTimer } from "../timer.ts";

/** A watch over an open line. */
export interface Liveness {
  /** How long nothing was heard, in ms. */
  silentMs(): number;
  heard(): void;
  spoke(): void;
  stop(): void;
}

/** What the watch reports. */
export interface LivenessEvents {
  /** Nothing came for two heartbeats and a grace: the line is dead. */
  silent(): void;
  /** Nothing was sent for a heartbeat: say something, or the relay takes us for dead. */
  mute(): void;
  /** The clock jumped: this machine slept. */
  slept(): void;
}

/** How often to look; a look that comes much too late is how a sleep is noticed. */
const LOOK_MS = 5_000;
const LATE_MS = 10_000;

/**
 * Watches an open line. A TCP connection whose other end vanished looks alive for minutes, so silence is what
 * tells. A member who only reads a busy room is never asked for a heartbeat, and so has to offer one.
 */
export function watchLine(clock: Clock, heartbeatMs: number, events: LivenessEvents): Liveness {
  const timer = makeTimer(clock);
  let heardAt = clock.now();
  let spokeAt = heardAt;
  const deadAt = (): number => heardAt + 2 * heartbeatMs + LIMITS.heartbeatGraceMs;

  const lookLater = (): void => {
    const now = clock.now();
    // A clock that was set back must not make the silence look short for ever.
    heardAt = Math.min(heardAt, now);
    spokeAt = Math.min(spokeAt, now);
    const due = Math.min(deadAt(), spokeAt + heartbeatMs, now + LOOK_MS);
    timer.set(due - now, () => look(due));
  };
  const look = (plannedAt: number): void => {
    const now = clock.now();
    if (now >= deadAt()) return events.silent();
    if (now >= spokeAt + heartbeatMs) events.mute();
    lookLater();
    if (now > plannedAt + LATE_MS) events.slept();
  };

  lookLater();
  return {
    silentMs: () => clock.now() - heardAt,
    heard: () => void (heardAt = clock.now()),
    spoke: () => void (spokeAt = clock.now()),
    stop: timer.stop,
  };
}
