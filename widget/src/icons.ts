import { svg, html, type TemplateResult } from "lit";

/** An icon, drawn on a grid of 24 in the manner of Lucide; the stroke comes from the base styles. */
export const icon = (paths: ReturnType<typeof svg>, kind = ""): TemplateResult =>
  html`<svg class=${kind} viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;

export const arrowUp = icon(svg`<path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" />`);
export const arrowDown = icon(svg`<path d="M12 5v14M5.5 12.5 12 19l6.5-6.5" />`);
export const check = icon(svg`<path d="m5 12.5 4.5 4.5L19 7" />`);
export const close = icon(svg`<path d="M6 6l12 12M18 6 6 18" />`);
export const clock = icon(svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" />`);
export const alert = icon(svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 8v4.5M12 16v.01" />`);
export const lock = icon(
  svg`<rect x="5" y="10.5" width="14" height="9.5" rx="2.5" /><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5" />`,
);
export const people = icon(
  svg`<circle cx="9" cy="8" r="3.5" /><path d="M2.5 19.5a6.5 6.5 0 0 1 13 0M15.5 4.7a3.5 3.5 0 0 1 0 6.6M18.5 14a6.5 6.5 0 0 1 3 5.5" />`,
);
export const sliders = icon(
  svg`<path d="M4 8h8M18 8h2M4 16h2M12 16h8" /><circle cx="15" cy="8" r="2.5" /><circle cx="9" cy="16" r="2.5" />`,
);
export const pin = icon(svg`<path d="M12 15.5V21M8 4h8M9.5 4v6L6.5 13.5v2h11v-2L14.5 10V4" />`);
export const bubbles = icon(
  svg`<path d="M20 12a7.5 7.5 0 0 1-7.5 7.5c-1.3 0-2.5-.3-3.5-.8L4 20l1.4-4.4A7.5 7.5 0 1 1 20 12Z" />`,
);
