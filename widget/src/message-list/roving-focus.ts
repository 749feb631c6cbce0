import type { LitElement, ReactiveController } from "lit";

/**
 * Makes all messages together one stop of the Tab key, and the arrow keys the way from one to the next. The
 * stop is the message that had the focus last, or else the newest.
 */
export class RovingFocus implements ReactiveController {
  readonly #host: LitElement;
  #current: HTMLElement | undefined;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdated(): void {
    const focused = this.#current?.isConnected && this.#current.matches(":focus-within");
    const stop = focused ? this.#current : this.#messages().at(-1);
    if (stop) this.#stopAt(stop);
  }

  /** Moves the focus to the message of that key, or to the first of its tools, if it is drawn. */
  to(key: string, what: "message" | "tools"): void {
    const message = this.#messages().find((one) => one.parentElement?.dataset["key"] === key);
    const target = what === "tools" ? message?.querySelector<HTMLElement>(".tools button") : message;
    target?.focus({ preventScroll: true });
  }

  readonly onFocusin = (event: FocusEvent): void => {
    const message = (event.target as Element).closest<HTMLElement>(".message");
    if (message) this.#stopAt(message);
  };

  readonly onKeydown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = this.#next(event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  #next(key: string): HTMLElement | undefined {
    const messages = this.#messages();
    const at = this.#current ? messages.indexOf(this.#current) : messages.length;
    switch (key) {
      case "ArrowUp":
        return messages[at - 1];
      case "ArrowDown":
        return messages[at + 1];
      case "Home":
        return messages[0];
      case "End":
        return messages.at(-1);
      default:
        return undefined;
    }
  }

  #stopAt(message: HTMLElement): void {
    if (this.#current !== message && this.#current) this.#current.tabIndex = -1;
    this.#current = message;
    message.tabIndex = 0;
  }

  #messages(): HTMLElement[] {
    return [...this.#host.renderRoot.querySelectorAll<HTMLElement>(".message")];
  }
}
