import type { LitElement, ReactiveController } from "lit";

/**
 * Makes all messages together one stop of the Tab key, and the arrow keys the way from one to the next. The
 * stop is the message that had the focus last, or else the newest; what can be pressed in it comes after it, and
 * what can be pressed in others is passed by. Only code that is wider than its box is a stop wherever it stands: its
 * end could not be read without.
 */
export class RovingFocus implements ReactiveController {
  readonly #host: LitElement;
  readonly #toEdge: (edge: "first" | "last") => void;
  #current: HTMLElement | undefined;
  #hadFocus = false;

  /** @param toEdge Leads to the first or the last message, which may not be drawn yet. */
  constructor(host: LitElement, toEdge: (edge: "first" | "last") => void) {
    this.#host = host;
    this.#toEdge = toEdge;
    host.addController(this);
  }

  hostUpdate(): void {
    this.#hadFocus = this.#current?.matches(":focus-within") ?? false;
  }

  hostUpdated(): void {
    const messages = this.#messages();
    const isThere = this.#current?.isConnected ?? false;
    const stop = this.#hadFocus && isThere ? this.#current : messages.at(-1);
    if (stop) this.#stopAt(stop);
    // Scrolled out of what is drawn, with the focus on it, which would be lost to the page.
    if (this.#hadFocus && !isThere) this.#firstInView(messages)?.focus({ preventScroll: true });
  }

  /** Moves the focus to the message of that key, or to the first of its tools, if it is drawn. */
  to(key: string | undefined, what: "message" | "tools"): void {
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
    const messages = this.#messages();
    const at = this.#current ? messages.indexOf(this.#current) : messages.length;
    switch (event.key) {
      case "ArrowUp":
        messages[at - 1]?.focus();
        break;
      case "ArrowDown":
        messages[at + 1]?.focus();
        break;
      case "Home":
      case "End":
        this.#toEdge(event.key === "Home" ? "first" : "last");
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  #stopAt(message: HTMLElement): void {
    if (this.#current !== message && this.#current) this.#current.tabIndex = -1;
    this.#current = message;
    message.tabIndex = 0;
    for (const control of this.#host.renderRoot.querySelectorAll<HTMLElement>(".message :is(a, button, pre)"))
      control.tabIndex = message.contains(control) || scrolls(control) ? 0 : -1;
  }

  #firstInView(messages: HTMLElement[]): HTMLElement | undefined {
    const { top } = this.#host.getBoundingClientRect();
    return messages.find((message) => message.getBoundingClientRect().top >= top) ?? messages[0];
  }

  #messages(): HTMLElement[] {
    return [...this.#host.renderRoot.querySelectorAll<HTMLElement>(".message")];
  }
}

function scrolls(control: HTMLElement): boolean {
  return control.localName === "pre" && control.scrollWidth > control.clientWidth;
}
