/**
 * One small text kept for later: in this tab (it survives a reload and the way to another page and back) or on
 * this device. Where a page's storage is closed to scripts it lasts as long as the page. Never a token, never
 * what others wrote.
 */
export class Keepsake {
  readonly #where: "tab" | "device";
  readonly #key: string;

  constructor(where: "tab" | "device", name: string) {
    this.#where = where;
    this.#key = `natter:${name}`;
  }

  load(): string {
    return attempt(() => this.#storage().getItem(this.#key)) ?? inMemory.get(this.#key) ?? "";
  }

  /** Keeps `text`; an empty one is nothing to keep. */
  save(text: string): void {
    inMemory.set(this.#key, text);
    attempt(() => {
      if (text === "") this.#storage().removeItem(this.#key);
      else this.#storage().setItem(this.#key, text);
    });
  }

  #storage(): Storage {
    return this.#where === "tab" ? sessionStorage : localStorage;
  }
}

const inMemory = new Map<string, string>();

// Merely naming a storage throws in a sandboxed frame, and writing does when it is full.
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
