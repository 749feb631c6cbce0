import { css } from "lit";

/** A list without messages: quiet, or on its way. */
export const nothingYetStyles = css`
  .empty,
  .skeleton {
    margin: auto;
    padding: calc(var(--_space) * 8);
    color: var(--_muted);
    text-align: center;
  }

  .empty {
    display: grid;
    justify-items: center;
    gap: var(--_space);
  }

  .skeleton {
    display: grid;
    gap: calc(var(--_space) * 4);
    inline-size: 100%;
    max-inline-size: var(--chat-column, 46em);
    margin: auto auto 0;
    padding: calc(var(--_space) * 4);
    /* Hardly seen by whoever is in within a moment, and yet never nothing. */
    animation: appear 600ms ease-in;
  }

  .bone {
    display: flex;
    gap: calc(var(--_space) * 2.5);
  }

  .bone span,
  .bone i {
    border: 1px solid transparent;
    border-radius: 34%;
    background: var(--_line);
    animation: breathe 1.6s ease-in-out infinite alternate;
  }

  .bone span {
    inline-size: 32px;
    block-size: 32px;
  }

  .bone i {
    block-size: 38px;
    border-radius: var(--_radius);
  }

  .bone:nth-child(3n + 1) i {
    inline-size: 48%;
  }

  .bone:nth-child(3n + 2) i {
    inline-size: 26%;
  }

  .bone:nth-child(3n) i {
    inline-size: 70%;
  }

  @keyframes breathe {
    from {
      opacity: 1;
    }
    to {
      opacity: 0.45;
    }
  }
`;

/** Also for a room's own element, which lends these words to the list, and has more to say under such a sign. */
export const quietRoomStyles = css`
  .seal {
    display: grid;
    place-items: center;
    inline-size: 48px;
    block-size: 48px;
    margin: 0 auto calc(var(--_space) * 2);
    border-radius: 34%;
    background: var(--_bubble);
    color: var(--_muted);
  }

  .empty-title {
    color: var(--_ink);
    font-size: 1.125em;
    font-weight: 600;
    letter-spacing: -0.01em;
  }

  .empty-title,
  .empty-hint {
    display: block;
  }
`;
