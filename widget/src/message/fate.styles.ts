import { css } from "lit";

/** What became of a message that is not stored. */
export const fateStyles = css`
  .fate {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 0 calc(var(--_space) * 2);
    max-inline-size: 36em;
    margin-block-start: var(--_space);
    color: var(--_muted);
    font-size: 0.75em;
    line-height: 1.5;
  }

  .said {
    display: flex;
    gap: var(--_space);
    text-wrap: pretty;
  }

  .said svg {
    margin-block-start: 0.125em;
  }

  .ways {
    display: flex;
  }

  /* Most messages are stored before anybody could read this: until then nothing is said, nor moved. */
  .pending > .fate {
    animation: tell 200ms 700ms backwards;
  }

  .pending > .bubble {
    animation: wait 200ms 700ms forwards;
  }

  @keyframes tell {
    from {
      display: none;
      opacity: 0;
    }
  }

  @keyframes wait {
    to {
      opacity: 0.72;
    }
  }

  .failed > .fate {
    color: var(--_danger);
  }

  .fate svg {
    inline-size: 1.25em;
    block-size: 1.25em;
  }

  .fate button {
    min-block-size: 24px;
    padding: 0 calc(var(--_space) * 1.5);
    border: 0;
    border-radius: 6px;
    background: none;
    color: var(--_ink);
    font-weight: 600;
    text-decoration: underline;
    text-decoration-color: var(--_line);
    text-decoration-thickness: 1px;
    text-underline-offset: 0.25em;
  }

  .fate button:hover {
    text-decoration-color: currentColor;
  }

  .ways {
    margin-inline-end: calc(var(--_space) * -1.5);
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
  }
`;
