import { tellOwner } from "./owner-notes.ts";

/**
 * A part of the element that only some people need, in a file of its own that is fetched when it is first asked
 * for. A site's bundler makes one of it by itself, from the `import()`.
 */
export class OnDemand<T> {
  readonly #load: () => Promise<T>;
  #part: T | undefined;
  #coming: Promise<T | undefined> | undefined;
  #wasAsked = false;
  #hasFailed = false;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** The part, if it is here. */
  get part(): T | undefined {
    return this.#part;
  }

  /** Fetches the part. Undefined if it cannot be had, which the page's owner is told; the next call tries again. */
  fetch(): Promise<T | undefined> {
    this.#wasAsked = true;
    return (this.#coming ??= this.#try());
  }

  /** Fetches the part ahead of time, once: where that fails, somebody has to ask for it. */
  expect(): void {
    if (!this.#wasAsked) void this.fetch();
  }

  async #try(): Promise<T | undefined> {
    try {
      return (this.#part = await this.#load());
    } catch (error) {
      const wasTold = this.#hasFailed;
      this.#hasFailed = true;
      if (!wasTold)
        tellOwner(
          "part",
          `${String(error)}; a script-src of this page must allow what lies beside the script.`,
        );
      this.#coming = undefined;
      return undefined;
    }
  }
}

/** What takes longer than this, in milliseconds, is seen to take long. */
const PATIENCE_MS = 200;

/** Shows on a button that what it was pressed for is on its way. */
export async function whileBusy<T>(button: Element | undefined, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => button?.setAttribute("aria-busy", "true"), PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    button?.removeAttribute("aria-busy");
  }
}

/** The element that has the focus, within whatever shadow roots it is. */
export function focused(root: DocumentOrShadowRoot = document): Element | undefined {
  const active = root.activeElement;
  return active?.shadowRoot ? (focused(active.shadowRoot) ?? active) : (active ?? undefined);
}
