import type { ViewMessage } from "@natter/sdk";
import { html, type TemplateResult } from "lit";
import { readInline, type Inline } from "../markup/inline.ts";
import type { Localizer } from "../strings/localizer.ts";
import type { MessageActions } from "./actions.ts";
import { hueOf } from "./avatar.ts";
import type { Circumstances } from "./message.ts";

/** What a quotation shows of a text. */
const QUOTED_LENGTH = 160;

/**
 * The message that is answered, in short; pressing it leads there. One that is older than what is held has to be
 * fetched for that, which takes a while, or fails.
 */
export function quote(
  seq: number,
  { original, sought }: Pick<Circumstances, "original" | "sought">,
  words: Localizer,
  actions: MessageActions,
): TemplateResult {
  return html`<button
    type="button"
    class="quote ${original ? hueOf(original.by.id) : ""} ${sought && !sought.isMissing ? "sought" : ""}"
    part="quote"
    @click=${() => actions.show(seq)}
  >
    ${original ? html`<bdi class="name">${original.by.name}</bdi>` : ""}
    <span class="line" dir="auto"
      >${sought?.isMissing ? words.term("cannotShow") : gist(original, words)}</span
    >
  </button>`;
}

/** One line of a message, without the marks in it. */
export function gist(message: ViewMessage | undefined, words: Localizer): string {
  if (!message) return words.term("earlierMessage");
  if (message.deletedAt !== undefined) return words.term(message.removed ? "removed" : "deleted");
  const line = message.text.slice(0, QUOTED_LENGTH).replace(/\s+/g, " ");
  return readInline(line, () => 0)
    .map(unmarked)
    .join("");
}

function unmarked(piece: Inline): string {
  if (typeof piece === "string") return piece;
  return "inside" in piece ? piece.inside.map(unmarked).join("") : piece.text;
}
