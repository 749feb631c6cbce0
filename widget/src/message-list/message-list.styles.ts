import { css, type CSSResultGroup } from "lit";
import { avatarStyles, hues } from "../message/avatar.ts";
import { fateStyles } from "../message/fate.styles.ts";
import { messageStyles } from "../message/message.styles.ts";
import { quoteStyles } from "../message/quote.styles.ts";
import { reactionsStyles } from "../message/reactions.styles.ts";
import { textStyles } from "../message/text.styles.ts";
import { base, theme } from "../theme.styles.ts";
import { nothingYetStyles, quietRoomStyles } from "./nothing-yet.styles.ts";

const list = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    font-size: var(--chat-font-size, 0.9375em);
  }

  .scroller {
    position: relative;
    display: flex;
    flex-direction: column;
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: color-mix(in srgb, var(--_muted) 45%, transparent) transparent;
  }

  .column {
    inline-size: 100%;
    max-inline-size: var(--chat-column, 46em);
    /* Few messages stand at the bottom, near the composer. */
    margin-block-start: auto;
    margin-inline: auto;
    padding: calc(var(--_space) * 4);
  }

  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .older {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: calc(var(--_space) * 2);
    min-block-size: 1.5em;
    margin: 0 0 calc(var(--_space) * 2);
    color: var(--_muted);
    font-size: 0.8125em;
    text-align: center;
  }

  .day {
    display: flex;
    justify-content: center;
    margin-block: calc(var(--_space) * 5) calc(var(--_space) * 3);
    color: var(--_muted);
    font-size: 0.75em;
    font-weight: 500;
    letter-spacing: 0.01em;
  }

  .done {
    margin-block: calc(var(--_space) * 2);
    text-align: center;
    text-wrap: balance;
  }

  .day:first-child {
    margin-block-start: 0;
  }

  .day + .row > .message.opens,
  .new + .row > .message.opens {
    margin-block-start: 0;
  }

  .new {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
    margin-block: calc(var(--_space) * 3);
    color: var(--_accent-ink);
    font-size: 0.75em;
    font-weight: 600;
  }

  .new::before,
  .new::after {
    content: "";
    flex: 1;
    border-block-start: 1px solid;
    opacity: 0.35;
  }

  .gap {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: calc(var(--_space) * 2);
    margin-block: calc(var(--_space) * 4);
    padding: calc(var(--_space) * 2);
    border-block: 1px dashed var(--_edge);
    color: var(--_muted);
    font-size: 0.8125em;
  }

  .quiet {
    min-block-size: 24px;
    padding: 0 calc(var(--_space) * 1.5);
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--_accent-ink);
    font-weight: 600;
  }

  .quiet:hover {
    text-decoration: underline;
    text-underline-offset: 0.25em;
  }

  .latest {
    position: absolute;
    inset-block-end: calc(var(--_space) * 3);
    inset-inline-end: calc(var(--_space) * 4);
    display: inline-flex;
    align-items: center;
    gap: calc(var(--_space) * 1.5);
    block-size: 34px;
    min-inline-size: 34px;
    padding: 0 8px;
    border: 1px solid var(--_line);
    border-radius: 17px;
    background: var(--_raised);
    box-shadow:
      0 1px 2px rgb(0 0 0 / 0.08),
      0 4px 12px rgb(0 0 0 / 0.08);
    font-size: 0.8125em;
    font-weight: 600;
    animation: rise 160ms ease-out;
  }

  .latest svg {
    inline-size: 16px;
    block-size: 16px;
  }

  .latest.counted {
    inset-inline: 0;
    inline-size: fit-content;
    margin-inline: auto;
    padding-inline: 14px 12px;
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }

  .spinner {
    inline-size: 14px;
    block-size: 14px;
    border: 2px solid var(--_line);
    border-block-start-color: var(--_muted);
    border-radius: 50%;
    animation: turn 800ms linear infinite;
  }

  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }

  @keyframes rise {
    from {
      opacity: 0;
      translate: 0 6px;
    }
  }
`;

export const messageListStyles: CSSResultGroup = [
  theme,
  base,
  list,
  nothingYetStyles,
  quietRoomStyles,
  ...hues,
  avatarStyles,
  messageStyles,
  textStyles,
  quoteStyles,
  reactionsStyles,
  fateStyles,
];
