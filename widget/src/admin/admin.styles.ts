import { css, type CSSResultGroup } from "lit";
import { base, theme } from "../theme.styles.ts";

const admin = css`
  :host {
    display: block;
    line-height: 1.5;
    background: var(--_surface);
  }

  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }

  h1 {
    font-size: 1.375em;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }

  h1:focus {
    outline: none;
  }

  h2 {
    font-size: 1.0625em;
  }

  ul,
  ol {
    list-style: none;
  }

  a {
    color: var(--_accent-ink);
    text-underline-offset: 0.15em;
    overflow-wrap: anywhere;
  }

  .page,
  section,
  form.stack,
  dialog[open] {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: calc(var(--_space) * 4);
  }

  .page {
    gap: calc(var(--_space) * 6);
  }

  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(var(--_space) * 8);
  }

  @media (min-width: 62em) {
    .columns {
      grid-template-columns: minmax(0, 1.7fr) minmax(17em, 1fr);
      align-items: start;
    }
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(var(--_space) * 2) calc(var(--_space) * 3);
  }

  .row > .grows {
    flex: 1 1 12em;
    min-inline-size: 0;
  }

  .list > li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(var(--_space) * 1) calc(var(--_space) * 3);
    padding-block: calc(var(--_space) * 2.5);
    border-block-end: 1px solid var(--_line);
  }

  .list > li:last-child {
    border-block-end: 0;
  }

  .list .what {
    flex: 1 1 14em;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  .text {
    white-space: pre-wrap;
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: calc(var(--_space) * 2);
  }

  .head {
    display: grid;
    gap: calc(var(--_space) * 2);
  }

  form.row {
    align-items: end;
  }

  .quiet time {
    font-size: inherit;
  }

  .list > li:first-child {
    padding-block-start: 0;
  }

  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(17em, 100%), 1fr));
    gap: calc(var(--_space) * 4);
  }

  .card {
    padding: calc(var(--_space) * 5);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }

  @media (max-width: 30em) {
    .card {
      padding: calc(var(--_space) * 4);
    }
  }

  .quiet,
  time,
  small {
    color: var(--_muted);
    font-size: 0.875em;
  }

  .number {
    font-variant-numeric: tabular-nums;
  }

  .tag {
    padding: 0 calc(var(--_space) * 2);
    border: 1px solid var(--_edge);
    border-radius: 99px;
    font-size: 0.8125em;
    white-space: nowrap;
  }

  .live {
    border-color: transparent;
    background: var(--_own);
  }

  .trouble {
    padding: calc(var(--_space) * 2.5) calc(var(--_space) * 3.5);
    border: 1px solid var(--_danger);
    border-radius: 10px;
    color: var(--_danger);
    overflow-wrap: anywhere;
  }

  .said:empty {
    display: none;
  }

  .said {
    padding: calc(var(--_space) * 2.5) calc(var(--_space) * 3.5);
    border: 1px solid transparent;
    border-radius: 10px;
    background: var(--_own);
    overflow-wrap: anywhere;
  }

  label {
    display: grid;
    gap: var(--_space);
    font-weight: 600;
  }

  .check {
    display: flex;
    align-items: center;
    gap: calc(var(--_space) * 2);
    min-block-size: 36px;
  }

  input,
  select {
    min-inline-size: 0;
    inline-size: 100%;
    min-block-size: 38px;
    padding: 0 calc(var(--_space) * 2.5);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    background: var(--_surface);
    color: inherit;
    font: inherit;
    font-weight: 400;
  }

  @media (pointer: coarse) {
    input,
    select {
      font-size: max(1em, 16px);
    }
  }

  input[type="checkbox"] {
    inline-size: 20px;
    min-block-size: 20px;
    block-size: 20px;
    accent-color: var(--_accent);
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-block-size: 36px;
    padding: 0 calc(var(--_space) * 3.5);
    border: 1px solid var(--_edge);
    border-radius: 10px;
    background: none;
    color: inherit;
    font-weight: 600;
    text-decoration: none;
  }

  button:hover,
  .button:hover {
    background: var(--_bubble);
  }

  button:disabled {
    color: var(--_muted);
    border-color: var(--_line);
    background: none;
  }

  button.main {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }

  button.danger {
    border-color: var(--_danger);
    color: var(--_danger);
  }

  button.danger:disabled {
    border-color: var(--_line);
    color: var(--_muted);
  }

  button.small {
    min-block-size: 30px;
    padding: 0 calc(var(--_space) * 2.5);
    font-size: 0.875em;
  }

  @media (pointer: coarse) {
    button.small {
      min-block-size: 40px;
    }
  }

  dialog {
    inline-size: min(26em, 100vi - 24px);
    max-block-size: calc(100dvb - 24px);
    padding: calc(var(--_space) * 5);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_ink);
    overflow-y: auto;
    box-shadow: 0 16px 48px rgb(0 0 0 / 0.24);
  }

  dialog::backdrop {
    background: rgb(0 0 0 / 0.35);
  }

  dialog h2,
  dialog p {
    overflow-wrap: anywhere;
  }

  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: calc(var(--_space) * 1) calc(var(--_space) * 4);
  }

  dt {
    color: var(--_muted);
  }

  dd {
    overflow-wrap: anywhere;
  }
`;

export const adminStyles: CSSResultGroup = [theme, base, admin];
