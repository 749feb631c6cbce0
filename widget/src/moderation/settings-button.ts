import { html, nothing, type TemplateResult } from "lit";
import type { Verb } from "@natter/sdk/protocol";
import { sliders } from "../icons.ts";
import type { Localizer } from "../strings/localizer.ts";
import { mayRestrict, ModerateEvent } from "./subject.ts";

/** Opens what can be set about the room, for those who may set something. */
export function settingsButton(can: ReadonlySet<Verb>, words: Localizer): TemplateResult | typeof nothing {
  if (!can.has("configure") && !mayRestrict(can)) return nothing;
  const label = words.term("roomSettings");
  return html`<button
    type="button"
    class="close"
    part="settings"
    aria-label=${label}
    title=${label}
    @click=${(event: Event) => event.currentTarget?.dispatchEvent(new ModerateEvent("room"))}
  >
    ${sliders}
  </button>`;
}
