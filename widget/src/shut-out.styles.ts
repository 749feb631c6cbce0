import { css } from "lit";

/** What stands in the place of a conversation. */
export const shutOutStyles = css`
  .shut-out {
    display: grid;
    justify-items: center;
    gap: calc(var(--_space) * 2);
    margin: auto;
    padding: calc(var(--_space) * 6);
    max-inline-size: 26em;
    text-align: center;
    text-wrap: balance;
  }

  .shut-out p {
    margin: 0;
    font-weight: 600;
  }

  .shut-out :is(q, span:not(.seal)) {
    color: var(--_muted);
    overflow-wrap: anywhere;
  }

  .come-back {
    min-block-size: 36px;
    margin-block-start: calc(var(--_space) * 2);
    padding: 0 calc(var(--_space) * 4);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    background: none;
    font-weight: 600;
  }

  .seal {
    display: grid;
    place-items: center;
    inline-size: 48px;
    block-size: 48px;
    margin-block-end: var(--_space);
    border-radius: 34%;
    background: var(--_bubble);
    color: var(--_muted);
  }

  .shut-out .why {
    padding: calc(var(--_space) * 2) calc(var(--_space) * 3);
    border-radius: 8px;
    background: var(--_bubble);
    color: var(--_ink);
    font-size: 0.8125em;
    font-weight: 400;
    overflow-wrap: anywhere;
  }
`;
