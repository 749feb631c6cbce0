import { html, nothing, type TemplateResult } from "lit";
import { lock } from "./icons.ts";
import type { ChatError } from "@natter/sdk";
import type { Localizer } from "./strings/localizer.ts";

/** What stands in the place of a conversation that the visitor was taken out of, or never let into. */
export function shutOut(error: ChatError | undefined, words: Localizer): TemplateResult {
  const byModerator = error?.code === "banned" || error?.code === "kicked";
  // The moderator's own words, where there are any.
  const reason = byModerator && error.message !== "" ? html`<q dir="auto">${error.message}</q>` : nothing;
  return html`<div class="shut-out" part="shut-out" role="status">
    <span class="seal">${lock}</span>
    <p>${sentence(error, words)}</p>
    ${reason}
  </div>`;
}

function sentence(error: ChatError | undefined, words: Localizer): string {
  switch (error?.code) {
    case "banned":
      return words.term("banned");
    case "kicked":
      return words.term("kicked");
    case "room-closed":
      return words.term("roomClosed");
    default:
      return words.term("forbidden");
  }
}
