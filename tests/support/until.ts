/** Waits until `test` holds; rejects with `what` was waited for when it does not in time. */
export async function until(
  test: () => boolean | Promise<boolean>,
  what = String(test),
  limitMs = 30_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}`);
    await pause(10);
  }
}

/** Lets some time pass. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => void setTimeout(done, ms));
}
