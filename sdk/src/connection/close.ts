import { ChatError } from "../chat-error.ts";
import type { CloseAction } from "../protocol/close-codes.ts";

/** Codes after which another try would end the same way, among those below 4400. */
const FINAL = [1000, 1003, 1007, 1009];

/**
 * What to do about a close code: `closeAction` of the protocol without its table of meanings, which no page
 * needs. A test holds the two together for every code there is.
 */
export function actionAfter(code: number): CloseAction {
  if (code === 1012) return "spread";
  if (code === 4401) return "renew";
  const isFault = code >= 4400 && code < 4500 && code !== 4408 && code !== 4429;
  return isFault || FINAL.includes(code) ? "stop" : "retry";
}

/** What to say about a close code where the relay sent no `error` packet ahead of it. */
export function closeError(code: number): ChatError {
  return code === 1006 ? OFFLINE : new ChatError("unavailable", `The relay closed the connection (${code}).`);
}

export const OFFLINE = new ChatError("offline", "There is no line to the relay.");
