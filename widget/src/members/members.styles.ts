import { css, type CSSResultGroup } from "lit";
import { avatarStyles, hues } from "../message/avatar.ts";
import { base, theme } from "../theme.styles.ts";

const members = css`
  :host {
    display: block;
    flex: none;
    font-size: var(--chat-font-size, 0.9375em);
  }

  .button {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 1.5);
    min-block-size: 32px;
    padding: 0 calc(var(--_space) * 2);
    border: 0;
    border-radius: 10px;
    background: none;
    color: var(--_muted);
    font-size: 0.8125em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    anchor-name: --people;
  }

  .button:hover,
  .button[aria-expanded="true"] {
    background: var(--_bubble);
    color: var(--_ink);
  }

  .faces {
    display: flex;
  }

  .face {
    --_avatar: 24px;
    border-radius: 36%;
    box-shadow: 0 0 0 2px var(--_surface);
  }

  .face + .face {
    margin-inline-start: -5px;
  }

  .list {
    inline-size: max-content;
    min-inline-size: 12em;
    max-inline-size: min(20em, 90vi);
    max-block-size: min(22em, 60vb);
    padding: calc(var(--_space) * 1.5);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_surface);
    color: var(--_ink);
    box-shadow:
      0 2px 6px rgb(0 0 0 / 0.06),
      0 12px 32px rgb(0 0 0 / 0.14);
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  /* Elsewhere it opens in the middle of the window, as popovers do. */
  @supports (position-area: block-end) {
    .list {
      position: fixed;
      position-anchor: --people;
      position-area: block-end span-inline-start;
      position-try-fallbacks: flip-block;
      inset: auto;
      margin: var(--_space) 0;
    }
  }

  .list:popover-open {
    animation: drop 140ms ease-out;
  }

  ul {
    --_avatar: 28px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  li {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2.5);
    padding: calc(var(--_space) * 1.25) calc(var(--_space) * 1.5);
  }

  bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  p {
    margin: 0;
    padding: calc(var(--_space) * 2);
    color: var(--_muted);
  }

  @keyframes drop {
    from {
      opacity: 0;
      translate: 0 -4px;
    }
  }
`;

export const membersStyles: CSSResultGroup = [theme, base, ...hues, avatarStyles, members];
