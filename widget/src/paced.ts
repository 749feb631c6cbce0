/** At most one drawing in this time: more cannot be read, and a busy room says more. */
export const PACE_MS = 50;

/**
 * Makes a function that calls `run` at once if it was not called for {@link PACE_MS}, and else once when that time
 * is over. So one message is there at once, and a hundred a second are drawn in twenty turns.
 */
export function paced(run: () => void): () => void {
  let ranAt = -Infinity;
  let isWaiting = false;
  const runNow = (): void => {
    isWaiting = false;
    ranAt = performance.now();
    run();
  };
  return () => {
    if (isWaiting) return;
    const wait = ranAt + PACE_MS - performance.now();
    if (wait <= 0) return runNow();
    isWaiting = true;
    setTimeout(runNow, wait);
  };
}
