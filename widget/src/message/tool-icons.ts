import { svg } from "lit";
import { icon } from "../icons.ts";

export const smile = icon(
  svg`<circle cx="12" cy="12" r="8.5" /><path d="M8.5 14a4.2 4.2 0 0 0 7 0M9 9.5v.01M15 9.5v.01" />`,
);
export const reply = icon(svg`<path d="M9.5 6 4 11.5 9.5 17M4.5 11.5H14a6 6 0 0 1 6 6V19" />`, "back");
export const pencil = icon(svg`<path d="m5 19 1-4.5L16.5 4a2.1 2.1 0 0 1 3 3L9 17.5 5 19Z" />`);
export const trash = icon(
  svg`<path d="M5 7h14M10 7V5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v2M7 7l.8 11.6a1.5 1.5 0 0 0 1.5 1.4h5.4a1.5 1.5 0 0 0 1.5-1.4L17 7" />`,
);
export const shield = icon(svg`<path d="M12 3.5 5 6v5.5c0 4.2 2.8 7.4 7 9 4.2-1.6 7-4.8 7-9V6Z" />`);
