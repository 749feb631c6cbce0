import { css } from "lit";

/** Where a bubble and its button stand. */
export const cornerStyles = css`
  .dock,
  .panel {
    position: fixed;
    inset: auto;
    inset-block-end: calc(var(--_inset) + env(safe-area-inset-bottom));
    inset-inline-end: calc(var(--_inset) + env(safe-area-inset-right));
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    overflow: visible;
  }

  .panel {
    inset-block-end: calc(var(--_inset) + 56px + 12px + env(safe-area-inset-bottom));
    inline-size: var(--chat-width, 25em);
    block-size: min(var(--chat-height, 40em), 100dvb - 56px - 12px - 2 * var(--_inset));
    max-inline-size: calc(100vi - 2 * var(--_inset));
    border-radius: var(--_radius);
    box-shadow:
      0 2px 8px rgb(0 0 0 / 0.08),
      0 16px 48px rgb(0 0 0 / 0.2);
    transform-origin: 100% 100%;
  }

  .panel:focus {
    outline: none;
  }

  .panel:popover-open {
    animation: open 160ms ease-out;
  }

  @keyframes open {
    from {
      opacity: 0;
      translate: 0 12px;
    }
  }

  /* On a phone the window is the container: the open room fills what the keyboard leaves of it. */
  @media (max-width: 30em) {
    .panel {
      inset: auto;
      inset-inline: 0;
      inset-block-start: var(--_seen-top, 0);
      inline-size: auto;
      max-inline-size: none;
      block-size: var(--_seen-height, 100dvb);
      border-radius: 0;
    }

    .panel .room {
      border: 0;
      border-radius: 0;
      padding-block: env(safe-area-inset-top) env(safe-area-inset-bottom);
      /* A finger moves what scrolls in here, and not the page behind. */
      touch-action: pinch-zoom;
    }

    :host([open]) .dock {
      visibility: hidden;
    }
  }
`;
