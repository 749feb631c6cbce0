/** A pause of so many times what the flush cost leaves a third of a core to a room, however busy it is. */
const PAUSE_PER_COST = 2;

/** A pause this short joins nothing, and a timer costs more than it. */
const SHORTEST_MS = 1;

/**
 * Packets that make a frame full: with so many in it the write itself is a small part of what a packet costs,
 * and waiting for more would only be waiting.
 */
const FULL_FRAME = 32;

/**
 * How long a room rests after a flush that took `costMs`. A quiet or a small room does not rest at all; one
 * whose flush is dear gathers what comes meanwhile, and says it in one frame. Pure.
 *
 * @param maxPauseMs the longest that a packet waits for others; 0 flushes every turn
 */
export function pauseAfter(costMs: number, maxPauseMs: number): number {
  const pause = Math.min(maxPauseMs, costMs * PAUSE_PER_COST);
  return pause < SHORTEST_MS ? 0 : pause;
}

/** Milliseconds until a room with so many waiting packets may flush; 0 is now. Pure. */
export function pauseLeft(waiting: number, restsUntil: number, now: number): number {
  return waiting >= FULL_FRAME ? 0 : Math.max(0, restsUntil - now);
}
