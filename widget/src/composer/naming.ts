import { html, type TemplateResult } from "lit";
import type { Localizer } from "../strings/localizer.ts";

/** Lets a guest choose the name others see. Missing where the name comes from the page. */
export interface NameChoice {
  /** True until a name was chosen on this device. */
  wanted: boolean;
  /** The name the guest bears until then. */
  current: string | undefined;
  choose(name: string): Promise<unknown>;
}

/** Where the name is written. */
export function nameField(naming: NameChoice | undefined, words: Localizer): TemplateResult {
  return html`<label class="name" part="name-field">
    <span>${words.term("namePrompt")}</span>
    <input
      class="name-input"
      part="name-input"
      type="text"
      dir="auto"
      maxlength="60"
      autocomplete="nickname"
      enterkeyhint="send"
      placeholder=${naming?.current ?? words.term("yourName")}
    />
  </label>`;
}
