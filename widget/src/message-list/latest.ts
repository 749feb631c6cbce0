import { html, type TemplateResult } from "lit";
import type { ViewMessage } from "@natter/sdk";
import { arrowDown } from "../icons.ts";
import { isNews } from "../news.ts";
import type { Localizer } from "../strings/localizer.ts";

/** The way to the end for who reads further up, with the number of messages after `seenSeq`. */
export function latest(
  messages: readonly ViewMessage[],
  seenSeq: number,
  words: Localizer,
  toEnd: () => void,
): TemplateResult {
  const count = messages.filter((message) => message.seq > seenSeq && isNews(message)).length;
  const label = words.term("toLatest");
  const news = count > 0 ? words.term("newMessages", count) : "";
  return html`<button
    type="button"
    class="latest ${news && "counted"}"
    part="latest"
    aria-label=${news ? `${news}. ${label}` : label}
    @click=${toEnd}
  >
    ${news && html`<span>${news}</span>`}${arrowDown}
  </button>`;
}
