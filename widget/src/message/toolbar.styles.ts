import { css } from "lit";

/** What can be done with a message. */
export const toolbarStyles = css`
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
    background: var(--_raised);
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

  /* Back to where one began to read. */
  .tools:dir(rtl) .back {
    scale: -1 1;
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

  /* Covers the time beside it whole. */
  .mine > .tools {
    inset-inline-end: -2px;
  }
`;
