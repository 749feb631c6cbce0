import { html, LitElement, nothing, type TemplateResult } from "lit";
import { Follow } from "../follow.ts";
import type { RoomHandle } from "../handles.ts";
import { Localizer } from "../strings/localizer.ts";
import { bubbles } from "../icons.ts";
import { chevronDown } from "./launcher-icons.ts";
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
    room: { attribute: false },
  };

  static override styles = launcherStyles;

  readonly #words = new Localizer(this);

  /** Whether the chat it belongs to is open. */
  open = false;
  /** Messages not read yet. */
  unread = 0;
  /** A room whose unread messages are to be counted instead. */
  room?: RoomHandle;

  constructor() {
    super();
    new Follow(this, () => this.room);
  }

  get #shown(): number {
    return this.room?.view().unread ?? this.unread;
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector("button")?.focus(options);
  }

  override render(): TemplateResult {
    return html`<button type="button" part="button" aria-expanded=${this.open} aria-label=${this.#label()}>
      ${this.open ? chevronDown : bubbles}
      ${this.#shown > 0 && !this.open ? html`<span class="badge" part="badge">${this.#count()}</span>` : nothing}
    </button>`;
  }

  #label(): string {
    if (this.open) return this.#words.term("closeChat");
    const open = this.#words.term("openChat");
    const unread = this.#shown;
    return unread > 0 ? `${open}. ${this.#words.term("newMessages", unread)}` : open;
  }

  #count(): string {
    const number = new Intl.NumberFormat(this.#words.lang());
    const unread = this.#shown;
    return unread > MOST_SHOWN ? `${number.format(MOST_SHOWN)}+` : number.format(unread);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-launcher": Launcher;
  }
}
