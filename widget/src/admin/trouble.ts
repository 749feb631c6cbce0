import type { ChatError } from "@natter/sdk";

/** What went wrong, in a sentence for the operator. Pure. */
export function troubleOf(error: unknown): string {
  const { code, message = "", retryAfter } = (error ?? {}) as Partial<ChatError>;
  const later = retryAfter === undefined ? "" : ` Try again in ${Math.ceil(retryAfter / 1000)} s.`;
  switch (code) {
    case "offline":
      return "The relay cannot be reached. This page tries again by itself.";
    case "timeout":
      return "The relay does not answer. It may have too much to do.";
    case "unauthorized":
      return `This token is not accepted. ${message}`;
    case "token-expired":
      return "This token has run out. Make a new one.";
    case "forbidden":
      return `This token has no right to do that. ${message}`;
    case "rate-limited":
      return `That was too fast for the relay.${later}`;
    case "unavailable":
      return `The relay cannot do that just now; nothing was changed.${later}`;
    case "not-found":
      return "That is not there any more. Somebody else may have removed it.";
    default:
      return message || "That did not work, and the relay does not say why.";
  }
}

/** True when the token is of no use any more, whatever is asked for. */
export function isOver(error: unknown): boolean {
  const { code } = (error ?? {}) as Partial<ChatError>;
  return code === "unauthorized" || code === "token-expired";
}
