import { css } from "lit";

/** The message that is answered. */
export const quoteStyles = css`
  .quote {
    display: grid;
    inline-size: 100%;
    margin-block-end: calc(var(--_space) * 1.5);
    padding: var(--_space) calc(var(--_space) * 2.5);
    border: 0;
    border-inline-start: 3px solid var(--_edge);
    border-radius: 6px;
    background: color-mix(in srgb, currentColor 6%, transparent);
    font-size: 0.875em;
    line-height: 1.4;
    text-align: start;
  }

  .quote[class*="hue"] {
    border-color: light-dark(oklch(0.6 0.1 var(--_hue)), oklch(0.75 0.08 var(--_hue)));
  }

  .quote .line {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: color-mix(in oklab, var(--_ink) 82%, transparent);
  }

  .sought {
    animation: breathe 0.8s ease-in-out infinite alternate;
  }
`;
