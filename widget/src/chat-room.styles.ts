import { css, type CSSResultGroup } from "lit";
import { quietRoomStyles } from "./message-list/message-list.styles.ts";
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

  .room {
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
    gap: calc(var(--_space) * 3);
    min-block-size: 48px;
    padding-block: calc(var(--_space) * 1.5);
    padding-inline: calc(var(--_space) * 4) calc(var(--_space) * 2);
    border-block-end: 1px solid var(--_line);
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

  chat-messages {
    flex: 1;
  }

  .typing {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 1.5);
    inline-size: 100%;
    max-inline-size: var(--chat-column, 46em);
    min-block-size: 1.6em;
    margin: 0 auto;
    padding-inline: calc(var(--_space) * 7);
    overflow: hidden;
    color: var(--_muted);
    font-size: 0.75em;
    white-space: nowrap;
  }

  .typing span:last-child {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .dots {
    display: inline-flex;
    gap: 3px;
  }

  .dots i {
    inline-size: 5px;
    block-size: 5px;
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

  .shut-out q {
    color: var(--_muted);
    overflow-wrap: anywhere;
  }

  .seal {
    display: grid;
    place-items: center;
    inline-size: 48px;
    block-size: 48px;
    margin-block-end: var(--_space);
    border-radius: 34%;
    background: var(--_bubble);
    color: var(--_muted);
  }

  .unavailable {
    align-items: center;
    justify-content: center;
    gap: calc(var(--_space) * 2);
    padding: calc(var(--_space) * 6);
    color: var(--_muted);
    text-align: center;
  }

  .unavailable p {
    margin: 0;
    max-inline-size: 32em;
  }

  .why {
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
    border-radius: 8px;
    background: var(--_bubble);
    color: var(--_ink);
    font-size: 0.8125em;
    overflow-wrap: anywhere;
  }
`;

export const chatRoomStyles: CSSResultGroup = [theme, base, room, quietRoomStyles];
