import { html, type TemplateResult } from "lit";
import { duration } from "../strings/formats.ts";
import type { Localizer } from "../strings/localizer.ts";
import type { Notice } from "./notices.ts";

/** A quiet line between messages: who did what. */
export function noticeLine(
  { deed, by, what, seconds }: Notice,
  key: string,
  words: Localizer,
): TemplateResult {
  const time = seconds === undefined ? undefined : duration(seconds, words.lang());
  // Isolated one by one: a name in another direction must not turn the sentence around.
  const [who, whom] = [by, what].map((name) => name && `\u2068${name}\u2069`);
  return html`<li class="day done" part="event" data-key=${key}>
    ${words.term("done", deed, who ?? "", whom ?? "", time)}
  </li>`;
}
