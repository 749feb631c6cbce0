import type { ViewMessage } from "@natter/sdk";
import type { Verb } from "@natter/sdk/protocol";
import { html, nothing, type TemplateResult } from "lit";
import type { Localizer } from "../strings/localizer.ts";
import { mayReact, type MessageActions } from "./actions.ts";

/** How people felt about a message: each emoji with its number; pressing one joins or leaves. */
export function reactions(
  message: ViewMessage,
  can: ReadonlySet<Verb>,
  words: Localizer,
  actions: MessageActions,
): TemplateResult | typeof nothing {
  const given = Object.entries(message.reactions ?? {}).filter(([, { count }]) => count > 0);
  if (given.length === 0 || message.deletedAt !== undefined) return nothing;
  const fixed = !mayReact(can, message);
  return html`<div class="reactions" part="reactions">
    ${given.map(
      ([emoji, { count, mine }]) =>
        html`<button
          type="button"
          part="reaction"
          aria-pressed=${mine}
          aria-label=${words.term("reacted", emoji, count)}
          ?disabled=${fixed}
          @click=${() => actions.react(message, emoji, !mine)}
        >
          <span aria-hidden="true">${emoji}</span><span aria-hidden="true">${words.count(count)}</span>
        </button>`,
    )}
  </div>`;
}
