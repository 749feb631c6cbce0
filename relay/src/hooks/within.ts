import type { Clock } from "../clock.ts";

/** What came of a call, or that it threw, or that it took too long. */
export type Called<T> = { ok: true; value: T } | { ok: false; why: string };

/** Calls somebody else's code, and waits for it no longer than `timeoutMs`. Never rejects. */
export async function within<T>(
  clock: Clock,
  timeoutMs: number,
  call: () => T | Promise<T>,
): Promise<Called<T>> {
  let stopTimer = (): void => {};
  const late = new Promise<Called<T>>((resolve) => {
    stopTimer = clock.after(timeoutMs, () =>
      resolve({ ok: false, why: `it did not answer within ${timeoutMs} ms` }),
    );
  });
  try {
    const value = call();
    if (!(value instanceof Promise) && !isThenable(value)) return { ok: true, value };
    return await Promise.race([Promise.resolve(value).then((value) => ({ ok: true as const, value })), late]);
  } catch (error) {
    // Only what sort of error it was: its words may quote what somebody wrote.
    return { ok: false, why: error instanceof HookFault ? error.message : `it threw ${nameOf(error)}` };
  } finally {
    stopTimer();
  }
}

/** What an error is called, without its words. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "something that is no error";
  return error.name;
}

/** An error whose words are our own, and quote nobody. */
export class HookFault extends Error {
  override readonly name = "HookFault";
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
