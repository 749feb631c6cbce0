import type { ViewMessage } from "@natter/sdk";
import { html, nothing, type TemplateResult } from "lit";
import { alert, clock } from "../icons.ts";
import type { Localizer } from "../strings/localizer.ts";
import { refusal } from "../strings/refusal.ts";
import type { MessageActions } from "./actions.ts";

/** What became of a message of the visitor's that is not stored: on its way, or refused and why. */
export function fate(
  message: ViewMessage,
  isLive: boolean,
  words: Localizer,
  actions: MessageActions,
): TemplateResult | typeof nothing {
  switch (message.state) {
    case undefined:
      return nothing;
    case "pending":
      return html`<div class="fate" part="pending">
        <span class="said">${clock}<span>${words.term(isLive ? "sending" : "waitingToSend")}</span></span>
      </div>`;
    case "failed": {
      const why = message.error && refusal(message.error, words);
      return html`<div class="fate" part="failed">
        <span class="said"
          >${alert}<span>${words.term("notSent")}${why ? html` · <bdi>${why}</bdi>` : nothing}</span></span
        >
        <span class="ways">
          <button type="button" part="retry" @click=${() => actions.retry(message)}>
            ${words.term("retry")}
          </button>
          <button type="button" part="discard" @click=${() => actions.discard(message)}>
            ${words.term("discard")}
          </button>
        </span>
      </div>`;
    }
    default:
      return message.state satisfies never;
  }
}
