import type { RoomView, ViewMessage } from "@natter/sdk";

/**
 * Knows when slow mode lets this user send again, by this machine's clock. The relay's may be another: so what
 * was sent from here counts from when it was seen to be stored, and a refusal that names a time counts most.
 */
export class Pause {
  readonly #coming = new Set<string>();
  readonly #storedAt = new Map<string, number>();
  #refusedUntil = 0;

  /** The relay refused a message, which can go in so many ms. */
  refused(retryAfter: number, now: number): void {
    this.#refusedUntil = now + retryAfter;
  }

  /** In ms since 1970; in the past when there is nothing to wait for. */
  until({ messages, settings }: Pick<RoomView, "messages" | "settings">, now: number): number {
    const pauseMs = (settings.slowMode ?? 0) * 1000;
    if (pauseMs === 0) return 0;
    const last = messages.findLast(({ mine, state }) => mine && state !== "failed");
    return Math.max(this.#refusedUntil, last ? this.#from(last, now) + pauseMs : 0);
  }

  #from({ id, at, state }: ViewMessage, now: number): number {
    if (state === "pending") {
      this.#coming.add(id);
      return now;
    }
    const from = this.#storedAt.get(id) ?? (this.#coming.delete(id) ? now : Math.min(at, now));
    this.#storedAt.set(id, from);
    return from;
  }
}
