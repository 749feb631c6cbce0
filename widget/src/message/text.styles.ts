import { css } from "lit";

/** What stands in a bubble. */
export const textStyles = css`
  .text {
    line-height: 1.45;
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }

  .text > * {
    margin: 0;
  }

  .text > * + * {
    margin-block-start: calc(var(--_space) * 1.5);
  }

  .text p,
  .text blockquote,
  .text li {
    white-space: pre-wrap;
  }

  .text a {
    color: var(--_accent-ink);
    text-decoration-thickness: from-font;
    text-underline-offset: 0.15em;
    border-radius: 2px;
  }

  .text :is(ul, ol) {
    padding: 0;
    list-style: disc;
  }

  /* Room for the mark on the side where the item, and not the list, begins. */
  .text li {
    margin-inline-start: 1.5em;
  }

  .text ol {
    list-style: decimal;
  }

  .text blockquote {
    padding-inline-start: calc(var(--_space) * 2.5);
    border-inline-start: 3px solid color-mix(in srgb, currentColor 25%, transparent);
    color: color-mix(in oklab, currentColor 78%, transparent);
  }

  .text code {
    font-family: var(--chat-code-font, ui-monospace, "Cascadia Code", Menlo, Consolas, monospace);
    font-size: 0.9em;
  }

  .text :not(pre) > code {
    padding: 0.1em 0.35em;
    border-radius: 5px;
    box-decoration-break: clone;
    -webkit-box-decoration-break: clone;
    background: color-mix(in srgb, currentColor 9%, transparent);
  }

  .text pre {
    padding: calc(var(--_space) * 2) calc(var(--_space) * 2.5);
    border-radius: calc(var(--_radius) * 0.6);
    background: color-mix(in srgb, currentColor 7%, transparent);
    line-height: 1.4;
    overflow-x: auto;
    overflow-wrap: normal;
  }

  .mention {
    padding-inline: 0.15em;
    border-radius: 4px;
    background: color-mix(in oklab, var(--_accent) 10%, transparent);
    color: var(--_ink);
    font-weight: 600;
  }

  /* Behind the last word, where that word runs the way the room does; else below it. */
  .text:dir(ltr) > p:first-child:dir(ltr):has(+ .edited),
  .text:dir(rtl) > p:first-child:dir(rtl):has(+ .edited) {
    display: inline;
  }

  .edited,
  .host {
    color: var(--_muted);
    font-size: 0.8125em;
  }

  .mention.own {
    background: var(--_accent);
    color: var(--_on-accent);
    outline: 1px solid transparent;
  }
`;
