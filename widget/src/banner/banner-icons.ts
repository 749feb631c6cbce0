import { svg } from "lit";
import { icon } from "../icons.ts";

export const cloudOff = icon(
  svg`<path d="M3 3l18 18M6.2 9A4.5 4.5 0 0 0 7 18h10M20.6 15.6A4 4 0 0 0 17.5 9.5h-.7A6 6 0 0 0 10 5.3" />`,
);
