import { ChatError, Unauthorized } from "../chat-error.ts";
import type { Clock } from "../clock.ts";

/**
 * Where tokens come from: a token that was given once, or a function that fetches one. The function is asked
 * at the first connection, shortly before a token ends, and when the relay refused the one before; a token that
 * still holds is used again, so that a relay's restart does not become a burst on the application's back end.
 *
 * It may throw `Unauthorized` to say "stop"; whatever else it throws is taken for a passing trouble.
 */
export type TokenSource = string | (() => string | Promise<string>);

/**
 * A token; or why there is none: `later` after a passing trouble, `never` when the source says no, `no-other`
 * when the one that was given is all there is.
 */
export type TokenOutcome =
  | { readonly token: string }
  | {
      readonly token?: undefined;
      readonly when: "later" | "never" | "no-other";
      readonly error: ChatError;
    };

/** Asks a source, and keeps its answer in memory (and nowhere else) while it holds. */
export interface Tokens {
  /** Never rejects. `fresh`: a token that was kept will not do. */
  get(fresh: boolean): Promise<TokenOutcome>;
  /** The relay says until when the token in use holds (ms since 1970; null: for ever). */
  holdUntil(expires: number | null): void;
  /** From now on tokens come from elsewhere; `token` is the first of them, if it is there already. */
  replace(source: TokenSource, token?: string): void;
}

/** A token nearer to its end than this is not used for a new line. */
const MARGIN_MS = 15_000;

/** Begins with a source; a fixed token is a source that has no other one. */
export function makeTokens(source: TokenSource, clock: Clock): Tokens {
  let kept: string | undefined;
  let until = 0;

  return {
    async get(fresh) {
      if (typeof source === "string") return fresh ? NO_OTHER : { token: source };
      if (kept && !fresh && clock.now() < until - MARGIN_MS) return { token: kept };
      const asked = source;
      const outcome = await ask(asked);
      if (asked === source) [kept, until] = [outcome.token, 0];
      return outcome;
    },
    holdUntil(expires) {
      until = expires ?? Infinity;
    },
    replace(next, token) {
      [source, kept, until] = [next, token, Infinity];
    },
  };
}

const NO_OTHER: TokenOutcome = {
  when: "no-other",
  error: new ChatError("unauthorized", "The token has ended, and there is no function that fetches another."),
};

async function ask(source: () => string | Promise<string>): Promise<TokenOutcome> {
  try {
    // A text from a back end often ends with a line break.
    const token = (await source()).trim();
    if (token) return { token };
    throw new TypeError("The token is empty.");
  } catch (cause) {
    const error = cause instanceof ChatError ? cause : failure(cause);
    return { error, when: error.retryable ? "later" : "never" };
  }
}

function failure(cause: unknown): ChatError {
  const isFinal = isUnauthorized(cause);
  const message = (isFinal && cause.message) || "The token could not be fetched.";
  return new ChatError(isFinal ? "unauthorized" : "unavailable", message, { cause });
}

// By name as well: a page may hold two copies of this package, one in the widget and one of its own.
function isUnauthorized(cause: unknown): cause is Error {
  return cause instanceof Unauthorized || (cause instanceof Error && cause.name === "Unauthorized");
}
