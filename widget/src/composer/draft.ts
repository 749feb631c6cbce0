/**
 * What was written and not sent, kept for this tab: it survives a reload and a move to another page and back,
 * and is gone with the tab. A page whose storage is closed to scripts simply keeps no drafts.
 */
export class Draft {
  readonly #key: string;

  constructor(place: string) {
    this.#key = `natter:draft:${place}`;
  }

  load(): string {
    return attempt(() => sessionStorage.getItem(this.#key)) ?? "";
  }

  save(text: string): void {
    attempt(() => {
      if (text === "") sessionStorage.removeItem(this.#key);
      else sessionStorage.setItem(this.#key, text);
    });
  }
}

// Merely naming `sessionStorage` throws in a sandboxed frame.
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
