import type { ViewMessage } from "@natter/sdk";
import { html, nothing, type TemplateResult } from "lit";
import { namesInARow } from "../strings/formats.ts";
import { mayReact } from "./actions.ts";
import type { Circumstances, Scene } from "./message.ts";

/**
 * How people felt about a message: each emoji with its number, and by whom as far as that is known; pressing one
 * joins or leaves.
 */
export function reactions(
  message: ViewMessage,
  scene: Scene,
  { reactors }: Pick<Circumstances, "reactors">,
): TemplateResult | typeof nothing {
  const given = Object.entries(message.reactions ?? {}).filter(([, { count }]) => count > 0);
  if (given.length === 0 || message.deletedAt !== undefined) return nothing;
  const { can, words, actions } = scene;
  const fixed = !mayReact(can, message);
  return html`<div class="reactions" part="reactions">
    ${given.map(
      ([emoji, { count, mine }]) =>
        html`<button
          type="button"
          part="reaction"
          aria-pressed=${mine}
          aria-label=${words.term("reacted", emoji, count)}
          title=${holders(reactors(emoji), count, mine, scene)}
          ?disabled=${fixed}
          @click=${() => actions.react(message, emoji, !mine)}
        >
          <span aria-hidden="true">${emoji}</span><span aria-hidden="true">${words.count(count)}</span>
        </button>`,
    )}
  </div>`;
}

/** "You, Bo and 2 others"; nothing where nobody is known. */
function holders(names: Iterable<string>, count: number, mine: boolean, { words, ownName }: Scene): string {
  const named = [...(mine ? [words.term("you")] : []), ...[...names].filter((name) => name !== ownName)];
  const others = count - named.length;
  if (named.length > 0 && others > 0) named.push(words.term("others", others));
  return namesInARow(named, words.lang());
}
