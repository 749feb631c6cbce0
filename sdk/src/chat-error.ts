import type { ErrorCode } from "./protocol/errors.ts";

/** The codes of the wire, and three that only a client can know. */
export type ChatErrorCode = ErrorCode | "offline" | "timeout" | "closed";

/** What went wrong, whether trying again can help, and when. */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: ChatErrorCode;
  /** True when the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** Milliseconds after which trying again makes sense, if the relay named them. */
  readonly retryAfter?: number;
  /** A moderator's own words, with `muted`, `banned` and `kicked`. */
  readonly reason?: string;

  constructor(
    code: ChatErrorCode,
    message: string,
    options: { retryAfter?: number; reason?: string; cause?: unknown } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    if (options.retryAfter) this.retryAfter = options.retryAfter;
    if (options.reason) this.reason = options.reason;
  }
}

// Kept beside the catalogue by a test: `retry` of "yes" or "later" there, and the client's own passing troubles.
const RETRYABLE: ReadonlySet<ChatErrorCode> = new Set<ChatErrorCode>([
  "banned",
  "muted",
  "locked",
  "slow-mode",
  "rate-limited",
  "unavailable",
  "internal",
  "offline",
  "timeout",
]);

/** Thrown by a token callback to say "stop, do not retry": the user is signed out, or may not chat. */
export class Unauthorized extends Error {
  override readonly name = "Unauthorized";
}

/** The error that an `error` or `left` packet tells of. */
export function errorOf(packet: {
  code: string;
  message: string;
  retryAfter?: number;
  reason?: string;
}): ChatError {
  return new ChatError(packet.code as ChatErrorCode, packet.message, packet);
}
