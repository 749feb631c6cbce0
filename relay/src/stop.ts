import type { Clock } from "./clock.ts";
import type { Engine } from "./engine/engine.ts";
import type { Conversation, Sessions } from "./session/sessions.ts";

/** How many groups the remaining connections are ended in, so that they do not all come back at once. */
const GROUPS = 20;

/** What is stopped, in which time. */
export interface StopParts {
  sessions: Sessions;
  clock: Clock;
  drainMs: number;
  closers: readonly (() => void | Promise<void>)[];
  engine: Engine | undefined;
}

/**
 * Stops a relay without a stampede: everybody is told to move on within the drain time, then whoever is left is
 * ended group by group with 1012, and only when nobody can post any more is the engine closed.
 */
export async function stopGently({ sessions, clock, drainMs, closers, engine }: StopParts): Promise<void> {
  const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
  const ended = new Set<Conversation>();
  const endSome = (groupsLeft: number): void => {
    const left = sessions.all().filter((session) => !ended.has(session));
    for (const session of left.slice(0, Math.ceil(left.length / groupsLeft))) {
      ended.add(session);
      session.end(1012, "The relay restarts.");
    }
  };
  for (const session of sessions.all()) session.goAway(drainMs);
  for (let left = GROUPS; left > 0 && drainMs > 0 && sessions.size > 0; left--) {
    await pause(drainMs / GROUPS);
    endSome(left);
  }
  endSome(1);
  sessions.stop();
  // Close frames leave with the turn; closing the server right away would cut them off.
  await pause(20);
  for (const close of closers) await close();
  await engine?.close();
}
