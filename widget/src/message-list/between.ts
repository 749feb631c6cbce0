import { html, type TemplateResult } from "lit";
import type { Gap } from "@natter/sdk";
import { dayName } from "../strings/formats.ts";
import type { Localizer } from "../strings/localizer.ts";
import { noticeLine } from "../moderation/notice-line.ts";
import type { ListItem } from "./items.ts";

/** What stands between messages: a day, the line above what is new, a place where some are missing, a notice. */
export function between(
  item: Exclude<ListItem, { kind: "message" }>,
  words: Localizer,
  loadGap: (gap: Gap) => void,
): TemplateResult {
  const { key } = item;
  switch (item.kind) {
    case "day":
      return html`<li class="day" part="day" data-key=${key}>
        <time datetime=${isoDay(item.at)}>${dayName(item.at, Date.now(), words.lang())}</time>
      </li>`;
    case "unread":
      return html`<li class="new" part="unread" data-key=${key}>
        <span>${words.term("newHere")}</span>
      </li>`;
    case "gap":
      return html`<li class="gap" part="gap" data-key=${key}>
        <span>${words.term("gap")}</span>
        <button type="button" class="quiet" part="load-gap" @click=${() => loadGap(item.gap)}>
          ${words.term("loadGap")}
        </button>
      </li>`;
    case "notice":
      return noticeLine(item.notice, key, words);
    default:
      return item satisfies never;
  }
}

function isoDay(at: number): string {
  const day = new Date(at);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((n) => String(n).padStart(2, "0"))
    .join("-");
}
