/** Code points of a message at most; a test compares it with the wire's own limit, which brings all others along. */
export const TEXT_LENGTH = 4000;

/** From here on the visitor is told how many are left. */
export const TELL_FROM = 400;

/** How many characters a text may still grow, counted as the relay counts: by code points. */
export function roomLeft(text: string): number {
  const pairs = text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0;
  return TEXT_LENGTH - text.length + pairs;
}

/** True when so little is left that it is worth saying aloud: at each further hundred, and when it is too much. */
export function isWorthSaying(before: number, left: number): boolean {
  const step = (n: number): number => (n < 0 ? -1 : Math.ceil(Math.min(n, TELL_FROM + 1) / 100));
  return step(left) < step(before);
}
