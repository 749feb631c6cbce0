import { html, nothing, type TemplateResult } from "lit";
import type { RoomView } from "@natter/sdk";
import { bubbles } from "../icons.ts";
import type { Localizer } from "../strings/localizer.ts";

/** What a room says in which nobody has said anything yet. */
export function quietRoom(view: RoomView, words: Localizer): TemplateResult {
  return html`<span class="seal">${bubbles}</span>
    <span class="empty-title">${words.term("noMessages")}</span>
    ${view.can.has("post") ? html`<span class="empty-hint">${words.term("beTheFirst")}</span>` : nothing}`;
}
