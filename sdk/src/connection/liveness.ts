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

/**
 * What the watch found:
 *
 * - `silent`: nothing came for two heartbeats and a grace; the line is dead;
 * - `mute`: nothing was sent for a heartbeat; say something, or the relay takes us for dead;
 * - `slept`: the clock jumped; this machine was asleep.
 */
export type Finding = "silent" | "mute" | "slept";

/** How often to look; a look that comes much too late is how a sleep is noticed. */
const LOOK_MS = 5_000;
const LATE_MS = 10_000;

/**
 * Watches an open line. A TCP connection whose other end vanished looks alive for minutes, so silence is what
 * tells. A member who only reads a busy room is never asked for a heartbeat, and so has to offer one.
 */
export function watchLine(clock: Clock, heartbeatMs: number, found: (what: Finding) => void): Liveness {
  const timer = makeTimer(clock);
  let heardAt = clock.now();
  let spokeAt = heardAt;

  const look = (plannedAt: number): void => {
    const now = clock.now();
    // A clock that was set back must not make the silence look short for ever.
    heardAt = Math.min(heardAt, now);
    spokeAt = Math.min(spokeAt, now);
    const deadAt = heardAt + 2 * heartbeatMs + LIMITS.heartbeatGraceMs;
    if (now >= deadAt) return found("silent");
    if (now >= spokeAt + heartbeatMs) found("mute");
    const next = Math.min(deadAt, spokeAt + heartbeatMs, now + LOOK_MS);
    timer.set(next - now, () => look(next));
    if (now > plannedAt + LATE_MS) found("slept");
  };

  look(heardAt);
  return {
    silentMs: () => clock.now() - heardAt,
    heard() {
      heardAt = clock.now();
    },
    spoke() {
      spokeAt = clock.now();
    },
    stop: timer.stop,
  };
}
