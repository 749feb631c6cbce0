import { html, type TemplateResult } from "lit";
import type { RoomView } from "@natter/sdk";
import type { Localizer } from "../strings/localizer.ts";
import { quietRoom } from "./quiet-room.ts";

/** What a list without messages shows: that there are none, or where they will stand. */
export function nothingYet(view: RoomView | undefined, words: Localizer): TemplateResult {
  if (view?.status === "live" || view?.status === "stale") {
    return html`<div class="empty" part="empty">
      <slot name="empty">${quietRoom(view, words)}</slot>
    </div>`;
  }
  return html`<div class="skeleton" part="loading" role="img" aria-label=${words.term("loading")}>
    ${SKELETON}
  </div>`;
}

const SKELETON = Array.from({ length: 5 }, () => html`<div class="bone"><span></span><i></i></div>`);
