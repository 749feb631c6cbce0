import { css } from "lit";

export const messageStyles = css`
  .row {
    display: block;
  }

  .message {
    --_avatar: 32px;
    --_turn: calc(var(--_radius) * 0.3);
    position: relative;
    display: grid;
    grid-template-columns: var(--_avatar) minmax(0, 1fr);
    column-gap: calc(var(--_space) * 2.5);
    justify-items: start;
    border-radius: var(--_radius);
    scroll-margin-block: calc(var(--_space) * 4);
  }

  .message:focus-visible {
    outline-offset: calc(var(--_space) * 0.75);
  }

  .row:not(:first-child) > .message {
    margin-block-start: calc(var(--_space) * 0.5);
  }

  .row:not(:first-child) > .message.opens {
    margin-block-start: calc(var(--_space) * 4);
  }

  .message > * {
    grid-column: 2;
  }

  .avatar {
    grid-area: 1 / 1 / span 2;
    margin-block-start: 2px;
  }

  .byline {
    display: flex;
    align-items: baseline;
    gap: calc(var(--_space) * 2);
    max-inline-size: 100%;
    margin-block-end: calc(var(--_space) * 0.75);
    padding-inline-start: 2px;
    line-height: 1.35;
  }

  .message:not(.opens) > .byline {
    position: absolute;
    pointer-events: none;
  }

  .name {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 0.875em;
    font-weight: 600;
    color: light-dark(oklch(0.42 0.09 var(--_hue)), oklch(0.85 0.07 var(--_hue)));
  }

  .time {
    flex: none;
    color: var(--_muted);
    font-size: 0.75em;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }

  /* In a group only the first message shows its time; the others show it when looked at. */
  .message:not(.opens) > .time {
    /* Ends before the widest bubble begins, and grows to the outside: 12:34 PM is wider than an avatar. */
    position: absolute;
    grid-column: auto;
    inset-inline-end: calc(100% - var(--_avatar) - var(--_space));
    inset-block-start: 0.75em;
    font-size: 0.6875em;
    opacity: 0;
    transition: opacity 120ms;
  }

  .message:not(.opens):is(:hover, :focus-visible) > .time {
    opacity: 1;
  }

  .bubble {
    max-inline-size: min(100%, 36em);
    padding: calc(var(--_space) * 1.75) calc(var(--_space) * 3);
    border-radius: var(--_radius);
    border-start-start-radius: var(--_turn);
    background: var(--_bubble);
  }

  .message:not(.closes) > .bubble {
    border-end-start-radius: var(--_turn);
  }

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
    padding-inline-start: 1.5em;
    list-style: disc;
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
    color: var(--_accent-ink);
    font-weight: 600;
  }

  .edited,
  .host {
    color: var(--_muted);
    font-size: 0.8125em;
  }

  .quote {
    display: grid;
    inline-size: 100%;
    margin-block-end: calc(var(--_space) * 1.5);
    padding: var(--_space) calc(var(--_space) * 2.5);
    border: 0;
    border-inline-start: 3px solid light-dark(oklch(0.6 0.1 var(--_hue, 0)), oklch(0.75 0.08 var(--_hue, 0)));
    border-radius: 6px;
    background: color-mix(in srgb, currentColor 6%, transparent);
    font-size: 0.875em;
    line-height: 1.4;
    text-align: start;
  }

  .quote .line {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: color-mix(in oklab, var(--_ink) 82%, transparent);
  }

  .reactions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
    margin-block-start: var(--_space);
  }

  .reactions button {
    display: flex;
    align-items: center;
    gap: 5px;
    min-block-size: 26px;
    padding: 0 8px;
    border: 1px solid var(--_line);
    border-radius: 13px;
    background: var(--_surface);
    font-size: 0.8125em;
    font-variant-numeric: tabular-nums;
  }

  .reactions button[aria-pressed="true"] {
    border-color: var(--_accent-ink);
    background: var(--_own);
    font-weight: 600;
  }

  .reactions button:enabled:hover {
    border-color: var(--_edge);
  }

  .tools {
    position: absolute;
    inset-block-start: -18px;
    inset-inline-end: calc(var(--_space) * 1);
    z-index: 1;
    display: flex;
    align-items: center;
    padding: 2px;
    border: 1px solid var(--_line);
    border-radius: 11px;
    background: var(--_surface);
    box-shadow:
      0 1px 2px rgb(0 0 0 / 0.06),
      0 4px 12px rgb(0 0 0 / 0.08);
  }

  .tools button {
    display: grid;
    place-items: center;
    min-inline-size: 30px;
    block-size: 30px;
    padding: 0;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--_muted);
    line-height: 1;
  }

  .tools button:is(:hover, :focus-visible, [aria-pressed="true"]) {
    background: var(--_bubble);
    color: var(--_ink);
  }

  .tools svg {
    inline-size: 18px;
    block-size: 18px;
  }

  .tools .question,
  .tools .word {
    padding-inline: calc(var(--_space) * 2);
    font-size: 0.8125em;
    white-space: nowrap;
  }

  .tools .word {
    font-weight: 600;
    color: var(--_ink);
  }

  .tools .question + .word {
    color: var(--_danger);
  }

  .found > .bubble {
    animation: found 1.6s ease-out;
  }

  @keyframes found {
    from,
    30% {
      box-shadow: 0 0 0 3px var(--_accent);
    }
  }

  .mine {
    grid-template-columns: minmax(0, 1fr);
    justify-items: end;
    padding-inline-start: calc(var(--_avatar) + var(--_space) * 2.5);
  }

  .mine > * {
    grid-column: 1;
  }

  .mine > .bubble {
    border-radius: var(--_radius);
    border-start-end-radius: var(--_turn);
    background: var(--_own);
  }

  .mine.opens > .bubble {
    border-start-end-radius: var(--_radius);
  }

  .mine:not(.closes) > .bubble {
    border-end-end-radius: var(--_turn);
  }

  /* Covers the time beside it whole. */
  .mine > .tools {
    inset-inline-end: 0;
  }

  .bare > .bubble {
    padding: 0 2px;
    border: 0;
    background: none;
  }

  .bare .text p {
    font-size: 2.25em;
    line-height: 1.2;
  }

  .bare .edited {
    font-size: 0.36em;
  }

  .deleted > .bubble {
    background: none;
    box-shadow: inset 0 0 0 1px var(--_line);
  }

  .deleted .text p {
    color: var(--_muted);
    font-style: italic;
  }

  .pending > .bubble {
    opacity: 0.72;
  }

  .failed > .bubble {
    background: none;
    box-shadow: inset 0 0 0 1px var(--_danger);
  }

  .fate {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 0 calc(var(--_space) * 2);
    max-inline-size: 36em;
    margin-block-start: var(--_space);
    color: var(--_muted);
    font-size: 0.75em;
    line-height: 1.5;
  }

  .said {
    display: flex;
    gap: var(--_space);
    text-wrap: pretty;
  }

  .said svg {
    margin-block-start: 0.125em;
  }

  .ways {
    display: flex;
  }

  /* Most messages are stored before anybody could read this. */
  .pending > .fate {
    animation: appear 200ms 700ms backwards;
  }

  .failed > .fate {
    color: var(--_danger);
  }

  .fate svg {
    inline-size: 1.25em;
    block-size: 1.25em;
  }

  .fate button {
    min-block-size: 24px;
    padding: 0 calc(var(--_space) * 1.5);
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--_ink);
    font-weight: 600;
    text-decoration: underline;
    text-decoration-color: var(--_line);
    text-decoration-thickness: 1px;
    text-underline-offset: 0.25em;
  }

  .fate button:hover {
    text-decoration-color: currentColor;
  }

  .ways {
    margin-inline-end: calc(var(--_space) * -1.5);
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
  }
`;
