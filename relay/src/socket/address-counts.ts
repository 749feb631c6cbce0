/**
 * How many connections each address has open; what an address is, the caller decides. Addresses without a
 * connection are forgotten.
 */
export class AddressCounts {
  readonly #counts = new Map<string, number>();
  readonly #max: number;

  /** @param max connections an address may have */
  constructor(max: number) {
    this.#max = max;
  }

  /** Addresses that have a connection. */
  get size(): number {
    return this.#counts.size;
  }

  /** Counts one more. Returns what counts it back, once, or undefined when the address has as many as it may. */
  enter(address: string): (() => void) | undefined {
    const open = this.#counts.get(address) ?? 0;
    if (open >= this.#max) return undefined;
    this.#counts.set(address, open + 1);
    let isGone = false;
    return () => {
      if (isGone) return;
      isGone = true;
      this.#leave(address);
    };
  }

  #leave(address: string): void {
    const left = (this.#counts.get(address) ?? 1) - 1;
    if (left === 0) this.#counts.delete(address);
    else this.#counts.set(address, left);
  }
}
