import type { ViewMessage } from "@natter/sdk";
import type { Verb } from "@natter/sdk/protocol";
import { html, nothing, type TemplateResult } from "lit";
import { isFewEmoji } from "../markup/few-emoji.ts";
import type { FindName } from "../markup/inline.ts";
import { markup } from "../markup/markup.ts";
import type { MessageItem } from "../message-list/items.ts";
import { timeOfDay } from "../strings/formats.ts";
import type { Localizer } from "../strings/localizer.ts";
import type { MessageActions, Tools } from "./actions.ts";
import { avatar, hueOf } from "./avatar.ts";
import { fate } from "./fate.ts";
import { quote } from "./quote.ts";
import { reactions } from "./reactions.ts";
import type { toolbar, whenInFull } from "./toolbar.ts";

/** What is drawn of a message that is pointed at; it is fetched when the first one is. */
export interface CloseUp {
  toolbar: typeof toolbar;
  whenInFull: typeof whenInFull;
}

/** What messages are drawn with, the same for all of a list. */
export interface Scene {
  words: Localizer;
  can: ReadonlySet<Verb>;
  /** Whether what is written now goes out now. */
  isLive: boolean;
  findName: FindName;
  /** The visitor's own name, where it is known. */
  ownName: string | undefined;
  actions: MessageActions;
}

/** What is drawn of one message besides itself. */
export interface Circumstances {
  tools: Tools;
  /** Draws these tools, where they are wanted and here. */
  closeUp: CloseUp | undefined;
  /** The message it answers, where that is held. */
  original: ViewMessage | undefined;
  /** That it was asked for and is not held, and whether it can be had at all. */
  sought: { isMissing: boolean } | undefined;
  /** Whether a jump has just led here. */
  isFound: boolean;
  /** Who is known to have reacted with an emoji. */
  reactors: (emoji: string) => Iterable<string>;
}

/** One message: who, when, what, and what became of it. */
export function messageRow(item: MessageItem, scene: Scene, circumstances: Circumstances): TemplateResult {
  const { message, opens } = item;
  const { id, mine } = message;
  const { words, can, actions } = scene;
  const { tools, closeUp } = circumstances;
  return html`<li class="row" data-key=${item.key}>
    <article
      class=${shapeOf(item, circumstances)}
      part="message ${mine ? "own-message" : "other-message"}"
      tabindex="-1"
      aria-labelledby="by-${id} text-${id} at-${id}"
    >
      ${opens && !mine ? avatar(message.by) : nothing} ${byline(item, closeUp, words)}
      ${bubble(message, scene, circumstances)} ${opens ? nothing : when(message, closeUp, words)}
      ${reactions(message, scene, circumstances)} ${fate(message, scene.isLive, words, actions)}
      ${closeUp?.toolbar(message, tools, can, words, actions) ?? nothing}
    </article>
  </li>`;
}

function shapeOf({ message, opens, closes }: MessageItem, { isFound }: Circumstances): string {
  const isDeleted = message.deletedAt !== undefined;
  const shapes = {
    mine: message.mine,
    opens,
    closes,
    found: isFound,
    deleted: isDeleted,
    bare: !isDeleted && message.reply === undefined && isFewEmoji(message.text),
  };
  const worn = Object.entries(shapes).flatMap(([shape, wears]) => (wears ? shape : []));
  return ["message", message.state ?? "stored", ...worn].join(" ");
}

function byline(
  { message, opens }: MessageItem,
  closeUp: CloseUp | undefined,
  words: Localizer,
): TemplateResult {
  const name = message.mine ? words.term("you") : message.by.name;
  const unseen = !opens || message.mine;
  return html`<div class="byline ${hueOf(message.by.id)}" part="byline">
    <bdi class=${unseen ? "name unseen" : "name"} part="author" id="by-${message.id}">${name}</bdi>
    ${opens ? when(message, closeUp, words) : nothing}
  </div>`;
}

// In full, and how long ago it was, once it is pointed at: then it is drawn anew, and right.
function when(message: ViewMessage, closeUp: CloseUp | undefined, words: Localizer): TemplateResult {
  const { id, at } = message;
  const lang = words.lang();
  return html`<time
    class="time"
    part="time"
    id="at-${id}"
    datetime=${new Date(at).toISOString()}
    title=${closeUp?.whenInFull(message, lang) ?? nothing}
    >${timeOfDay(at, lang)}</time
  >`;
}

function bubble(message: ViewMessage, scene: Scene, circumstances: Circumstances): TemplateResult {
  const { words, actions } = scene;
  const { id, mine, reply } = message;
  return html`<div class="bubble edged" part="bubble ${mine ? "own-bubble" : "other-bubble"}">
    ${reply === undefined ? nothing : quote(reply, circumstances, words, actions)}
    <div class="text" part="text" id="text-${id}">${text(message, scene)}</div>
  </div>`;
}

function text(message: ViewMessage, { words, findName, ownName, can }: Scene): unknown {
  const { text, editedAt, deletedAt, removed, mine } = message;
  if (removed) {
    // Why is between the author and those who keep order.
    const reason = (mine || can.has("delete-any")) && removed.reason;
    const why = reason ? html` <q dir="auto">${reason}</q>` : nothing;
    return html`<p>${words.term("removed")}${why}</p>`;
  }
  if (deletedAt !== undefined) return html`<p>${words.term("deleted")}</p>`;
  const blocks = markup(text, findName, ownName);
  if (editedAt === undefined) return blocks;
  return [blocks, html` <span class="edited" part="edited">${words.term("edited")}</span>`];
}
