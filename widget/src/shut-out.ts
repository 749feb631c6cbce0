import { html, nothing, type TemplateResult } from "lit";
import type { RoomHandle } from "./handles.ts";
import { cloudOff } from "./banner/banner-icons.ts";
import { lock } from "./icons.ts";
import type { ChatError } from "@natter/sdk";
import { ahead } from "./strings/formats.ts";
import type { Localizer } from "./strings/localizer.ts";

/** What stands in the place of a conversation that the visitor was taken out of, or never let into. */
export function shutOut(room: RoomHandle, words: Localizer): TemplateResult {
  const { error } = room.view();
  const left = endOf(error) - Date.now();
  const mayComeBack = error?.code === "kicked" || left <= 0;
  return html`<div class="shut-out" part="shut-out" role="status">
    <span class="seal">${error?.code === "bad-room" ? cloudOff : lock}</span>
    <p>${sentence(error, words)}</p>
    ${error?.reason ? html`<q dir="auto">${error.reason}</q>` : nothing}
    ${left > 0 && left < Infinity ? html`<span>${words.term("backIn", ahead(left, words.lang()))}</span>` : nothing}
    ${
      mayComeBack
        ? html`<button type="button" class="come-back" part="come-back" @click=${() => room.rejoin()}>
            ${words.term("comeBack")}
          </button>`
        : nothing
    }
  </div>`;
}

/** What stands in the place of a room that the relay never let the visitor's page into. */
export function notLetIn(error: ChatError, words: Localizer): TemplateResult {
  const signedOut = error.code === "unauthorized" || error.code === "token-expired";
  return signedOut
    ? html`<div class="shut-out" part="shut-out" role="status">
        <span class="seal">${lock}</span>
        <p>${words.term("signedOut")}</p>
      </div>`
    : unavailable(words);
}

/** What stands in the place of a room that cannot be reached; `why` is for the page's owner. */
export function unavailable(words: Localizer, why?: string): TemplateResult {
  return html`<div class="shut-out" part="shut-out" role="status">
    <span class="seal">${cloudOff}</span>
    <p>${words.term("unavailable")}</p>
    ${why ? html`<p class="why" dir="ltr">${why}</p>` : nothing}
  </div>`;
}

const ends = new WeakMap<ChatError, number>();

/** When a ban ends, by this machine's clock: counted from when it was first shown, which is when it came. */
function endOf(error: ChatError | undefined): number {
  if (error?.retryAfter === undefined) return Infinity;
  const end = ends.get(error) ?? Date.now() + error.retryAfter;
  ends.set(error, end);
  return end;
}

function sentence(error: ChatError | undefined, words: Localizer): string {
  switch (error?.code) {
    case "banned":
      return words.term("banned");
    case "kicked":
      return words.term("kicked");
    case "room-closed":
      return words.term("roomClosed");
    case "bad-room":
      return words.term("unavailable");
    default:
      return words.term("forbidden");
  }
}
