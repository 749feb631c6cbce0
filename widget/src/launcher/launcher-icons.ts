import { svg } from "lit";
import { icon } from "../icons.ts";

export const chevronDown = icon(svg`<path d="M5.5 9 12 15.5 18.5 9" />`);
