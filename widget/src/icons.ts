import { svg, html, type TemplateResult } from "lit";

// Drawn on a grid of 24 in the manner of Lucide; the stroke comes from the base styles.
const icon = (paths: ReturnType<typeof svg>, kind = ""): TemplateResult =>
  html`<svg class=${kind} viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;

export const arrowUp = icon(svg`<path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" />`);
export const arrowDown = icon(svg`<path d="M12 5v14M5.5 12.5 12 19l6.5-6.5" />`);
export const chevronDown = icon(svg`<path d="M5.5 9 12 15.5 18.5 9" />`);
export const check = icon(svg`<path d="m5 12.5 4.5 4.5L19 7" />`);
export const close = icon(svg`<path d="M6 6l12 12M18 6 6 18" />`);
export const bubbles = icon(
  svg`<path d="M20 12a7.5 7.5 0 0 1-7.5 7.5c-1.3 0-2.5-.3-3.5-.8L4 20l1.4-4.4A7.5 7.5 0 1 1 20 12Z" />`,
);
export const cloudOff = icon(
  svg`<path d="M3 3l18 18M6.2 9A4.5 4.5 0 0 0 7 18h10M20.6 15.6A4 4 0 0 0 17.5 9.5h-.7A6 6 0 0 0 10 5.3" />`,
);
export const clock = icon(svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" />`);
export const alert = icon(svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 8v4.5M12 16v.01" />`);
export const lock = icon(
  svg`<rect x="5" y="10.5" width="14" height="9.5" rx="2.5" /><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5" />`,
);
export const smile = icon(
  svg`<circle cx="12" cy="12" r="8.5" /><path d="M8.5 14a4.2 4.2 0 0 0 7 0M9 9.5v.01M15 9.5v.01" />`,
);
export const reply = icon(svg`<path d="M9.5 6 4 11.5 9.5 17M4.5 11.5H14a6 6 0 0 1 6 6V19" />`, "back");
export const pencil = icon(svg`<path d="m5 19 1-4.5L16.5 4a2.1 2.1 0 0 1 3 3L9 17.5 5 19Z" />`);
export const trash = icon(
  svg`<path d="M5 7h14M10 7V5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v2M7 7l.8 11.6a1.5 1.5 0 0 0 1.5 1.4h5.4a1.5 1.5 0 0 0 1.5-1.4L17 7" />`,
);
export const people = icon(
  svg`<circle cx="9" cy="8" r="3.5" /><path d="M2.5 19.5a6.5 6.5 0 0 1 13 0M15.5 4.7a3.5 3.5 0 0 1 0 6.6M18.5 14a6.5 6.5 0 0 1 3 5.5" />`,
);
export const shield = icon(svg`<path d="M12 3.5 5 6v5.5c0 4.2 2.8 7.4 7 9 4.2-1.6 7-4.8 7-9V6Z" />`);
export const sliders = icon(
  svg`<path d="M4 8h8M18 8h2M4 16h2M12 16h8" /><circle cx="15" cy="8" r="2.5" /><circle cx="9" cy="16" r="2.5" />`,
);
export const pin = icon(svg`<path d="M12 15.5V21M8 4h8M9.5 4v6L6.5 13.5v2h11v-2L14.5 10V4" />`);
