import type { Clock } from "../../clock.ts";
import type { AsyncStore } from "./store-port.ts";

/** Between two steps, so that commits go first. */
const STEP_MS = 20;

/** Until the next look when there was nothing to do. */
const REST_MS = 5000;

/**
 * Has the store do, in small steps, what can wait. Returns what stops it.
 *
 * @param onFault told when a step failed; it is tried again after a rest
 */
export function startUpkeep(store: AsyncStore, clock: Clock, onFault: (error: unknown) => void): () => void {
  let isStopped = false;
  let cancel = clock.after(REST_MS, () => void step());

  async function step(): Promise<void> {
    const isMore = await tidy();
    if (!isStopped) cancel = clock.after(isMore ? STEP_MS : REST_MS, () => void step());
  }

  async function tidy(): Promise<boolean> {
    try {
      return await store.tidy(clock.now());
    } catch (error) {
      if (!isStopped) onFault(error);
      return false;
    }
  }

  return () => {
    isStopped = true;
    cancel();
  };
}
