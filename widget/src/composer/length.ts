import { LIMITS } from "@natter/sdk/protocol";

/** How many characters a text may still grow, counted as the relay counts: by code points. */
export function roomLeft(text: string): number {
  let length = text.length;
  for (const { length: units } of text.matchAll(PAIR)) length -= units > 0 ? 1 : 0;
  return LIMITS.textLength - length;
}

/** From here on the visitor is told how many are left. */
export const TELL_FROM = Math.round(LIMITS.textLength * 0.1);

const PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
