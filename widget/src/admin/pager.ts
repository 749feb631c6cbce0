import { html, nothing, type TemplateResult } from "lit";

/** One way to go on through a list: the word on the button, and what it does; absent where there is nothing more. */
export interface Turning {
  word: string;
  turn: (() => void) | undefined;
}

/** The buttons under a list that comes in pages; nothing where all of it is there. */
export function pager(...ways: Turning[]): TemplateResult | typeof nothing {
  const open = ways.filter(({ turn }) => turn !== undefined);
  if (open.length === 0) return nothing;
  return html`<div class="row">
    ${open.map(({ word, turn }) => html`<button type="button" @click=${turn}>${word}</button>`)}
  </div>`;
}
