import { isForInputMethod } from "../composer/enter-key.ts";
import { html, type LitElement, type ReactiveController, type TemplateResult } from "lit";
import { Keepsake } from "../keepsake.ts";
import type { Launcher } from "./launcher.ts";
import { SeenViewport } from "./seen-viewport.ts";

/** What a bubble is drawn with. */
export interface BubbleFace {
  /** Names the panel. */
  label: string;
  unread: number;
  open: boolean;
  /** The room itself. */
  room: TemplateResult;
}

/** What a bubble asks of the element it belongs to. */
export interface BubbleHost extends LitElement {
  opened: boolean;
  layout: string;
}

/**
 * A room behind a button in the corner of the page. Button and panel live in the browser's top layer, where no
 * `z-index` of the page and no transformed ancestor reaches them.
 *
 * Opening moves the focus in, closing gives it back, Escape closes. Whether it was open is kept for the tab, so
 * that a visitor who goes to the next page finds the chat as they left it.
 */
export class Bubble implements ReactiveController {
  readonly #host: BubbleHost;
  readonly #enter: () => void;
  readonly #mayEscape: () => boolean;
  readonly #seen: SeenViewport;
  readonly #kept: () => Keepsake;
  #cameFrom: HTMLElement | null | undefined;
  #byHand = false;
  #shown = false;

  constructor(host: BubbleHost, place: () => string, enter: () => void, mayEscape: () => boolean) {
    this.#host = host;
    this.#enter = enter;
    this.#mayEscape = mayEscape;
    this.#kept = () => new Keepsake("tab", `open:${place()}`);
    this.#seen = new SeenViewport(() => this.#panel());
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.addEventListener("keydown", this.#onKeydown, { capture: true });
  }

  hostDisconnected(): void {
    this.#host.removeEventListener("keydown", this.#onKeydown, { capture: true });
    this.#seen.stop();
    this.#shown = false;
  }

  hostUpdated(): void {
    if (this.#host.layout !== "bubble") return;
    show(this.#host.renderRoot.querySelector<HTMLElement>(".dock"), true);
    show(this.#panel(), this.#host.opened);
    if (this.#host.opened === this.#shown) return;
    this.#shown = this.#host.opened;
    if (this.#shown) this.#opened();
    else this.#closed();
  }

  /** True if it was open when the visitor left the page before. */
  get wasOpen(): boolean {
    return this.#kept().load() !== "";
  }

  #opened(): void {
    this.#kept().save("1");
    this.#seen.start();
    if (this.#byHand) this.#enter();
    this.#byHand = false;
  }

  #closed(): void {
    this.#kept().save("");
    this.#seen.stop();
    // A page that closes the chat while the visitor is elsewhere keeps them there.
    if (document.activeElement === this.#host || document.activeElement === document.body) this.#giveBack();
  }

  #giveBack(): void {
    if (this.#cameFrom?.isConnected) this.#cameFrom.focus();
    else this.#host.renderRoot.querySelector<Launcher>("chat-launcher")?.focus();
    this.#cameFrom = undefined;
  }

  /** Opens or closes because somebody asked for it; a chat that opens by itself takes no focus. */
  turn(open: boolean): void {
    const { activeElement } = document;
    if (open && activeElement !== this.#host) this.#cameFrom = activeElement as HTMLElement | null;
    this.#byHand = open;
    this.#host.opened = open;
  }

  // Caught on its way down: the composer keeps its keys to itself.
  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || isForInputMethod(event) || !this.#host.opened) return;
    if (this.#host.layout !== "bubble" || !this.#mayEscape() || event.composedPath().some(isOpenInside))
      return;
    event.preventDefault();
    event.stopPropagation();
    this.turn(false);
  };

  #panel(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(".panel");
  }

  render({ label, unread, open, room }: BubbleFace): TemplateResult {
    return html`<div
        class="panel"
        part="panel"
        popover="manual"
        role="dialog"
        aria-label=${label}
        tabindex="-1"
      >
        ${room}
      </div>
      <div class="dock" popover="manual">
        <chat-launcher
          part="launcher"
          exportparts="button: launcher-button, badge: launcher-badge"
          .open=${open}
          .unread=${unread}
          @click=${this.#onLauncher}
        ></chat-launcher>
      </div>`;
  }

  readonly #onLauncher = (): void => this.turn(!this.#host.opened);
}

// What is open inside closes first.
function isOpenInside(target: EventTarget): boolean {
  return target instanceof Element && target.matches(":is(dialog, chat-members)[open]");
}

// Browsers of before 2024 have no popovers; there the styles alone keep the two in their corner.
function show(element: HTMLElement | null, shown: boolean): void {
  // It may have been taken out of the page meanwhile, and nothing is shown there.
  if (!element?.isConnected) return;
  if (!("popover" in element)) return void (element as HTMLElement).toggleAttribute("hidden", !shown);
  if (element.matches(":popover-open") !== shown) element.togglePopover(shown);
}
