import { css, type CSSResultGroup } from "lit";
import { base, theme } from "../theme.styles.ts";

const launcher = css`
  :host {
    display: block;
  }

  button {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: 56px;
    block-size: 56px;
    padding: 0;
    border: 1px solid transparent;
    border-radius: 34%;
    background: var(--_accent);
    color: var(--_on-accent);
    box-shadow:
      0 1px 3px rgb(0 0 0 / 0.14),
      0 8px 24px rgb(0 0 0 / 0.2);
    transition:
      translate 140ms,
      box-shadow 140ms;
  }

  button:hover {
    translate: 0 -1px;
  }

  button:active {
    translate: 0 1px;
  }

  /* On whatever page it stands, one of the two rings can be seen. */
  button:focus-visible {
    outline: 2px solid #fff;
    outline-offset: 0;
    box-shadow: 0 0 0 4px #000;
  }

  svg {
    inline-size: 30px;
    block-size: 30px;
  }

  .badge {
    position: absolute;
    inset-block-start: -6px;
    inset-inline-end: -6px;
    min-inline-size: 22px;
    padding: 0 6px;
    border-radius: 11px;
    background: #c62f24;
    color: #fff;
    font-size: 12px;
    font-weight: 700;
    line-height: 22px;
    font-variant-numeric: tabular-nums;
    animation: pop 200ms ease-out;
  }

  @keyframes pop {
    from {
      scale: 0.4;
      opacity: 0;
    }
  }
`;

export const launcherStyles: CSSResultGroup = [theme, base, launcher];
