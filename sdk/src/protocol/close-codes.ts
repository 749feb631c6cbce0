/**
 * What a client does when a connection ends.
 *
 * - `stop`: reconnecting would end the same way; tell the user or the integrator.
 * - `renew`: ask for a new token once, then stop if that is refused as well.
 * - `spread`: reconnect at a random moment, because everybody was told to.
 * - `retry`: reconnect with back-off.
 */
export type CloseAction = "stop" | "renew" | "spread" | "retry";

/** Every close code that a relay sends, with its reason and what a client does about it. */
export const CLOSE_CODES = {
  1000: { name: "normal", meaning: "One side is done.", action: "stop" },
  1001: { name: "going-away", meaning: "The relay is gone for good.", action: "retry" },
  1003: { name: "binary-frame", meaning: "Frames are text.", action: "stop" },
  1007: { name: "invalid-utf8", meaning: "A frame was not valid UTF-8.", action: "stop" },
  1009: { name: "frame-too-large", meaning: "A frame was over the limit.", action: "stop" },
  1011: {
    name: "relay-fault",
    meaning: "The relay failed while it served this connection.",
    action: "retry",
  },
  1012: { name: "restart", meaning: "The relay restarts; `goaway` came before.", action: "spread" },
  1013: { name: "overloaded", meaning: "Overloaded, or nothing was read for 30 s.", action: "retry" },
  4400: { name: "bad-frame", meaning: "A frame was no JSON array of packets.", action: "stop" },
  4401: {
    name: "unauthorized",
    meaning: "The token was refused or ran out, or a packet came before `hello`.",
    action: "renew",
  },
  4403: {
    name: "forbidden",
    meaning: "Banned from the app, or the page's origin is not allowed.",
    action: "stop",
  },
  4408: { name: "timeout", meaning: "No `hello` in time, or a heartbeat was missed.", action: "retry" },
  4429: { name: "flooding", meaning: "Flooding went on after `rate-limited`.", action: "retry" },
} as const satisfies Record<number, { name: string; meaning: string; action: CloseAction }>;

/** A close code that a relay sends on purpose. */
export type CloseCode = keyof typeof CLOSE_CODES;

/**
 * What to do about a close code, including those that a browser makes up (1005, 1006) or that come from a
 * proxy: what is not known to be final is worth another try.
 */
export function closeAction(code: number): CloseAction {
  if (Object.hasOwn(CLOSE_CODES, code)) return CLOSE_CODES[code as CloseCode].action;
  return code >= 4400 && code < 4500 ? "stop" : "retry";
}
