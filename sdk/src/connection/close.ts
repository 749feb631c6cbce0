import { ChatError } from "../chat-error.ts";
import type { CloseAction } from "../protocol/close-codes.ts";

const STOP = [1000, 1003, 1007, 1009];

/**
 * What to do about a close code: `closeAction` of the protocol without its table of meanings, which no page
 * needs. A test holds the two together for every code there is.
 */
export function actionAfter(code: number): CloseAction {
  if (code === 1012) return "spread";
  if (code === 4401) return "renew";
  const isFinal = code >= 4400 && code < 4500 && code !== 4408 && code !== 4429;
  return isFinal || STOP.includes(code) ? "stop" : "retry";
}

/** What to say about a close code where the relay sent no `error` packet ahead of it. */
export function closeError(code: number): ChatError {
  return code === 1005 || code === 1006
    ? new ChatError("offline", "There is no line to the relay.")
    : new ChatError("unavailable", `The relay closed the connection (${code}).`);
}
