import type { Clock } from "../clock.ts";
import { makeTimer } from "../timer.ts";

/** How far this user has read. It only moves on, whichever of their devices moves it. */
export interface ReadMarker {
  /** Everything up to here was read; Infinity before the first join. */
  seq(): number;
  /**
   * A join told where the marker is. Without one this user was never here: what was written before they came
   * is not news to them.
   */
  joined(read: number | undefined, seq: number): void;
  /** It was read up to here: on this device, or (`told`) on another, as the relay says. */
  move(seq: number, told: boolean): void;
  /** Forgets everything, as for another user. */
  reset(): void;
}

/** The relay is told at most this often; scrolling moves the marker with every message. */
const TELL_MS = 1_000;

export function makeReadMarker(clock: Clock, changed: () => void, tell: (seq: number) => void): ReadMarker {
  const timer = makeTimer(clock);
  let marker = Infinity;
  let known = 0;
  let isPausing = false;

  /** At once, and then no more often than every so many ms. */
  const tellNews = (): void => {
    if (isPausing || marker <= known) return;
    known = marker;
    tell(marker);
    isPausing = true;
    timer.set(TELL_MS, () => {
      isPausing = false;
      tellNews();
    });
  };
  const set = (seq: number): void => {
    marker = seq;
    changed();
  };

  return {
    seq: () => marker,
    joined(read, seq) {
      const before = marker === Infinity ? (read ?? seq) : marker;
      known = read ?? before;
      set(Math.max(before, read ?? 0));
      tellNews();
    },
    move(seq, told) {
      if (told) known = Math.max(known, seq);
      if (seq > marker) set(seq);
      tellNews();
    },
    reset() {
      timer.stop();
      [marker, known, isPausing] = [Infinity, 0, false];
    },
  };
}
