import { ChatError } from "../chat-error.ts";
import type { Clock } from "../clock.ts";

/**
 * Where tokens come from: a token that was given once, or a function that fetches one. The function is asked
 * at the first connection, shortly before a token ends, and when the relay refused the one before; a token that
 * still holds is used again, so that a relay's restart does not become a burst on the application's back end.
 *
 * It may throw `Unauthorized` to say "stop"; whatever else it throws is taken for a passing trouble.
 */
export type TokenSource = string | (() => string | Promise<string>);

/** Asks a source, and keeps its answer in memory (and nowhere else) while it holds. */
export interface Tokens {
  /**
   * Rejects with `ChatError`: one that is not retryable when there will be no token, `unauthorized` without a
   * cause when the token that was given is the only one. `fresh`: a token that was kept will not do.
   */
  get(fresh: boolean): Promise<string>;
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
      if (typeof source === "string") {
        if (fresh) throw NO_OTHER;
        return source;
      }
      if (kept && !fresh && clock.now() < until - MARGIN_MS) return kept;
      const asked = source;
      const token = await ask(asked);
      if (asked === source) [kept, until] = [token, 0];
      return token;
    },
    holdUntil(expires) {
      until = expires ?? Infinity;
    },
    replace(next, token) {
      [source, kept, until] = [next, token, Infinity];
    },
  };
}

/** The one token there is has ended. */
export const NO_OTHER = new ChatError("unauthorized", "The token has ended, and there is no other.");

async function ask(source: () => string | Promise<string>): Promise<string> {
  try {
    // A text from a back end often ends with a line break.
    const token = (await source()).trim();
    if (token) return token;
  } catch (cause) {
    if (cause instanceof ChatError) throw cause;
    // By name: a page may hold two copies of this package, one in the widget and one of its own.
    const { name, message = "" } = cause as Partial<Error>;
    if (name === "Unauthorized") throw new ChatError("unauthorized", message, { cause });
    throw new ChatError("unavailable", "The token could not be fetched.", { cause });
  }
  throw new ChatError("unavailable", "The token is empty.");
}
