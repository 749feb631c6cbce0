import type { CSSResult, LitElement } from "lit";
import { tellOwner } from "./owner-notes.ts";

/** What a part may bring along for the elements that draw with it. */
interface Dressed {
  styles?: CSSResult;
}

/**
 * A part of the element that only some people need, or not at once, in a file of its own that is fetched when it is
 * first asked for. A site's bundler makes one of it by itself, from the `import()`.
 */
export class OnDemand<T> {
  readonly #load: () => Promise<T>;
  readonly #come: ((part: T) => void) | undefined;
  /** Who is to be drawn again when the part has come, or cannot be had. */
  readonly #waiting = new Set<LitElement>();
  #part: T | undefined;
  #coming: Promise<T | undefined> | undefined;
  #wasAsked = false;
  #hasFailed = false;

  /** @param come Called once, when the part is here and before anybody is told. */
  constructor(load: () => Promise<T>, come?: (part: T) => void) {
    this.#load = load;
    this.#come = come;
  }

  /** The part, if it is here. */
  get part(): T | undefined {
    return this.#part;
  }

  /** True if the part could not be had when it was last asked for. */
  get hasFailed(): boolean {
    return this.#hasFailed && !this.#coming;
  }

  /**
   * The part, if it is here, for an element to draw with; it then wears the part's styles. An element that comes too
   * early is drawn again when the part is here.
   */
  drawnIn(host: LitElement): T | undefined {
    if (this.#part) wear(host, (this.#part as Dressed).styles);
    else this.#waiting.add(host);
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
      const part = await this.#load();
      this.#come?.(part);
      this.#part = part;
    } catch (error) {
      const wasTold = this.#hasFailed;
      this.#hasFailed = true;
      if (!wasTold)
        tellOwner(
          "part",
          `${String(error)}; a script-src of this page must allow what lies beside the script.`,
        );
      this.#coming = undefined;
    }
    for (const host of this.#waiting) host.requestUpdate();
    this.#waiting.clear();
    return this.#part;
  }
}

/** Puts the styles of a part on an element whose own were put on long ago. */
function wear({ renderRoot }: LitElement, styles: CSSResult | undefined): void {
  const sheet = styles?.styleSheet;
  if (!sheet || !(renderRoot instanceof ShadowRoot) || renderRoot.adoptedStyleSheets.includes(sheet)) return;
  renderRoot.adoptedStyleSheets = [...renderRoot.adoptedStyleSheets, sheet];
}

/** Runs `run` when the browser has nothing better to do. */
export function whenIdle(run: () => void): void {
  // Safari learned it last.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run, { timeout: IDLE_MS });
  else setTimeout(run, IDLE_MS);
}

const IDLE_MS = 1000;

/** What takes longer than this, in milliseconds, is seen to take long. */
const PATIENCE_MS = 200;

/** Shows on a button that what it was pressed for is on its way. */
export async function whileBusy<T>(button: Element | null | undefined, work: Promise<T>): Promise<T> {
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
