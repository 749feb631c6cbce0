/** What a message of a line or two takes, until the first was measured. */
const FIRST_GUESS_PX = 56;

/** The heights of items that were drawn once; for the others, what the known ones take on average. */
export class Heights {
  readonly #known = new Map<string, number>();
  #total = 0;
  #width = 0;

  of(key: string): number {
    return this.#known.get(key) ?? this.#average();
  }

  set(key: string, heightPx: number): void {
    this.#total += heightPx - (this.#known.get(key) ?? 0);
    this.#known.set(key, heightPx);
  }

  /** In another width every text breaks elsewhere. */
  fit(widthPx: number): void {
    if (widthPx === this.#width) return;
    this.#width = widthPx;
    this.#known.clear();
    this.#total = 0;
  }

  #average(): number {
    return this.#known.size === 0 ? FIRST_GUESS_PX : this.#total / this.#known.size;
  }
}
