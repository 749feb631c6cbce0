import type { ViewMessage } from "@natter/sdk";
import type { Verb } from "@natter/sdk/protocol";
import { html, nothing, type TemplateResult } from "lit";
import { pencil, pin, reply, shield, smile, trash } from "../icons.ts";
import type { Localizer } from "../strings/localizer.ts";
import {
  mayDelete,
  mayEdit,
  mayModerateAuthor,
  mayPin,
  mayReact,
  mayReply,
  QUICK_EMOJI,
  type MessageActions,
  type Tools,
} from "./actions.ts";

/** What can be done with the message that is pointed at, as far as the visitor's rights go. */
export function toolbar(
  message: ViewMessage,
  tools: Tools,
  can: ReadonlySet<Verb>,
  words: Localizer,
  actions: MessageActions,
): TemplateResult | typeof nothing {
  switch (tools) {
    case "none":
      return nothing;
    case "usual":
      return bar(words, [
        mayReact(can, message) && tool(smile, words.term("react"), () => actions.open(message, "emoji")),
        mayReply(can, message) && tool(reply, words.term("reply"), () => actions.reply(message)),
        mayEdit(can, message) && tool(pencil, words.term("edit"), () => actions.edit(message)),
        mayPin(can, message) &&
          tool(pin, words.term(message.pinned ? "unpin" : "pin"), () =>
            actions.pin(message, !message.pinned),
          ),
        mayDelete(can, message) && tool(trash, words.term("delete"), () => actions.open(message, "delete")),
        mayModerateAuthor(can, message) &&
          tool(shield, words.term("moderate", message.by.name), () => actions.moderate(message)),
      ]);
    case "emoji":
      return bar(
        words,
        QUICK_EMOJI.map((emoji) => {
          const on = !message.reactions?.[emoji]?.mine;
          return tool(emoji, emoji, () => actions.react(message, emoji, on), !on);
        }),
      );
    case "delete":
      return bar(words, [
        html`<span class="question">${words.term("reallyDelete")}</span>`,
        html`<button type="button" class="word" @click=${() => actions.delete(message)}>
          ${words.term("delete")}
        </button>`,
        html`<button type="button" class="word" @click=${() => actions.open(message, "usual")}>
          ${words.term("keep")}
        </button>`,
      ]);
    default:
      return tools satisfies never;
  }
}

function bar(words: Localizer, tools: (TemplateResult | false)[]): TemplateResult | typeof nothing {
  const given = tools.filter((tool) => tool !== false);
  if (given.length === 0) return nothing;
  return html`<div class="tools" part="tools" role="group" aria-label=${words.term("tools")}>${given}</div>`;
}

function tool(face: unknown, label: string, run: () => void, pressed?: boolean): TemplateResult {
  return html`<button
    type="button"
    part="tool"
    aria-label=${label}
    title=${label}
    aria-pressed=${pressed ?? nothing}
    @click=${run}
  >
    ${face}
  </button>`;
}
