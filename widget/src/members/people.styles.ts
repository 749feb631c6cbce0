import { css } from "lit";

/** Everybody by name. */
export const peopleStyles = css`
  /* Fills the room, or, where there is room for both, its end; the room itself makes way. */
  .list {
    position: absolute;
    inset-block: 0;
    inset-inline: 0;
    z-index: 3;
    display: flex;
    flex-direction: column;
    background: var(--_surface);
    animation: drop 140ms ease-out;
  }

  @container (min-width: 44em) {
    .list {
      inset-inline-start: auto;
      inline-size: clamp(230px, 32cqi, 300px);
      border-inline-start: 1px solid var(--_line);
    }
  }

  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    min-block-size: 48px;
    padding-block: calc(var(--_space) * 1.5);
    padding-inline: calc(var(--_space) * 4) calc(var(--_space) * 2);
    border-block-end: 1px solid var(--_line);
  }

  h3 {
    margin: 0;
    font-size: 1em;
    font-weight: 650;
  }

  .close {
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    padding: 0;
    border: 0;
    border-radius: 10px;
    background: none;
    color: var(--_muted);
  }

  ul {
    --_avatar: 28px;
    flex: 1;
    min-block-size: 0;
    margin: 0;
    padding: calc(var(--_space) * 1.5);
    list-style: none;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  .person {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    column-gap: calc(var(--_space) * 2.5);
    inline-size: 100%;
    min-block-size: 38px;
    padding: calc(var(--_space) * 1.25) calc(var(--_space) * 2);
    border: 0;
    border-radius: 10px;
    background: none;
    text-align: start;
  }

  button:is(.person, .close):is(:hover, :focus-visible) {
    background: var(--_bubble);
    color: var(--_ink);
  }

  .person .avatar {
    grid-row: span 2;
  }

  bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  bdi:last-child {
    grid-row: span 2;
  }

  small {
    color: var(--_muted);
    font-size: 0.8125em;
    line-height: 1.25;
  }

  p {
    margin: 0;
    padding: calc(var(--_space) * 4);
    color: var(--_muted);
  }

  @keyframes drop {
    from {
      opacity: 0;
    }
  }
`;
