import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import type { RoomName } from "./room-name.ts";

/** Counts code points without making an array of them: a text of 64 KiB is counted on every post. */
export function codePointLength(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next < 0xe000) length--;
    }
  }
  return length;
}

// A surrogate without its other half: JSON can spell it, UTF-8 cannot carry it, so no two clients would agree on it.
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** True when a text can be carried as UTF-8, that is, has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** Any valid Unicode text; how long it may be is the relay's configuration. */
export const anyText = v.pipe(
  v.string("must be a text"),
  v.check(isWellFormed, "must be valid Unicode (it has a lone surrogate)"),
);

/** A valid Unicode text of `min` to `max` code points. */
export function text(min: number, max: number) {
  return v.pipe(
    anyText,
    v.check((value) => {
      const length = codePointLength(value);
      return length >= min && length <= max;
    }, `must have ${min} to ${max} characters`),
    // For documents: what the check above is, which nobody can read out of a function.
    v.metadata({ minLength: min, maxLength: max }),
  );
}

/** A message's or an edit's text: not empty; the upper bound is checked by the relay, which answers `too-large`. */
export const messageText = v.pipe(anyText, v.nonEmpty("must not be empty"));

/** A number that pairs a request with its reply; any number, chosen by the client. */
export const ref = v.pipe(v.number("must be a number"), v.finite("must be a number"));

/** A whole number from `min` to 2^53 - 1. */
export function whole(min: number, max = Number.MAX_SAFE_INTEGER) {
  return v.pipe(
    v.number("must be a whole number"),
    v.safeInteger("must be a whole number below 2^53"),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );
}

/** The place of an event in its room: 1, 2, 3 … */
export const seq = whole(1);

/** Milliseconds since 1970, from the relay's clock. */
export const at = whole(0);

/** A client-made id, the idempotency key of everything that is stored. */
export const messageId = v.pipe(
  v.string("must be a text"),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 characters of A-Z a-z 0-9 _ -"),
);

/** Who: the token's `sub`. Control characters would let one id be drawn as another. */
export const userId = v.pipe(
  anyText,
  v.minLength(1, "must not be empty"),
  v.maxLength(LIMITS.userIdLength, `must have at most ${LIMITS.userIdLength} characters`),
  v.check((id) => !/\p{Cc}/u.test(id), "must not contain control characters"),
);

/**
 * A room's name as it comes in. Whether it is one is decided by `parseRoomName`, so that the refusal is
 * `bad-room` with the offending character and not a plain `invalid`.
 */
export const room = v.pipe(
  v.string("must be a text"),
  v.transform((name) => name as RoomName),
);

/** Any JSON value of the app's own. Kept as it is, so that a key such as `__proto__` stays plain data. */
export const json = v.pipe(
  v.unknown(),
  v.check(
    (value) => nestsWithin(value, LIMITS.dataDepth),
    `must not nest deeper than ${LIMITS.dataDepth} levels`,
  ),
);

/** A JSON object of the app's own, kept as it is like {@link json}. */
export const data = v.pipe(
  v.custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object",
  ),
  v.check(
    (value) => nestsWithin(value, LIMITS.dataDepth),
    `must not nest deeper than ${LIMITS.dataDepth} levels`,
  ),
);

function nestsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => nestsWithin(inner, levels - 1));
}

/**
 * A reaction: an emoji (or a sequence of them). Letters are refused, so that no reaction can be taken for a
 * property every object has.
 */
export const emoji = v.pipe(
  anyText,
  v.minLength(1, "must not be empty"),
  v.maxLength(LIMITS.emojiLength, `must have at most ${LIMITS.emojiLength} characters`),
  v.regex(
    /^(?=.*[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3])[^\s\p{Cc}A-Za-z]+$/u,
    "must be an emoji",
  ),
);
