import type { Clock } from "./clock.ts";
import type { Engine } from "./engine/engine.ts";
import type { Conversation, Sessions } from "./session/sessions.ts";
import { silentLog, type Log } from "./telemetry/log.ts";

/** The part of the drain time in which clients are to leave at a moment of their own. */
const OWN_SHARE = 0.7;

/** How many groups the others are ended in, so that they do not all come back at once. */
const GROUPS = 20;

/** How often it is looked whether everybody has moved on. */
const LOOK_MS = 50;

/** What is stopped, in which time. */
export interface StopParts {
  sessions: Sessions;
  clock: Clock;
  drainMs: number;
  closers: readonly (() => void | Promise<void>)[];
  engine: Engine | undefined;
  log?: Log;
}

/**
 * Stops a relay without a stampede: everybody is told to move on at a moment of their own, whoever stays is ended
 * with 1012, group by group in what is left of the drain time, and only when nobody can post any more is the
 * engine closed.
 */
export async function stopGently({
  sessions,
  clock,
  drainMs,
  closers,
  engine,
  log = silentLog,
}: StopParts): Promise<void> {
  log.info({ connections: sessions.size, drainMs }, "The relay stops: its clients are told to move on.");
  const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
  const ownMs = Math.floor(drainMs * OWN_SHARE);
  for (const session of sessions.all()) session.goAway(ownMs);
  const deadline = clock.monotonic() + ownMs;
  while (sessions.size > 0 && clock.monotonic() < deadline) {
    await pause(Math.min(LOOK_MS, deadline - clock.monotonic()));
  }
  log.info({ connections: sessions.size }, "Those who are still here are ended.");
  const ended = new Set<Conversation>();
  for (let groupsLeft = GROUPS; groupsLeft > 0; groupsLeft--) {
    const left = sessions.all().filter((session) => !ended.has(session));
    for (const session of left.slice(0, Math.ceil(left.length / groupsLeft))) {
      ended.add(session);
      session.end(1012, "The relay restarts.");
    }
    if (drainMs > 0 && left.length > 0) await pause((drainMs - ownMs) / GROUPS);
  }
  sessions.stop();
  // Close frames leave with the turn; closing the server right away would cut them off.
  await pause(20);
  for (const close of closers) await close();
  await engine?.close();
  log.info({}, "The relay has stopped.");
}
