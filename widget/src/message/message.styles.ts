import { css } from "lit";

/** A message and what it is made of: where each part stands, and what the bubble around it looks like. */
export const messageStyles = css`
  .row {
    display: block;
  }

  .message {
    --_avatar: 32px;
    --_turn: calc(var(--_radius) * 0.3);
    position: relative;
    display: grid;
    grid-template-columns: var(--_avatar) minmax(0, 1fr);
    column-gap: calc(var(--_space) * 2.5);
    justify-items: start;
    border-radius: var(--_radius);
    scroll-margin-block: calc(var(--_space) * 4);
  }

  /* Above its neighbours, which come nearer than the ring is wide. */
  .message:focus-visible {
    z-index: 1;
    outline-offset: calc(var(--_space) * 0.75);
  }

  .row:not(:first-child) > .message {
    margin-block-start: calc(var(--_space) * 0.5);
  }

  .row:not(:first-child) > .message.opens {
    margin-block-start: calc(var(--_space) * 4);
  }

  .message > * {
    grid-column: 2;
  }

  .avatar {
    grid-area: 1 / 1 / span 2;
    margin-block-start: 2px;
  }

  .byline {
    display: flex;
    align-items: baseline;
    gap: calc(var(--_space) * 2);
    max-inline-size: 100%;
    margin-block-end: calc(var(--_space) * 0.75);
    padding-inline-start: 2px;
    line-height: 1.35;
  }

  .message:not(.opens) > .byline {
    position: absolute;
    pointer-events: none;
  }

  .name {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 0.875em;
    font-weight: 600;
    color: light-dark(oklch(0.42 0.09 var(--_hue)), oklch(0.85 0.07 var(--_hue)));
  }

  .time {
    flex: none;
    color: var(--_muted);
    font-size: 0.75em;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }

  /* In a group only the first message shows its time; the others show it when looked at. */
  .message:not(.opens) > .time {
    /* Ends before the widest bubble begins, and grows to the outside: 12:34 PM is wider than an avatar. */
    position: absolute;
    grid-column: auto;
    inset-inline-end: calc(100% - var(--_avatar) - var(--_space));
    inset-block-start: 0.75em;
    font-size: 0.6875em;
    opacity: 0;
    transition: opacity 120ms;
  }

  .message:not(.opens):is(:hover, :focus-visible) > .time {
    opacity: 1;
  }

  .bubble {
    max-inline-size: min(100%, 36em);
    padding: calc(var(--_space) * 1.75) calc(var(--_space) * 3);
    border-radius: var(--_radius);
    border-start-start-radius: var(--_turn);
    background: var(--_bubble);
  }

  .message:not(.closes) > .bubble {
    border-end-start-radius: var(--_turn);
  }

  .found > .bubble {
    animation: found 1.6s ease-out;
  }

  @keyframes found {
    from,
    30% {
      box-shadow: 0 0 0 3px var(--_accent);
    }
  }

  .mine {
    grid-template-columns: minmax(0, 1fr);
    justify-items: end;
    padding-inline-start: calc(var(--_avatar) + var(--_space) * 2.5);
  }

  .mine > * {
    grid-column: 1;
  }

  .mine > .bubble {
    border-radius: var(--_radius);
    border-start-end-radius: var(--_turn);
    background: var(--_own);
  }

  .mine.opens > .bubble {
    border-start-end-radius: var(--_radius);
  }

  .mine:not(.closes) > .bubble {
    border-end-end-radius: var(--_turn);
  }

  .bare > .bubble {
    padding: 0 2px;
    border: 0;
    background: none;
  }

  .bare .text p {
    font-size: 2.25em;
    line-height: 1.2;
  }

  .deleted > .bubble {
    background: none;
    box-shadow: inset 0 0 0 1px var(--_line);
  }

  .deleted .text p {
    color: var(--_muted);
    font-style: italic;
  }

  .failed > .bubble {
    background: none;
    box-shadow: inset 0 0 0 1px var(--_danger);
  }
`;
