import { css, type CSSResultGroup } from "lit";
import { avatarStyles, hues } from "../message/avatar.ts";
import { base, theme } from "../theme.styles.ts";

const moderation = css`
  :host {
    color-scheme: inherit;
  }

  dialog {
    inline-size: min(24em, 100vi - 24px);
    max-block-size: calc(100dvb - 24px);
    padding: calc(var(--_space) * 5);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_raised);
    color: var(--_ink);
    font-size: var(--chat-font-size, 0.9375em);
    text-align: start;
    overflow-y: auto;
    overscroll-behavior: contain;
    box-shadow: 0 16px 48px rgb(0 0 0 / 0.24);
    animation: come 140ms ease-out;
  }

  dialog::backdrop {
    background: rgb(0 0 0 / 0.35);
  }

  dialog[open],
  ul,
  label,
  .ways {
    display: grid;
    gap: calc(var(--_space) * 3);
  }

  ul {
    margin: 0;
    padding: 0;
  }

  label {
    gap: var(--_space);
    font-weight: 600;
  }

  .check,
  .head,
  li {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
  }

  li {
    flex-wrap: wrap;
  }

  .ways {
    gap: calc(var(--_space) * 2);
    margin-block-start: var(--_space);
  }

  h2,
  h3,
  p {
    margin: 0;
    font-size: 1em;
  }

  h2,
  li p {
    flex: 1;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  li small,
  li q {
    display: block;
    color: var(--_muted);
    font-size: 0.875em;
  }

  input:not([type]),
  select {
    inline-size: 100%;
    min-block-size: 38px;
    padding: 0 calc(var(--_space) * 2.5);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    background: var(--_surface);
    color: inherit;
    font: inherit;
    font-size: max(1em, var(--_field-min, 0px));
    font-weight: 400;
  }

  @media (pointer: coarse) {
    :host {
      --_field-min: 16px;
    }
  }

  input[type="checkbox"] {
    inline-size: 20px;
    block-size: 20px;
    accent-color: var(--_accent);
  }

  button {
    min-block-size: 36px;
    padding: 0 calc(var(--_space) * 3.5);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    background: none;
    font-weight: 600;
  }

  button:hover {
    background: var(--_bubble);
  }

  .main {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }

  .main:hover {
    background: var(--_accent);
    filter: brightness(1.08);
  }

  .ban,
  .trouble {
    color: var(--_danger);
  }

  .close {
    display: grid;
    place-items: center;
    inline-size: 36px;
    padding: 0;
    border: 0;
    color: var(--_muted);
  }

  h3 {
    margin-block-start: calc(var(--_space) * 2);
    padding-block-start: calc(var(--_space) * 4);
    border-block-start: 1px solid var(--_line);
  }

  @keyframes come {
    from {
      opacity: 0;
      translate: 0 8px;
    }
  }
`;

export const moderationStyles: CSSResultGroup = [theme, base, ...hues, avatarStyles, moderation];
