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

  .trouble {
    margin: 0;
    padding: calc(var(--_space) * 1.5) calc(var(--_space) * 4);
    color: var(--_danger);
    font-size: 0.875em;
  }
`;

export const chatRoomStyles: CSSResultGroup = [theme, base, room, quietRoomStyles];
