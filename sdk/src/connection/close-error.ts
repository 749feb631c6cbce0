import { ChatError, type ChatErrorCode } from "../chat-error.ts";
import { CLOSE_CODES } from "../protocol/close-codes.ts";

const CODES: Record<number, ChatErrorCode> = {
  1000: "closed",
  1001: "unavailable",
  1003: "invalid",
  1007: "invalid",
  1009: "too-large",
  1011: "internal",
  1012: "unavailable",
  1013: "unavailable",
  4400: "invalid",
  4401: "unauthorized",
  4403: "forbidden",
  4408: "timeout",
  4429: "rate-limited",
};

/** What a close code says, where the relay sent no `error` packet ahead of it. */
export function closeError(code: number): ChatError {
  const known = (CLOSE_CODES as Record<number, { meaning: string }>)[code];
  if (known) return new ChatError(CODES[code] ?? "unavailable", known.meaning);
  return new ChatError("offline", `There is no line to the relay (close code ${code}).`);
}
