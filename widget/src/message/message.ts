import { html, nothing, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import type { MessageItem } from "../message-list/items.ts";
import { isFewEmoji, markup } from "../markup/markup.ts";
import { timeOfDay, wholeMoment } from "../strings/formats.ts";
import type { Localizer } from "../strings/localizer.ts";
import type { RoomView, ViewMessage } from "@natter/sdk";
import { alert, clock } from "../icons.ts";
import { refusal } from "../strings/refusal.ts";
import { avatar, hueOf } from "./avatar.ts";

/** What can be done with a message that was not stored. */
export interface UnsentActions {
  retry(message: ViewMessage): void;
  discard(message: ViewMessage): void;
}

/** One message: who, when, what, and what became of it. */
export function messageRow(
  item: MessageItem,
  words: Localizer,
  status: RoomView["status"],
  actions: UnsentActions,
): TemplateResult {
  const { message, opens, closes } = item;
  const { id, mine, state, deletedAt } = message;
  const shape = {
    mine,
    opens,
    closes,
    deleted: deletedAt !== undefined,
    bare: deletedAt === undefined && isFewEmoji(message.text),
    [state ?? "stored"]: true,
  };
  return html`<li class="row" data-key=${item.key}>
    <article
      class="message ${classMap(shape)}"
      part="message ${mine ? "own-message" : "other-message"}"
      tabindex="-1"
      aria-labelledby="by-${id} text-${id} at-${id}"
    >
      ${opens && !mine ? avatar(message.by) : nothing} ${byline(item, words)}
      <div class="bubble" part="bubble ${mine ? "own-bubble" : "other-bubble"}">
        <p class="text" part="text" id="text-${id}" dir="auto">${body(message, words)}</p>
      </div>
      ${opens ? nothing : when(message, words)} ${fate(message, words, status, actions)}
    </article>
  </li>`;
}

function byline({ message, opens }: MessageItem, words: Localizer): TemplateResult {
  const name = message.mine ? words.term("you") : message.by.name;
  const unseen = !opens || message.mine;
  return html`<div class="byline ${hueOf(message.by.id)}" part="byline">
    <bdi class="name ${classMap({ unseen })}" part="author" id="by-${message.id}">${name}</bdi>
    ${opens ? when(message, words) : nothing}
  </div>`;
}

function when({ id, at }: ViewMessage, words: Localizer): TemplateResult {
  const lang = words.lang();
  return html`<time
    class="time"
    part="time"
    id="at-${id}"
    datetime=${new Date(at).toISOString()}
    title=${wholeMoment(at, lang)}
    >${timeOfDay(at, lang)}</time
  >`;
}

function body(message: ViewMessage, words: Localizer): unknown {
  if (message.deletedAt !== undefined) return words.term("deleted");
  const edited =
    message.editedAt === undefined
      ? nothing
      : html` <span class="edited" part="edited">(${words.term("edited")})</span>`;
  return html`${markup(message.text)}${edited}`;
}

function fate(
  message: ViewMessage,
  words: Localizer,
  status: RoomView["status"],
  actions: UnsentActions,
): TemplateResult | typeof nothing {
  switch (message.state) {
    case undefined:
      return nothing;
    case "pending": {
      const key = status === "live" ? "sending" : "waitingToSend";
      return html`<div class="fate" part="pending">
        <span class="said">${clock}<span>${words.term(key)}</span></span>
      </div>`;
    }
    case "failed": {
      const why = message.error && refusal(message.error, words);
      return html`<div class="fate" part="failed">
        <span class="said">${alert}<span>${words.term("notSent")}${why ? ` · ${why}` : nothing}</span></span>
        <span class="ways">
          <button type="button" part="retry" @click=${() => actions.retry(message)}>
            ${words.term("retry")}
          </button>
          <button type="button" part="discard" @click=${() => actions.discard(message)}>
            ${words.term("discard")}
          </button>
        </span>
      </div>`;
    }
    default:
      return message.state satisfies never;
  }
}
