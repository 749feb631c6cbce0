import { css } from "lit";

/** How people felt about a message. */
export const reactionsStyles = css`
  .reactions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
    margin-block-start: var(--_space);
  }

  .reactions button {
    display: flex;
    align-items: center;
    gap: 5px;
    min-block-size: 26px;
    padding: 0 8px;
    border: 1px solid var(--_line);
    border-radius: 13px;
    background: var(--_raised);
    font-size: 0.8125em;
    font-variant-numeric: tabular-nums;
  }

  .reactions button[aria-pressed="true"] {
    border-color: var(--_accent-ink);
    background: var(--_own);
    font-weight: 600;
  }

  .reactions button:enabled:hover {
    border-color: var(--_edge);
  }

  @media (forced-colors: active) {
    .reactions button[aria-pressed="true"] {
      border-color: Highlight;
    }
  }
`;
