import { css, type CSSResultGroup } from "lit";
import { base, theme } from "../theme.styles.ts";

const pins = css`
  :host {
    display: block;
    flex: none;
    font-size: var(--chat-font-size, 0.9375em);
  }

  .bar {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
    padding-block: var(--_space);
    padding-inline: calc(var(--_space) * 4) calc(var(--_space) * 2);
    border-block-end-color: var(--_line);
    color: var(--_muted);
    font-size: 0.875em;
  }

  .jump {
    display: flex;
    align-items: baseline;
    gap: calc(var(--_space) * 2);
    flex: 1;
    min-inline-size: 0;
    min-block-size: 32px;
    padding: 0 var(--_space);
    border: 0;
    border-radius: 8px;
    background: none;
    line-height: 32px;
    text-align: start;
    overflow: hidden;
  }

  .name,
  .line {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .name {
    flex: none;
    max-inline-size: 40%;
    color: var(--_ink);
    font-weight: 600;
  }

  .line {
    flex: 1;
  }

  .trouble {
    color: var(--_danger);
  }

  .tool {
    display: grid;
    place-items: center;
    flex: none;
    min-inline-size: 32px;
    min-block-size: 32px;
    padding: 0 var(--_space);
    border: 0;
    border-radius: 8px;
    background: none;
    font-variant-numeric: tabular-nums;
  }

  button:hover {
    background: var(--_bubble);
    color: var(--_ink);
  }
`;

export const pinsStyles: CSSResultGroup = [theme, base, pins];
