import { css, type CSSResultGroup } from "lit";
import { quietRoomStyles } from "./message-list/nothing-yet.styles.ts";
import { base, theme } from "./theme.styles.ts";

const room = css`
  :host {
    color-scheme: light dark;
    display: block;
    block-size: var(--chat-height, 32em);
    min-block-size: 15em;
    text-align: start;
    line-height: 1.45;
    letter-spacing: normal;
    word-spacing: normal;
    text-transform: none;
    text-indent: 0;
    font-style: normal;
    font-weight: 400;
    -webkit-text-size-adjust: 100%;
  }

  :host([page-scheme]) {
    color-scheme: inherit;
  }

  :host([theme="light"]) {
    color-scheme: light;
  }

  :host([theme="dark"]) {
    color-scheme: dark;
  }

  :host([layout="bubble"]) {
    display: contents;
  }

  .dock,
  .panel {
    position: fixed;
    inset: auto;
    inset-block-end: calc(var(--_inset) + env(safe-area-inset-bottom));
    inset-inline-end: calc(var(--_inset) + env(safe-area-inset-right));
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    overflow: visible;
  }

  .panel {
    inset-block-end: calc(var(--_inset) + 56px + 12px + env(safe-area-inset-bottom));
    inline-size: var(--chat-width, 25em);
    block-size: min(var(--chat-height, 40em), 100dvb - 56px - 12px - 2 * var(--_inset));
    max-inline-size: calc(100vi - 2 * var(--_inset));
    border-radius: var(--_radius);
    box-shadow:
      0 2px 8px rgb(0 0 0 / 0.08),
      0 16px 48px rgb(0 0 0 / 0.2);
    transform-origin: 100% 100%;
  }

  .panel:focus {
    outline: none;
  }

  .panel:popover-open {
    animation: open 160ms ease-out;
  }

  @keyframes open {
    from {
      opacity: 0;
      translate: 0 12px;
    }
  }

  /* On a phone the window is the container: the open room fills what the keyboard leaves of it. */
  @media (max-width: 30em) {
    .panel {
      inset: auto;
      inset-inline: 0;
      inset-block-start: var(--_seen-top, 0);
      inline-size: auto;
      max-inline-size: none;
      block-size: var(--_seen-height, 100dvb);
      border-radius: 0;
    }

    .panel .room {
      border: 0;
      border-radius: 0;
      padding-block: env(safe-area-inset-top) env(safe-area-inset-bottom);
      /* A finger moves what scrolls in here, and not the page behind. */
      touch-action: pinch-zoom;
    }

    :host([open]) .dock {
      visibility: hidden;
    }
  }

  .room {
    position: relative;
    container-type: inline-size;
    display: flex;
    flex-direction: column;
    block-size: 100%;
    border: var(--chat-border, 1px solid var(--_line));
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: clip;
  }

  .header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: calc(var(--_space) * 1);
    min-block-size: 48px;
    padding-block: calc(var(--_space) * 1.5);
    padding-inline: calc(var(--_space) * 4) calc(var(--_space) * 2);
    border-block-end: 1px solid var(--_line);
  }

  /* The list of people stands beside the conversation where both fit, and else in its place. */
  @container (min-width: 44em) {
    .room:has(chat-members[open])
      :is(.header, chat-banner, chat-pins, chat-messages, .typing, chat-composer) {
      margin-inline-end: clamp(230px, 32cqi, 300px);
    }
  }

  @container (max-width: 43.99em) {
    .room:has(chat-members[open]) > :not(slot, chat-moderation),
    .header:has(chat-members[open]) > :not(chat-members) {
      visibility: hidden;
    }
  }

  .title {
    min-inline-size: 0;
    margin: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 1em;
    font-weight: 650;
    letter-spacing: -0.01em;
  }

  chat-members {
    margin-inline-start: auto;
  }

  .close {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 36px;
    block-size: 36px;
    padding: 0;
    border: 0;
    border-radius: 10px;
    background: none;
    color: var(--_muted);
  }

  .close:hover {
    background: var(--_bubble);
    color: var(--_ink);
  }

  chat-messages {
    flex: 1;
  }

  .typing {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 1.5);
    inline-size: 100%;
    max-inline-size: var(--chat-column, 46em);
    min-block-size: 1.28em;
    margin: 0 auto;
    /* Where the text in the composer begins. */
    padding-inline: calc(var(--_space) * 7.5 + 1px);
    overflow: hidden;
    color: var(--_muted);
    font-size: var(--chat-font-size, 0.9375em);
    white-space: nowrap;
  }

  .typing span:last-child {
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 0.8em;
  }

  .dots {
    display: inline-flex;
    gap: 3px;
  }

  /* With borders, which are seen in every system's colours. */
  .dots i {
    inline-size: 5px;
    block-size: 5px;
    border: 2px solid;
    border-radius: 50%;
    background: currentColor;
    animation: hop 1.2s ease-in-out infinite;
  }

  .dots i:nth-child(2) {
    animation-delay: 150ms;
  }

  .dots i:nth-child(3) {
    animation-delay: 300ms;
  }

  @keyframes hop {
    0%,
    60%,
    100% {
      opacity: 0.4;
      translate: 0;
    }
    30% {
      opacity: 1;
      translate: 0 -2px;
    }
  }

  .shut-out {
    display: grid;
    justify-items: center;
    gap: calc(var(--_space) * 2);
    margin: auto;
    padding: calc(var(--_space) * 6);
    max-inline-size: 26em;
    text-align: center;
    text-wrap: balance;
  }

  .shut-out p {
    margin: 0;
    font-weight: 600;
  }

  .shut-out :is(q, span:not(.seal)) {
    color: var(--_muted);
    overflow-wrap: anywhere;
  }

  .come-back {
    min-block-size: 36px;
    margin-block-start: calc(var(--_space) * 2);
    padding: 0 calc(var(--_space) * 4);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    background: none;
    font-weight: 600;
  }

  .trouble {
    margin: 0;
    padding: calc(var(--_space) * 1.5) calc(var(--_space) * 4);
    color: var(--_danger);
    font-size: 0.875em;
  }

  .shut-out .why {
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
    border-radius: 8px;
    background: var(--_bubble);
    color: var(--_ink);
    font-size: 0.8125em;
    font-weight: 400;
    overflow-wrap: anywhere;
  }
`;

export const chatRoomStyles: CSSResultGroup = [theme, base, room, quietRoomStyles];
