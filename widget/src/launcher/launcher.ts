import { html, LitElement, nothing, type TemplateResult } from "lit";
import { bubbles, chevronDown } from "../icons.ts";
import { Localizer } from "../strings/localizer.ts";
import { launcherStyles } from "./launcher.styles.ts";

/** A badge has no room for more. */
const MOST_SHOWN = 99;

/**
 * The button in the corner of the page that opens a chat and says how much is unread. Listen for `click`.
 *
 * @csspart button - the button
 * @csspart badge - how many messages are unread
 */
export class Launcher extends LitElement {
  static override properties = {
    open: { type: Boolean, reflect: true },
    unread: { type: Number },
  };

  static override styles = launcherStyles;

  readonly #words = new Localizer(this);

  /** Whether the chat it belongs to is open. */
  open = false;
  /** Messages not read yet. */
  unread = 0;

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector("button")?.focus(options);
  }

  override render(): TemplateResult {
    return html`<button type="button" part="button" aria-expanded=${this.open} aria-label=${this.#label()}>
      ${this.open ? chevronDown : bubbles}
      ${this.unread > 0 && !this.open ? html`<span class="badge" part="badge">${this.#count()}</span>` : nothing}
    </button>`;
  }

  #label(): string {
    if (this.open) return this.#words.term("closeChat");
    const open = this.#words.term("openChat");
    return this.unread > 0 ? `${open}. ${this.#words.term("newMessages", this.unread)}` : open;
  }

  #count(): string {
    const number = new Intl.NumberFormat(this.#words.lang());
    return this.unread > MOST_SHOWN ? `${number.format(MOST_SHOWN)}+` : number.format(this.unread);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-launcher": Launcher;
  }
}
