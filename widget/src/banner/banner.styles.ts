import { css, type CSSResultGroup } from "lit";
import { base, theme } from "../theme.styles.ts";

const banner = css`
  :host {
    display: block;
    font-size: var(--chat-font-size, 0.9375em);
  }

  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: var(--_space) calc(var(--_space) * 2);
    padding: calc(var(--_space) * 1.75) calc(var(--_space) * 4);
    background: var(--_bubble);
    color: var(--_muted);
    font-size: 0.8125em;
    line-height: 1.4;
    animation: unfold 200ms ease-out;
  }

  /* A line that is back within a moment was never gone, for who reads. */
  .passing {
    animation-delay: 600ms;
    animation-fill-mode: backwards;
  }

  .waits {
    background: color-mix(in oklab, var(--_warning) 12%, var(--_surface));
    color: var(--_ink);
  }

  .over {
    background: color-mix(in oklab, var(--_danger) 9%, var(--_surface));
    color: var(--_ink);
  }

  .notice :is(svg, .spinner) {
    display: inline-block;
    margin-inline-end: 0.5em;
    vertical-align: -0.2em;
  }

  .waits :is(svg, .spinner) {
    color: var(--_warning);
  }

  .over svg {
    color: var(--_danger);
  }

  p {
    margin: 0;
    text-align: center;
    text-wrap: balance;
    font-variant-numeric: tabular-nums;
  }

  button {
    flex: none;
    min-block-size: 24px;
    padding: 0 calc(var(--_space) * 2);
    border: 1px solid color-mix(in oklab, currentColor 30%, transparent);
    border-radius: 8px;
    background: none;
    font-weight: 600;
  }

  .spinner {
    inline-size: 14px;
    block-size: 14px;
    border: 2px solid color-mix(in srgb, currentColor 30%, transparent);
    border-block-start-color: currentColor;
    border-radius: 50%;
    animation: turn 900ms linear infinite;
  }

  .why {
    margin: calc(var(--_space) * 2) calc(var(--_space) * 4);
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
    border: 1px solid var(--_line);
    border-radius: 8px;
    color: var(--_ink);
    font-size: 0.8125em;
    text-align: start;
    overflow-wrap: anywhere;
  }

  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }

  @keyframes unfold {
    from {
      opacity: 0;
    }
  }
`;

export const bannerStyles: CSSResultGroup = [theme, base, banner];
