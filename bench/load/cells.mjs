// What the threads of the load share, as numbers in one piece of memory; each cell is written by one thread only.

/** Messages that connections of the main thread were given. */
export const DELIVERED_HERE = 0;
/** Messages that connections of the readers' thread were given. */
export const DELIVERED_THERE = 1;
/** Messages that were due from here on are timed, in µs. 0: none yet. */
export const TIMED_FROM = 2;
/** Messages that were due before this are timed, in µs. */
export const TIMED_UNTIL = 3;

export function newCells() {
  return new Float64Array(new SharedArrayBuffer(8 * 4));
}
