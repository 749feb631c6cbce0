/** Those who want to know whether Redis is there. */
export class Watchers {
  readonly #read: () => boolean;
  readonly #listeners = new Set<{ hear: (isUp: boolean) => void }>();
  readonly #lookers = new Set<{ hear: () => void }>();
  #last = false;

  /** @param read whether it is there just now */
  constructor(read: () => boolean) {
    this.#read = read;
  }

  /** Hears of each change. Returns what stops it. */
  add(hear: (isUp: boolean) => void): () => void {
    const listener = { hear };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Hears of each look, whether it found a change or not. */
  onLook(hear: () => void): () => void {
    const listener = { hear };
    this.#lookers.add(listener);
    return () => void this.#lookers.delete(listener);
  }

  /** Looks, and tells what has changed. */
  look(): void {
    const isUp = this.#read();
    if (isUp !== this.#last) {
      this.#last = isUp;
      for (const { hear } of [...this.#listeners]) hear(isUp);
    }
    for (const { hear } of [...this.#lookers]) hear();
  }
}
