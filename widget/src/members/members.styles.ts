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

  @container (max-width: 43.99em) {
    :host([open]) .button {
      visibility: hidden;
    }
  }

  .trouble {
    color: var(--_danger);
    font-size: 0.8125em;
    line-height: 1.25;
  }
`;

export const membersStyles: CSSResultGroup = [theme, base, ...hues, avatarStyles, members];
