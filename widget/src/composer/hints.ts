import type { ViewMessage } from "@natter/sdk";
import { html, nothing, type TemplateResult } from "lit";
import { close, lock } from "../icons.ts";
import { gist } from "../message/quote.ts";
import { shortTime, untilWhen } from "../strings/formats.ts";
import type { Localizer } from "../strings/localizer.ts";
import type { Hold } from "./hold.ts";
import { TELL_FROM } from "./length.ts";
import type { Task } from "./task.ts";

/** What stands where the composer would, while nothing can be written; undefined while something can. */
export function shut(hold: Hold | undefined, words: Localizer): TemplateResult | undefined {
  switch (hold?.kind) {
    case undefined:
    case "slow":
      return undefined;
    case "read-only":
      return note(words.term("readOnly"));
    case "locked":
      return note(words.term("locked"));
    case "muted": {
      const { until, reason } = hold.mute;
      const told = words.term(
        "muted",
        until === undefined ? undefined : untilWhen(until, Date.now(), words.lang()),
      );
      return note(reason ? html`${told} <q dir="auto">${reason}</q>` : told);
    }
    default:
      return hold satisfies never;
  }
}

function note(said: unknown): TemplateResult {
  return html`<p class="note" part="note" tabindex="-1">${lock}<span>${said}</span></p>`;
}

/** Which message is answered or changed, and the way out of that. */
export function taskLine(
  kind: Task["kind"],
  message: ViewMessage | undefined,
  words: Localizer,
  cancel: () => void,
): TemplateResult | typeof nothing {
  if (!message) return nothing;
  const what = kind === "edit" ? words.term("editing") : words.term("replyingTo", message.by.name);
  return html`<div class="task" part="task">
    <p><b>${what}</b><span dir="auto">${gist(message, words)}</span></p>
    <button type="button" part="cancel" aria-label=${words.term("cancel")} @click=${cancel}>${close}</button>
  </div>`;
}

/**
 * The line below: what went wrong, how long to wait, or how much still fits. It describes the field, and is no live
 * region: a screen reader that is told of each second, or of each letter, reads nothing else.
 */
export function lineBelow(
  trouble: string,
  hold: Hold | undefined,
  left: number,
  words: Localizer,
): TemplateResult | typeof nothing {
  if (trouble !== "") return below("trouble", "over", trouble);
  if (left < 0) return below("counter", "over", counted(left, words));
  if (hold?.kind === "slow") {
    const time = shortTime(hold.until - Date.now(), words.lang());
    return below("pause", "", words.term("nextMessageIn", time));
  }
  return left > TELL_FROM ? nothing : below("counter", "", counted(left, words));
}

/** How many characters are left, or too many. */
export function counted(left: number, words: Localizer): string {
  return left < 0 ? words.term("charactersOver", -left) : words.term("charactersLeft", left);
}

function below(part: string, tone: string, said: string): TemplateResult {
  return html`<p class="below ${tone}" part=${part} id="below">${said}</p>`;
}
