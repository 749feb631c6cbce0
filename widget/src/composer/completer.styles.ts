import { css } from "lit";

/** The list of names or emoji above the field. */
export const completerStyles = css`
  /* Opens upwards: below is the keyboard of a phone, or the end of the room. */
  .choices {
    --_avatar: 24px;
    position: absolute;
    inset-block-end: calc(100% + var(--_space));
    inset-inline-start: -1px;
    z-index: 2;
    inline-size: min(100% + 2px, 20em);
    margin: 0;
    padding: var(--_space);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) - 2px);
    background: var(--_raised);
    box-shadow:
      0 2px 6px rgb(0 0 0 / 0.06),
      0 12px 32px rgb(0 0 0 / 0.14);
    list-style: none;
    overflow: hidden;
    animation: unfold 120ms ease-out;
  }

  .choices li {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
    min-block-size: 32px;
    padding: 2px calc(var(--_space) * 2);
    border-radius: calc(var(--_radius) - 6px);
    cursor: pointer;
  }

  .choices li:hover,
  .choices [aria-selected="true"] {
    background: var(--_own);
  }

  /* Seen only where a system has colours of its own. */
  .choices [aria-selected="true"] {
    outline: 2px solid transparent;
    outline-offset: -2px;
  }

  .choices bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .emoji {
    inline-size: 24px;
    text-align: center;
  }
`;
