import { html, type ReactiveControllerHost, type TemplateResult } from "lit";
import type { Gap, RoomView } from "@natter/sdk";
import type { RoomHandle } from "../handles.ts";
import type { Localizer } from "../strings/localizer.ts";

type Loading = "idle" | "loading" | "failed";

/** Brings in older messages as the visitor comes near the oldest one held. */
export class OlderPages {
  readonly #host: ReactiveControllerHost;
  readonly #room: () => RoomHandle | undefined;
  #loading: Loading = "idle";

  constructor(host: ReactiveControllerHost, room: () => RoomHandle | undefined) {
    this.#host = host;
    this.#room = room;
  }

  /** Another room: what failed there says nothing here. */
  forget(): void {
    this.#loading = "idle";
  }

  /** Asks for a page when less than a screen is left above, or when messages do not fill the screen yet. */
  fill(scroller: HTMLElement, view: RoomView): void {
    const near = scroller.scrollTop < scroller.clientHeight;
    const some = view.messages.some((message) => message.seq > 0);
    if (near && some && view.status === "live" && !view.atBeginning && this.#loading === "idle")
      void this.load();
  }

  /** Asks for a page of older messages. */
  async load(): Promise<void> {
    const room = this.#room();
    if (room) await this.#during(room.older());
  }

  /** Asks for what is missing at a gap. */
  async loadGap(gap: Gap): Promise<void> {
    await this.#during(gap.load());
  }

  async #during(work: Promise<unknown>): Promise<void> {
    this.#show("loading");
    try {
      await work;
      this.#show("idle");
    } catch {
      this.#show("failed");
    }
  }

  #show(loading: Loading): void {
    this.#loading = loading;
    this.#host.requestUpdate();
  }

  /** What stands above the oldest message. */
  render(view: RoomView, words: Localizer): TemplateResult {
    if (view.atBeginning) return html`<p class="older" part="older">${words.term("beginning")}</p>`;
    switch (this.#loading) {
      case "idle":
        return html`<p class="older" part="older"></p>`;
      case "loading":
        return html`<p class="older" part="older">
          <span class="spinner"></span>${words.term("loadingOlder")}
        </p>`;
      case "failed":
        return html`<p class="older" part="older">
          ${words.term("olderFailed")}
          <button type="button" class="quiet" part="retry" @click=${() => void this.load()}>
            ${words.term("retry")}
          </button>
        </p>`;
      default:
        return this.#loading satisfies never;
    }
  }
}
