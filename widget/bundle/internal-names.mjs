import { SDK_NAMES } from "../../sdk/bundle/internal-names.mjs";

/**
 * The same for the element: see there.
 *
 * @type {readonly string[]}
 */
export const WIDGET_NAMES = [
  "abovePx",
  "asking",
  "belowPx",
  "findName",
  "following",
  "holders",
  "isFound",
  "jumpTo",
  "meansSend",
  "onEnd",
  "onFocusin",
  "onKeydown",
  "onLeave",
  "onPointer",
  "onScroll",
  "onStart",
  "original",
  "outcome",
  "piece",
  "pieces",
  "seenSeq",
  "startAt",
  "term",
  "toolsOf",
  "topPx",
  "wasOpen",
  "words",
];

/** All that a bundle of the element may shorten, as it contains the SDK. */
export const INTERNAL_NAMES = [...SDK_NAMES, ...WIDGET_NAMES];
