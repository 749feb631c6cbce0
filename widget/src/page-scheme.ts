import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Marks a host whose surroundings say `color-scheme`, for the styles. */
const MARK = "page-scheme";

/**
 * Finds out whether the page has said what it looks like. Where it has (`color-scheme: light`, `dark` or both),
 * the room inherits that; where it has not, the room follows the system. Pages change their mind with a switch
 * that sets a class or an attribute on the root, so the root is watched.
 */
export class PageScheme implements ReactiveController {
  readonly #host: HTMLElement;
  readonly #watch = new MutationObserver(() => this.#look());

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    const options = {
      attributes: true,
      attributeFilter: ["class", "style", "data-theme", "data-color-scheme"],
    };
    this.#watch.observe(document.documentElement, options);
    this.#watch.observe(document.body, options);
    this.#look();
  }

  hostDisconnected(): void {
    this.#watch.disconnect();
  }

  #look(): void {
    const around = this.#host.parentElement ?? document.documentElement;
    const said = getComputedStyle(around).colorScheme !== "normal";
    this.#host.toggleAttribute(MARK, said);
  }
}
