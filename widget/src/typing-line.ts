import { html, nothing, type TemplateResult } from "lit";
import type { Person } from "@natter/sdk/protocol";
import { isolated, namesInARow } from "./strings/formats.ts";
import type { Localizer } from "./strings/localizer.ts";

/** Up to this many are called by name. */
const NAMED = 3;

/** Who is typing. The line keeps its height when nobody is, so that nothing moves. */
export function typingLine(typing: readonly Person[], words: Localizer): TemplateResult {
  return html`<p class="typing" part="typing">
    ${typing.length === 0 ? nothing : [DOTS, sentence(typing, words)]}
  </p>`;
}

const DOTS = html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>`;

function sentence(typing: readonly Person[], words: Localizer): TemplateResult {
  if (typing.length > NAMED) return html`<span>${words.term("manyTyping")}</span>`;
  const names = typing.map(({ name }) => isolated(name));
  return html`<span>${words.term("typing", namesInARow(names, words.lang()), typing.length)}</span>`;
}
