import { html, LitElement, nothing, type TemplateResult } from "lit";
import { Follow } from "../follow.ts";
import { alert } from "../icons.ts";
import { PageClock } from "../page-clock.ts";
import type { ChatError } from "@natter/sdk";
import type { ChatHandle, RoomHandle } from "../handles.ts";
import { Localizer } from "../strings/localizer.ts";
import { cloudOff } from "./banner-icons.ts";
import { bannerStyles } from "./banner.styles.ts";
import { noticeOf, type Notice } from "./notice.ts";
import { Online } from "./online.ts";

/**
 * Tells the visitor about the connection while there is something to tell, in words and without alarm.
 *
 * @csspart notice - the whole notice
 * @csspart reconnect - the button that tries again at once
 * @csspart why - what the page's owner has to change, on their own machine
 */
export class Banner extends LitElement {
  static override properties = {
    chat: { attribute: false },
    room: { attribute: false },
    why: { attribute: false },
  };

  static override styles = bannerStyles;

  readonly #words = new Localizer(this);
  readonly #online = new Online(this);

  /** The connection it tells about. */
  chat?: ChatHandle;
  /** The room it tells about. */
  room?: RoomHandle;
  /** What the page's owner has to change, where nobody but them sees it. */
  why = "";

  #notice: Notice | undefined;

  constructor() {
    super();
    new Follow(this, () => this.chat);
    new Follow(this, () => this.room);
    new PageClock(this, () => (this.#notice?.kind === "waiting" ? "second" : undefined));
  }

  protected override willUpdate(): void {
    this.#notice = noticeOf(this.chat?.state, this.room?.view().status, this.#online.value);
  }

  override render(): TemplateResult {
    return html`<div role="status">${this.#notice ? this.#tell(this.#notice) : nothing}</div>
      ${this.why === "" ? nothing : html`<p class="why" part="why" dir="ltr">${this.why}</p>`}`;
  }

  #tell(notice: Notice): TemplateResult {
    const words = this.#words;
    switch (notice.kind) {
      case "catching-up":
        return line("passing", SPINNER, words.term("catchingUp"));
      case "connecting":
        return line("passing", SPINNER, words.term("reconnecting"));
      case "waiting":
        return line(
          "waits",
          SPINNER,
          [words.term("noConnection"), this.#countdown(notice.retryAt)],
          this.#tryNow(),
        );
      case "offline":
        return line("waits", cloudOff, words.term("offline"));
      case "refused":
        return line("over", alert, this.#refused(notice.error));
      default:
        return notice satisfies never;
    }
  }

  #countdown(retryAt: number): TemplateResult | typeof nothing {
    const seconds = Math.ceil((retryAt - Date.now()) / 1000);
    if (seconds < 1) return nothing;
    // A screen reader that is told of each second reads nothing else.
    return html` <span aria-hidden="true">${this.#words.term("nextTry", seconds)}</span>`;
  }

  #tryNow(): TemplateResult {
    return html`<button type="button" part="reconnect" @click=${() => this.chat?.reconnect()}>
      ${this.#words.term("tryNow")}
    </button>`;
  }

  #refused(error: ChatError): string {
    const signedOut = error.code === "unauthorized" || error.code === "token-expired";
    return this.#words.term(signedOut ? "signedOut" : "unavailable");
  }
}

const SPINNER = html`<span class="spinner"></span>`;

function line(
  tone: "passing" | "waits" | "over",
  icon: unknown,
  words: unknown,
  action?: unknown,
): TemplateResult {
  return html`<div class="notice edged ${tone}" part="notice">
    <p>${icon}${words}</p>
    ${action ?? nothing}
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "chat-banner": Banner;
  }
}
