import type { ViewMessage } from "@natter/sdk";
import type { Verb } from "@natter/sdk/protocol";
import { html, nothing, type TemplateResult } from "lit";
import { pin } from "../icons.ts";
import { ago, wholeMoment } from "../strings/moments.ts";
import { mayModerate } from "../moderation/subject.ts";
import type { Localizer } from "../strings/localizer.ts";
import { isAlive, mayEdit, mayReact, type MessageActions, type Tools } from "./actions.ts";
import { pencil, reply, shield, smile, trash } from "./tool-icons.ts";

export { toolbarStyles as styles } from "./toolbar.styles.ts";

/** When a message was written, in full, and how long ago that is. */
export function whenInFull({ at }: ViewMessage, lang: string): string {
  return `${ago(at, Date.now(), lang)} · ${wholeMoment(at, lang)}`;
}

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

/** The emoji offered at once; any other can be typed. */
const QUICK_EMOJI = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

function mayReply(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && can.has("post");
}

function mayDelete(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && (can.has("delete-any") || (message.mine && can.has("delete-own")));
}

function mayPin(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return isAlive(message) && can.has("pin");
}

/** Also when it is deleted: that is when there is more to be done. */
function mayModerateAuthor(can: ReadonlySet<Verb>, message: ViewMessage): boolean {
  return message.state === undefined && !message.mine && mayModerate(can);
}
