import { css, type CSSResultGroup } from "lit";
import { avatarStyles, hues } from "../message/avatar.ts";
import { base, theme } from "../theme.styles.ts";

const composer = css`
  :host {
    display: block;
    font-size: var(--chat-font-size, 0.9375em);
  }

  form,
  .note {
    max-inline-size: var(--chat-column, 46em);
    margin: 0 auto;
    padding: 0 calc(var(--_space) * 4) calc(var(--_space) * 4);
  }

  .field {
    position: relative;
    display: flex;
    align-items: end;
    gap: var(--_space);
    padding: calc(var(--_space) * 1);
    border: 1px solid var(--_edge);
    border-radius: calc(var(--_radius) + 6px);
    background: var(--_surface);
    transition:
      border-color 120ms,
      box-shadow 120ms;
  }

  .field:focus-within {
    border-color: var(--_accent-ink);
    box-shadow: 0 0 0 1px var(--_accent-ink);
  }

  textarea {
    flex: 1;
    min-inline-size: 0;
    field-sizing: content;
    max-block-size: calc(1.4em * 6 + var(--_space) * 3);
    padding: calc(var(--_space) * 1.5) calc(var(--_space) * 2.5);
    border: 0;
    border-radius: var(--_radius);
    background: none;
    line-height: 1.4;
    resize: none;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }

  /* The field around it shows the focus. */
  textarea:focus,
  .name-input:focus {
    outline: none;
  }

  ::placeholder {
    color: var(--_muted);
    opacity: 1;
  }

  .send {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 34px;
    block-size: 34px;
    padding: 0;
    border: 1px solid transparent;
    border-radius: 50%;
    background: var(--_accent);
    color: var(--_on-accent);
    transition:
      background 120ms,
      color 120ms,
      scale 120ms;
  }

  .send svg {
    stroke-width: 2.25;
    inline-size: 18px;
    block-size: 18px;
  }

  .send[aria-disabled="true"] {
    background: var(--_bubble);
    color: var(--_muted);
  }

  @media (forced-colors: active) {
    .send[aria-disabled="true"] {
      border-color: GrayText;
      color: GrayText;
    }
  }

  .send[aria-disabled="false"]:active {
    scale: 0.94;
  }

  .name {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: var(--_space) calc(var(--_space) * 2);
    margin-block-end: calc(var(--_space) * 2);
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
    border-radius: var(--_radius);
    background: var(--_own);
    animation: unfold 180ms ease-out;
  }

  .name > span {
    font-size: 0.875em;
    font-weight: 600;
  }

  .name-input {
    flex: 1 1 10em;
    min-inline-size: 0;
    padding: var(--_space) 0;
    border: 0;
    border-block-end: 1px solid var(--_edge);
    background: none;
  }

  .name-input:focus {
    border-color: var(--_accent-ink);
    box-shadow: 0 1px 0 var(--_accent-ink);
  }

  .task {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
    margin-block-end: calc(var(--_space) * 1.5);
    padding-inline: calc(var(--_space) * 3) var(--_space);
    border-inline-start: 3px solid var(--_accent-ink);
    font-size: 0.8125em;
    line-height: 1.4;
    animation: unfold 140ms ease-out;
  }

  .task p {
    flex: 1;
    display: grid;
    min-inline-size: 0;
    margin: 0;
  }

  .task span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--_muted);
  }

  .task button {
    display: grid;
    place-items: center;
    inline-size: 32px;
    block-size: 32px;
    padding: 0;
    border: 0;
    border-radius: 10px;
    background: none;
    color: var(--_muted);
  }

  .task button:hover {
    background: var(--_bubble);
    color: var(--_ink);
  }

  .below {
    margin: var(--_space) calc(var(--_space) * 3) 0;
    color: var(--_muted);
    font-size: 0.75em;
    font-variant-numeric: tabular-nums;
    text-align: end;
  }

  .below.over {
    color: var(--_danger);
    font-weight: 600;
  }

  .note {
    padding-block: calc(var(--_space) * 2) calc(var(--_space) * 4);
    color: var(--_muted);
    font-size: 0.875em;
    text-align: center;
    text-wrap: balance;
  }

  .note svg {
    display: inline-block;
    margin-inline-end: 0.5em;
    vertical-align: -0.25em;
  }

  /* A page's own buttons stand in the middle of the last line. */
  .field > slot {
    display: flex;
    align-items: center;
    gap: var(--_space);
    min-block-size: 34px;
  }

  /* iOS zooms the page into any field whose letters are smaller. */
  @media (pointer: coarse) {
    textarea,
    .name-input {
      font-size: max(16px, 1em);
    }

    .send {
      inline-size: 38px;
      block-size: 38px;
    }
  }

  @keyframes unfold {
    from {
      opacity: 0;
      translate: 0 6px;
    }
  }
`;

export const composerStyles: CSSResultGroup = [theme, base, ...hues, avatarStyles, composer];
