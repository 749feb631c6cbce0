/**
 * Names of members that nobody outside of the client can see; in a bundle they become one or two letters, and the
 * sources keep the long ones. A name may stand here only if it is no member of a public type, of a packet, or of
 * anything that is stored; `widget/test/bundle/internal-names.test.ts` holds that. One that some text contains
 * keeps its letters by itself. What is not listed is not touched: a new name costs a few bytes until it is added.
 *
 * @type {readonly string[]}
 */
export const SDK_NAMES = [
  "applied",
  "backoffMs",
  "counted",
  "dispatch",
  "dueAt",
  "failAll",
  "hasLine",
  "hear",
  "heard",
  "held",
  "holdUntil",
  "hush",
  "inDoubt",
  "isLastTry",
  "isLive",
  "isOnline",
  "late",
  "lostTrack",
  "missing",
  "news",
  "notBefore",
  "onTrack",
  "pump",
  "replay",
  "roster",
  "seen",
  "settle",
  "silentMs",
  "spoke",
  "stage",
  "tokens",
  "tries",
  "want",
];
