import { css } from "lit";

/**
 * Every value a page can set, in one place. What a page sets are the `--chat-*` properties; the `--_*` ones are
 * what the parts read: the page's value, or one derived from the accent. All lightnesses are fixed and only
 * hue and a little of the chroma come from the accent, so that text stays readable (4.5:1) whatever it is.
 *
 * | property | meaning |
 * |---|---|
 * | `--chat-accent` | the one colour: buttons, links, focus, and the tint of everything else |
 * | `--chat-surface` | what the room is painted on |
 * | `--chat-ink` | text |
 * | `--chat-muted` | times, hints, placeholders |
 * | `--chat-line` | hairlines and borders |
 * | `--chat-bubble` | messages of others |
 * | `--chat-own` | messages of the visitor |
 * | `--chat-danger` | what failed |
 * | `--chat-warning` | what waits |
 * | `--chat-font` | a `font-family`; the page's own where not set |
 * | `--chat-font-size` | the size of messages; a little under the page's own where not set |
 * | `--chat-space` | the unit all distances are multiples of |
 * | `--chat-radius` | roundness of the room and of bubbles |
 * | `--chat-border` | the room's outer border |
 * | `--chat-height` | height of an inline room |
 * | `--chat-width` | width of a bubble's panel |
 * | `--chat-inset` | distance of a bubble from the corner of the window |
 * | `--chat-column` | width at which messages stop growing |
 */
export const theme = css`
  :host {
    --_accent: var(--chat-accent, #0b6e75);
    --_space: var(--chat-space, 4px);
    --_radius: var(--chat-radius, 16px);
    --_inset: var(--chat-inset, 20px);

    --_surface: var(--chat-surface, light-dark(#fff, oklch(from var(--_accent) 0.205 min(c, 0.012) h)));
    --_ink: var(
      --chat-ink,
      light-dark(
        oklch(from var(--_accent) 0.24 min(c, 0.02) h),
        oklch(from var(--_accent) 0.93 min(c, 0.008) h)
      )
    );
    --_muted: var(--chat-muted, color-mix(in oklab, var(--_ink) 74%, var(--_surface)));
    --_edge: var(--chat-line, color-mix(in oklab, var(--_ink) 46%, var(--_surface)));
    --_line: var(--chat-line, color-mix(in oklab, var(--_ink) 11%, var(--_surface)));
    --_tint: color-mix(in oklab, var(--_ink) 55%, var(--_accent));
    --_bubble: var(
      --chat-bubble,
      light-dark(
        color-mix(in oklab, var(--_tint) 6%, var(--_surface)),
        color-mix(in oklab, var(--_ink) 10%, var(--_surface))
      )
    );
    /* What lies above the rest; in the dark no shadow would tell. */
    --_raised: light-dark(var(--_surface), color-mix(in oklab, var(--_ink) 6%, var(--_surface)));
    --_own: var(
      --chat-own,
      light-dark(
        oklch(from var(--_accent) 0.93 min(c, 0.035) h),
        oklch(from var(--_accent) 0.36 min(c, 0.045) h)
      )
    );
    --_danger: var(--chat-danger, light-dark(#b3261e, #ff9a8f));
    --_warning: var(--chat-warning, light-dark(#8a5a00, #f0bf6a));
    --_focus: var(--_accent-ink);
    --_accent-ink: light-dark(
      oklch(from var(--_accent) min(l, 0.5) c h),
      oklch(from var(--_accent) max(l, 0.78) min(c, 0.12) h)
    );
    /* Black or white, whichever is further away. The y of XYZ is the luminance that WCAG speaks of, and at 0.179
       both are 4.58:1 away. */
    --_on-accent: color(
      from var(--_accent) xyz-d65 clamp(0, (0.179 - y) * 1e5, 0.9505) clamp(0, (0.179 - y) * 1e5, 1)
        clamp(0, (0.179 - y) * 1e5, 1.089)
    );
  }

  /* Browsers of before mid-2024 cannot derive colours: they get the light room. */
  @supports not ((color: oklch(from red l c h)) and (color: light-dark(red, red))) {
    :host {
      --_surface: var(--chat-surface, #fff);
      --_raised: var(--_surface);
      --_ink: var(--chat-ink, #1a2021);
      --_own: var(--chat-own, #d8eef0);
      --_accent-ink: var(--_accent);
      --_on-accent: #fff;
      --_danger: var(--chat-danger, #b3261e);
      --_warning: var(--chat-warning, #8a5a00);
    }
  }
`;

/** What all parts share: box sizing, focus that can be seen, hidden text, and no motion where none is wanted. */
export const base = css`
  :host {
    box-sizing: border-box;
    font-family: var(--chat-font, inherit);
    color: var(--_ink);
  }

  /* Edges that are not seen, until a system with colours of its own (forced-colors) draws them. */
  .edged {
    border: 1px solid transparent;
  }

  :host([hidden]) {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }

  /* What is cut to one line stands where it would in the room's own direction. */
  bdi,
  span[dir] {
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }

  button,
  input,
  textarea {
    margin: 0;
    font: inherit;
    letter-spacing: inherit;
    color: inherit;
  }

  button {
    cursor: pointer;
    touch-action: manipulation;
    -webkit-tap-highlight-color: transparent;
  }

  button:disabled,
  button[aria-disabled="true"] {
    cursor: default;
  }

  [aria-busy="true"] {
    cursor: progress;
    opacity: 0.6;
  }

  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }

  svg {
    display: block;
    inline-size: 1.25em;
    block-size: 1.25em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 1ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 1ms !important;
      scroll-behavior: auto !important;
    }
  }
`;
