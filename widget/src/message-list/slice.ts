/** The part of a long list that is in the document, and the room that the rest takes. */
export interface Slice {
  /** The first item that is drawn, and the one after the last. */
  from: number;
  to: number;
  /** Heights of what is not drawn, in px. */
  abovePx: number;
  belowPx: number;
}

/**
 * Up to here a list is drawn whole: searching in the page, selecting and screen readers work best on what is
 * there. Longer lists are drawn around the place that is read.
 */
export const WHOLE_UP_TO = 200;
/** What is drawn beyond what is seen, in heights of the view: a flick of the finger must not outrun it. */
const BEYOND = 1.5;
/** What is drawn at most, however little of the view each takes: one line each still fills tall screens thrice. */
export const MOST_DRAWN = 280;

/**
 * Chooses what to draw of `count` items around the item `at`, which stands `topPx` below the upper edge of the
 * view.
 *
 * @param heightPx The height of an item as far as it is known, estimated where not.
 */
export function sliceAround(
  count: number,
  heightPx: (index: number) => number,
  place: { at: number; topPx: number },
  viewPx: number,
): Slice {
  if (count <= WHOLE_UP_TO) return { from: 0, to: count, abovePx: 0, belowPx: 0 };
  const beyond = viewPx * BEYOND;
  let from = Math.max(0, Math.min(place.at, count));
  const start = from;
  for (let above = -place.topPx; from > 0 && above < beyond && start - from < MOST_DRAWN / 2;)
    above += heightPx(--from);
  let to = start;
  for (let below = place.topPx; to < count && below < viewPx + beyond && to - from < MOST_DRAWN;)
    below += heightPx(to++);
  return { from, to, abovePx: sum(heightPx, 0, from), belowPx: sum(heightPx, to, count) };
}

/** The item that stands at a distance from the beginning, and how far it begins before that. */
export function itemAt(
  count: number,
  heightPx: (index: number) => number,
  distancePx: number,
): { at: number; topPx: number } {
  let passed = 0;
  for (let at = 0; at < count; at++) {
    const height = heightPx(at);
    if (passed + height > distancePx) return { at, topPx: passed - distancePx };
    passed += height;
  }
  return { at: count, topPx: 0 };
}

function sum(heightPx: (index: number) => number, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at++) total += heightPx(at);
  return total;
}
